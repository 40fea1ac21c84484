#!/usr/bin/env python3
"""Write small.safetensors and small.json with struct, json and numpy only (no safetensors library). Run in this folder."""
import json
import struct

import numpy as np

f32 = np.array([[1.5, -2.25, 3e-8], [np.pi, 0.0, -65504.0]], np.float32)
f16 = np.array([0.0, -0.0, 1.0, -2.5, 65504.0, 6.0e-8, 6.1e-5, 0.1, np.inf, -np.inf], np.float16)
wide = np.array([1.0, -1.0, 3.140625, 1e30, -1e-30, 0.5, 2.0], np.float32)
bf16 = (wide.view(np.uint32) >> 16).astype(np.uint16)
arrays = {  # name: (dtype, values)
    "i8": ("I8", np.array([-128, 0, 127], np.int8)),
    "f32.weight": ("F32", f32),
    "f16": ("F16", f16),
    "bf16": ("BF16", bf16),
    "f64": ("F64", np.array(np.e)),
    "i64": ("I64", np.array([[-(2**53), 2**40 + 1]], np.int64)),
    "u64": ("U64", np.array([2**63], np.uint64)),
    "i32": ("I32", np.arange(-3, 3, dtype=np.int32).reshape(1, 2, 3)),
    "u32": ("U32", np.array([2**32 - 1], np.uint32)),
    "i16": ("I16", np.array([-32768, 32767], np.int16)),
    "u16": ("U16", np.array([65535], np.uint16)),
    "u8": ("U8", np.array([0, 255], np.uint8)),
    "bool": ("BOOL", np.array([True, False, True])),
    "empty": ("F32", np.zeros((0, 4), np.float32)),
}
header, data, expected = {"__metadata__": {"format": "pt", "note": "µV"}}, b"", {}
for name, (dtype, array) in arrays.items():
    raw = array.tobytes()
    header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
    values = (bf16.astype(np.uint32) << 16).view(np.float32) if name == "bf16" else array
    flat = values.astype(np.float32).ravel().tolist()
    expected[name] = {
        "dtype": dtype,
        "shape": list(array.shape),
        "float32": [v if np.isfinite(v) else str(v) for v in flat],
    }
text = json.dumps(header, ensure_ascii=False).encode()
with open("small.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
with open("small.json", "w") as f:
    json.dump(expected, f, indent=1)
