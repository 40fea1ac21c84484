#!/usr/bin/env python3
"""Write small NPY and NPZ files with NumPy, and pairs.json with their values. Run in this folder."""
import json

import numpy as np
from numpy.lib import format as npy

rng = np.random.default_rng(1)
base = np.round(rng.normal(size=(3, 20)) * 50, 2)
cases = {
    "f64": base,
    "f64_fortran": np.asfortranarray(base),
    "f32_big": base.astype(">f4"),
    "f16": base.astype(np.float16),
    "f16_big": base[:1].astype(">f2"),
    "i64": (base * 1e6).astype(np.int64),
    "u64_big": np.abs(base * 1e6).astype(">u8"),
    "i32": (base * 1e3).astype(np.int32),
    "u32": np.abs(base * 1e3).astype(np.uint32),
    "i16_fortran3": np.asfortranarray((base * 10).astype(np.int16).reshape(2, 3, 10)),
    "u16_big": np.abs(base * 10).astype(">u2"),
    "i8": base.astype(np.int8)[0],
    "u8": np.abs(base).astype(np.uint8)[:, ::2],
    "bool": base > 0,
    "scalar": np.array(2.5),
}
expected = {}
for name, array in cases.items():
    with open(f"{name}.npy", "wb") as f:
        npy.write_array(f, array, version=(2, 0) if name == "i32" else (3, 0) if name == "u32" else None)
    expected[name] = {"dtype": array.dtype.name, "shape": array.shape, "values": array.astype(float).ravel().tolist()}
for name, array in {
    "complex": np.array([1 + 2j]),
    "text": np.array(["a"]),
    "table": np.zeros(2, [("a", "f4"), ("b", "i2")]),
    "objects": np.array([{}], object),
}.items():
    np.save(f"refused_{name}.npy", array)
np.savez("stored.npz", eeg=base, fs=128.0, channel_names=np.array(["Fp1", "Oz", "µ"]))
np.savez_compressed("packed.npz", eeg=np.asfortranarray(base.T), sfreq=np.int64(128))
with open("pairs.json", "w") as f:
    json.dump(expected, f)
