#!/usr/bin/env python3
"""Write small HDF5 files with h5py (one laid out as MATLAB's v7.3) and pairs.json with their values. Run in this folder."""
import json

import h5py
import numpy as np

rng = np.random.default_rng(3)
sig = np.round(rng.normal(size=(3, 20)) * 30, 2)
records = (rng.normal(size=(7, 3, 16)) * 100).astype(np.int16)
pairs = {}

with h5py.File("types.h5", "w", libver="latest") as f:
    for name in "float64 float32 float16 int8 uint8 int16 uint16 int32 uint32 int64 uint64 >f4 >i2 >f8 >u4".split():
        values = (np.abs(sig) if "u" in name else sig)[:2, :8].astype(name)
        f[name.replace(">", "big_")] = values
        pairs[name.replace(">", "big_")] = [values.dtype.name, values.shape, values.astype(float).ravel().tolist()]
    f["flag"] = sig > 0
    f["complex"] = sig + 1j
    f["text"] = ["a", "b"]
    f["nothing"] = h5py.Empty("f4")
    f["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
    f["broken"] = h5py.SoftLink("/none")

with h5py.File("records.h5", "w", libver="latest") as f:
    group = f.create_group("data_group_0")
    group.create_dataset("X", data=records, chunks=(2, 3, 16), compression="gzip", shuffle=True)
    group["y"] = np.zeros((7, 5), np.int8)
    f.attrs["sfreq"] = 250
    f.attrs["channel_names"] = ["I", "II", "V1"]
    group["X"].attrs["unit"] = "uV"
    group["X"].attrs["scale"] = 0.5
pairs["records"] = records.tolist()

with h5py.File("beside.h5", "w") as f:
    f["run/eeg"] = sig.T
    f["run/fs"] = np.array([128.0])
    f["run/labels"] = np.array([b"Fp1", b"Cz", b"Oz"])
pairs["sig"] = sig.tolist()

with h5py.File("hollow.h5", "w", libver="latest") as f:  # declares much, holds nothing
    f.create_dataset("records", shape=(2**40, 2, 20), dtype="i2", chunks=(1, 2, 20))
    f.create_dataset("long", shape=(2**40, 2), dtype="i2", chunks=(1000, 2))


def chars(f, name, text):
    """A MATLAB row of characters: uint16, axes reversed."""
    f[name] = np.frombuffer(text.encode("utf-16-le"), np.uint16).reshape(-1, 1)
    f[name].attrs["MATLAB_class"] = np.bytes_("char")
    return f[name].ref


with h5py.File("matlab73.mat", "w", userblock_size=512) as f:
    eeg = f.create_group("EEG")
    eeg.attrs["MATLAB_class"] = np.bytes_("struct")
    eeg["data"] = sig.T  # MATLAB shows [3, 20]
    eeg["srate"] = np.array([[128.0]])
    eeg["volume"] = np.transpose(records)  # MATLAB shows [7, 3, 16]
    for name in ("data", "srate", "volume"):
        eeg[name].attrs["MATLAB_class"] = np.bytes_("double")
    refs = [chars(f, f"#refs#/{k}", text) for k, text in zip("abc", ["Fp1", "Cz", "Oz"])]
    eeg["chanlocs/labels"] = np.array(refs, h5py.ref_dtype).reshape(1, 3)
    chars(f, "EEG/setname", "no name")
with open("matlab73.mat", "r+b") as f:
    text = b"MATLAB 7.3 MAT-file, Platform: made with h5py, HDF5 schema 1.00 .".ljust(124)
    f.write(text + b"\x00\x02IM")
with open("pairs.json", "w") as f:
    json.dump(pairs, f)
