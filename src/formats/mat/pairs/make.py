#!/usr/bin/env python3
"""Write small MAT files with SciPy (and two big-endian ones by hand), and pairs.json with what SciPy reads from them.

Run in this folder. Arrays are listed as [class, shape, values in column-major order].
"""
import json
import struct

import numpy as np
import scipy.io

rng = np.random.default_rng(2)
sig = np.round(rng.normal(size=(3, 24)) * 40, 3)
classes = {t: (np.abs(sig[:2, :16]) if t.startswith("u") else sig[:2, :16]).astype(t) for t in (
    "float64 float32 int8 uint8 int16 uint16 int32 uint32 int64 uint64".split())}
labels = np.array(["Fp1", "Cz", "Oz"], object)
chanlocs = np.array([("Fp1", 1.0), ("Cz", 2.0), ("Oz", 3.0)], [("labels", object), ("theta", object)])
files = {
    "classes": {**classes, "flag": sig > 0, "empty": np.zeros((0, 3)), "small": np.array([[7]], np.uint8)},
    "volume": {"x": (sig * 10).astype(np.int16).reshape(2, 3, 12)},
    "struct": {"rec": {"fs": 250, "label": labels, "data": sig, "inner": {"units": "uV", "deep": {"v": np.arange(3.0)}}}},
    "cells": {"trial": np.array([sig[:, :18], sig.T], object), "names": labels},
    "eeglab": {"EEG": {"srate": 128.0, "data": sig.astype(np.float32), "chanlocs": chanlocs}},
    "text": {"one": "µV and more", "rows": np.array(["I  ", "aVR"])},
    "complex": {"z": sig + 1j, "w": np.array([1 + 2j])},
    "sparse": {"s": __import__("scipy.sparse").sparse.csc_matrix(np.eye(3)), "x": sig},
}
for name, variables in files.items():
    scipy.io.savemat(f"{name}.mat", variables)
    scipy.io.savemat(f"{name}_z.mat", variables, do_compression=True)
v4 = {"sig": sig, "i16": (sig * 10).astype(np.int16), "note": "abc", "z": sig[:1] + 2j}
scipy.io.savemat("v4.mat", v4, format="4")


def element(kind, data):
    return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)


def big_endian(name, array, storage, kind, number):
    """A big-endian v5 variable: class `number`, values stored as numpy type `storage`, element type `kind`."""
    content = element(6, struct.pack(">II", number, 0)) + element(5, struct.pack(">2i", *array.shape))
    content += element(1, name.encode()) + element(kind, array.astype(storage).tobytes("F"))
    return element(14, content)


text = b"MATLAB 5.0 MAT-file, big-endian, written by hand".ljust(124)
with open("big.mat", "wb") as f:
    f.write(text + b"\x01\x00MI" + big_endian("sig", sig, ">f8", 9, 6))
    f.write(big_endian("narrow", np.round(sig), ">i2", 3, 6))  # doubles stored as int16, as MATLAB does
header = struct.pack(">5i", 1000, *sig.shape, 0, 4)
with open("v4_big.mat", "wb") as f:
    f.write(header + b"sig\0" + sig.astype(">f8").tobytes("F"))


def listed(value):
    if value.dtype.names:
        return {n: [listed(v) for v in value[n].ravel("F")] for n in value.dtype.names}
    if value.dtype == object:
        return [listed(v) for v in value.ravel("F")]
    if value.dtype.kind == "U":
        return [str(v) for v in value.ravel()]
    kind = value.dtype.name.replace("complex128", "float64")
    flat = value.real.ravel("F")
    return [kind, list(value.shape), [int(v) if value.dtype.kind in "iu" else float(v) for v in flat]]


pairs = {}
for name in [*files, "v4", "big", "v4_big"]:
    read = scipy.io.loadmat(f"{name}.mat", mat_dtype=name != "classes")
    pairs[name] = {k: listed(v) for k, v in read.items() if not k.startswith("__") and not hasattr(v, "nnz")}
with open("pairs.json", "w") as f:
    json.dump(pairs, f)
