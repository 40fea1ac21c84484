"""Make small files that are laid out as PTB-XL's raw.h5, the Muse sets, TROIKA and the ADHD set are: python3 small.py (h5py, SciPy).

Sample t of channel c of record r is 1000 r + 10 c + (t mod 10), so that every sample tells where it came from.
"""
import h5py
import numpy as np
from scipy.io import savemat


def tell(r, n_chans, n_times):
    c, t = np.meshgrid(np.arange(n_chans), np.arange(n_times), indexing="ij")
    return 1000 * r + 10 * c + t % 10


with h5py.File("raw.h5", "w") as file:
    group = file.create_group("data_group_0")
    x = np.stack([tell(r, 12, 5000) for r in range(4)]).astype("<i2")
    group.create_dataset("X", data=x, chunks=(2, 12, 5000), compression="gzip")
    group["y"] = np.array([[1, 0, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0]], "i1")
    group["ecg_id"] = np.array([5, 11, 20002, 9], "<i4")
    group["patient_id"] = np.array([70, 70, 81, 90], "<i4")
    group["strat_fold"] = np.array([9, 9, 1, 10], "i1")

ERP = [  # path, record, samples, {sample: code}
    ("visual/P300/subject1/session1/b", 1, 1024, {16: 2, 100: 1, 300: 2, 500: 1, 900: 1}),  # the first and the last do not fit
    ("visual/P300/subject1/session1/c.csv", 2, 1024, {300: 2}),  # too few to cut at
    ("visual/N170/subject1/session1/a", 3, 768, {100: 1, 300: 2, 400: 3}),
    ("visual/N170/subject1/session2/a", 3, 768, {100: 1, 300: 2, 400: 3}),  # the same again
    ("auditory/P300/subject2/session1/a", 4, 512, {100: 1, 200: 2}),
    ("visual/cueing/subject12/session1/a", 5, 600, {100: 1, 300: 21}),
]
with h5py.File("erp.h5", "w") as file:
    for path, record, n_times, markers in ERP:
        group = file.create_group(path)
        group.create_dataset("X", data=tell(record, 4, n_times).T.astype("<i2"), compression="gzip")
        group["marker_index"] = np.array(list(markers), "<i4")
        group["marker"] = np.array(list(markers.values()), "<i2")

ROUNDS = [("7_1_1", 1000, 1), ("7_1_10", 1320, 0), ("12_2_1", 1100, 1)]
with h5py.File("sequence.h5", "w") as file:
    x = np.concatenate([tell(0, 4, n) + i for i, (_, n, _) in enumerate(ROUNDS)], axis=1)
    file.create_dataset("X", data=x.T.astype("<u2"), compression="gzip")
    file["length"] = np.array([n for _, n, _ in ROUNDS], "<i4")
    file["success"] = np.array([won for _, _, won in ROUNDS], "i1")
    file["name"] = np.array([name.encode() for name, _, _ in ROUNDS], "S7")

savemat("troikaData.mat", {"sig": tell(2, 6, 1550).astype(float)}, do_compression=True)
savemat("troikaRate.mat", {"BPM0": np.array([[70.5], [80.25], [90.0]])})
savemat("adhdWhole.mat", {"v1p": tell(1, 19, 700).T.astype(np.int16)}, do_compression=True)
savemat("adhdFloat.mat", {"v107": tell(2, 19, 640).T.astype(float)}, do_compression=True)
