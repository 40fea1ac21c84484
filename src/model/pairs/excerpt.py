"""
Write pieces.safetensors: the parts of the authors' pieces that a default test run compares with, forward only, tensors named
`<piece>/<tensor>`, and their stated errors as metadata. Needs the folder of pieces:  python3 excerpt.py <folder>
"""
import json
import pathlib
import struct
import sys

FOLDER = pathlib.Path(sys.argv[1])
WANTED = {
    "patch_embed": ["weights.", "in0", "out"],
    "rfft": ["p20.in", "p20.magnitude", "p20.phase"],
    "locations": ["hmc.raw", "hmc.n", "three.raw", "three.n", "single_ppg.raw", "single_ppg.n", "batch2d.raw", "batch2d.n"],
    "mlp_norm": ["weights.", "in0", "out"],
    "mha": ["weights.", "in0", "in1", "in2", "out", "attention"],
    "rotary_block": ["weights.", "in0", "out"],
    "scalar": ["gelu.", "layernorm."],
}

header, blobs, at = {}, [], 0
errors = dict(json.loads((FOLDER / "errors.json").read_text())["errors"])
stated = {}
for piece, prefixes in WANTED.items():
    data = (FOLDER / f"{piece}.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    for name, info in json.loads(data[8 : 8 + length]).items():
        if not any(name.startswith(prefix) for prefix in prefixes):
            continue
        start, stop = info["data_offsets"]
        blobs.append(data[8 + length + start : 8 + length + stop])
        header[f"{piece}/{name}"] = {**info, "data_offsets": [at, at + stop - start]}
        at += stop - start
        if name in errors[piece]:
            stated[f"{piece}/{name}"] = errors[piece][name]

header["__metadata__"] = {"errors": json.dumps(stated, separators=(",", ":"))}
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
pathlib.Path(__file__).with_name("pieces.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))
