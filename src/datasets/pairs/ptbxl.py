"""Make two small files with the arrays of PTB-XL's train.h5 and val.h5: python3 ptbxl.py (h5py).

Value of record r, lead c, sample t: 1000 r + 10 c + (t mod 10), so that every sample tells where it came from.
"""
import h5py
import numpy as np

LABELS = {"train": [[1, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 1]], "val": [[0, 0, 0, 1, 0]]}
IDS = {"train": [7, 12, 21837], "val": [3]}

for name, labels in LABELS.items():
    r, c, t = np.meshgrid(np.arange(len(labels)), np.arange(12), np.arange(500), indexing="ij")
    with h5py.File(f"{name}.h5", "w") as file:
        group = file.create_group("data_group_0")
        x = (1000 * r + 10 * c + t % 10).astype("<i2")
        group.create_dataset("X", data=x, chunks=(1, 12, 500), compression="gzip")
        group.create_dataset("y", data=np.array(labels, "i1"))
        group.create_dataset("ecg_id", data=np.array(IDS[name], "<i4"))

with h5py.File("other.h5", "w") as file:  # labels of another width
    file["data_group_0/X"] = np.zeros((2, 12, 20), "<i2")
    file["data_group_0/y"] = np.zeros((2, 4), "i1")
    file["data_group_0/ecg_id"] = np.zeros(2, "<i4")
