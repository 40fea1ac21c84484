"""Export the peer network to ONNX with torch's classic exporter, for onnxExport.ts.

usage: python3 export.py PEERS OUT [CASE ...]
PEERS is the folder of panluna_torch.py, OUT the folder to write to; without CASE all of its cases are exported, each for
batch 1 and 16. Beside every model stand its inputs and torch's own output (raw arrays), against which the model is checked before it is
timed, and manifest.json lists it all. Needs torch (1.13 or newer) and numpy; nothing else.

The newer exporter (dynamo=True) that PyTorch 2 users have writes some operators in another way than the classic one. Where the classic
way would be slower, or wrong, the network is reformulated below so that the file holds what the newer exporter writes:
- `repeat_interleave` by a number: unsqueeze, expand, reshape (classic: one Split and one Concat piece per row);
- `atan2`: the decomposition by quadrant (classic: not supported);
- the rotary lambda: axes counted from the front (classic, torch 1.13: loses the rank and cuts at the wrong axes).
"""
import json
import math
import os
import sys
import warnings

import numpy as np
import torch
from torch.onnx import register_custom_op_symbolic

OPSET = 17  # the highest of torch 1.13; LayerNormalization is one operator from here on
BATCHES = (1, 16)


def atan2_symbolic(g, y, x):
    """atan(y / x), moved by pi to the side of y where x < 0; 0 for 0 / 0."""
    constant = lambda value: g.op("Constant", value_t=torch.tensor(value))
    slope = g.op("Atan", g.op("Div", y, x))
    below = g.op("Less", y, constant(0.0))  # y = 0 turns by +pi
    turned = g.op("Where", below, g.op("Sub", slope, constant(math.pi)), g.op("Add", slope, constant(math.pi)))
    angle = g.op("Where", g.op("Less", x, constant(0.0)), turned, slope)
    return g.op("Where", g.op("IsNaN", angle), constant(0.0), angle)


def repeat_interleave(x, repeats, dim):
    dim = dim % x.dim()
    shape = list(x.shape)
    wide = x.unsqueeze(dim + 1).expand(shape[: dim + 1] + [repeats] + shape[dim + 1 :])
    return wide.reshape(shape[:dim] + [shape[dim] * repeats] + shape[dim + 1 :])


def block_forward(network):
    heads, size = network.HEADS * network.QUERIES, network.EMBED // network.HEADS

    def forward(self, x, cos, sin):
        batch, length = int(x.shape[0]), int(x.shape[1])
        q, k, v = self.qkv(self.norm1(x)).reshape(batch, length, 3, heads, size).permute(2, 0, 3, 1, 4).unbind(0)

        def rotate(t):
            pairs = torch.stack((-t[:, :, :, 1::2], t[:, :, :, ::2]), 4)
            return t * cos + pairs.reshape(batch, heads, length, size) * sin

        scores = torch.matmul(rotate(q), rotate(k).transpose(2, 3)) * size ** -0.5
        attended = torch.matmul(torch.softmax(scores, 3), v).transpose(1, 2).reshape(batch, length, network.WIDTH)
        x = x + self.proj(attended)
        return x + self.mlp(self.norm2(x))

    return forward


def export(network, model, name, channels, samples, batch, folder):
    generator = torch.Generator().manual_seed(batch)
    random = lambda *shape: torch.randn(*shape, generator=generator)
    inputs = {
        "x": random(batch, channels, samples),
        "location": random(batch, channels, network.EMBED),
        "sensor": torch.zeros(batch, channels, dtype=torch.long),
    }
    plain_forward, plain_repeat = network.Block.forward, torch.Tensor.repeat_interleave
    with torch.no_grad():
        expected = model(*inputs.values())
    network.Block.forward, torch.Tensor.repeat_interleave = block_forward(network), repeat_interleave
    try:
        stem = f"{name}_b{batch}"
        torch.onnx.export(
            model, tuple(inputs.values()), os.path.join(folder, stem + ".onnx"), opset_version=OPSET,
            input_names=list(inputs), output_names=["y"],
        )
    finally:
        network.Block.forward, torch.Tensor.repeat_interleave = plain_forward, plain_repeat
    arrays = {key: save(folder, f"{stem}.{key}.bin", value) for key, value in {**inputs, "expected": expected}.items()}
    return {"name": name, "channels": channels, "samples": samples, "batch": batch, "model": stem + ".onnx", "arrays": arrays}


def save(folder, file, tensor):
    """Raw little-endian array; what it is goes into the manifest."""
    dtype = {torch.float32: "float32", torch.int64: "int64"}[tensor.dtype]
    tensor.numpy().astype(np.dtype(dtype).newbyteorder("<")).tofile(os.path.join(folder, file))
    return {"file": file, "dtype": dtype, "shape": list(tensor.shape)}


def main(peers, folder, *wanted):
    sys.path.insert(0, peers)
    import panluna_torch as network

    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.backends.mkldnn.set_flags(False)
    if hasattr(torch.backends, "mha"):
        torch.backends.mha.set_fastpath_enabled(False)  # the fast path has no ONNX form
    register_custom_op_symbolic("::atan2", atan2_symbolic, OPSET)
    os.makedirs(folder, exist_ok=True)
    model = network.Panluna(classes=5, dft=True).eval()
    cases = [case for case in network.CASES if not wanted or case[0] in wanted]
    manifest = {
        "exporter": f"torch.onnx.export of torch {torch.__version__} (classic, TorchScript), opset {OPSET}",
        "cases": [export(network, model, *case, batch, folder) for case in cases for batch in BATCHES],
    }
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump(manifest, file, indent=1)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
