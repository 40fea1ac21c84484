"""
Write gradients.json: for calls of every operator with a gradient, a cotangent per output and the gradient per float operand that
PyTorch's autograd gives in float64. The calls are those of ops.json whose numbers are finite, and more of its kind below.

Run with Debian's python3-numpy and python3-torch after make.py:  python3 makeGradients.py
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.backends.mkldnn.set_flags(False)
here = pathlib.Path(__file__)
rng = np.random.default_rng(20261123)
WITHOUT = {"shape", "range", "less", "equal"}  # their results are constant almost everywhere
cases = []


def layer_norm(x, scale, bias=None):
    return F.layer_norm(x, scale.shape, scale, bias, 1e-5)


def skip_layer_norm(x, skip, gamma, beta, bias):
    total = x + skip + bias
    return [layer_norm(total, gamma, beta), None, None, total]


def product(a, b, transA=False, transB=False, alpha=1):
    return alpha * torch.matmul(a.transpose(-1, -2) if transA else a, b.transpose(-1, -2) if transB else b)


def gemm(a, b, c, transA=False, transB=False, alpha=1, beta=1):
    return product(a, b, transA, transB, alpha) + beta * c


def attend(q, k, v, heads, scale):
    split = lambda t: t.reshape(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)
    weights = torch.softmax(split(q) @ split(k).transpose(-1, -2) * scale, -1)
    return (weights @ split(v)).transpose(1, 2).reshape(q.shape[0], q.shape[1], -1)


def rotate(x, positions, cos, sin, heads, size):
    batch, length, _ = x.shape
    pairs = torch.view_as_complex(x.reshape(batch, length, heads, size // 2, 2).contiguous())
    first = int(positions[0])
    turn = torch.complex(cos, sin)[first : first + length]
    return torch.view_as_real(pairs * turn[None, :, None, :]).reshape(x.shape)


def gather(x, indices, axis=0):
    indices = torch.where(indices < 0, indices + x.shape[axis], indices).long()
    taken = x.index_select(axis, indices.reshape(-1))
    axis %= x.dim()
    return taken.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def reshape(x, lengths):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(lengths)])


def unsqueeze(x, axes):
    for axis in axes:
        x = x.unsqueeze(axis)
    return x


def cut(x, starts, ends, axes):
    for start, end, axis in zip(starts, ends, axes):
        x = x[(slice(None),) * axis + (slice(start, end),)]
    return x


def pad(x, before, after):
    return F.pad(x, [n for pair in zip(reversed(before), reversed(after)) for n in pair])


def cast(x, to):
    return x.double() if to == "float64" else x  # float32 has more digits here than the engine's


FUNCTIONS = {
    **{name: getattr(torch, name) for name in ("abs", "neg", "sqrt", "sin", "cos", "atan", "exp", "log", "erf", "add", "sub", "mul", "div", "where")},
    "identity": lambda x: x.clone(),
    "max": torch.maximum,
    "min": torch.minimum,
    "cast": cast,
    "reduceSum": lambda x, axes, keep=True: x.sum(axes, keep),
    "reduceMean": lambda x, axes, keep=True: x.mean(axes, keep),
    "reduceMax": lambda x, axes, keep=True: x.amax(axes, keep),
    "reduceMin": lambda x, axes, keep=True: x.amin(axes, keep),
    "reshape": reshape,
    "reshapeTo": lambda x, shape, dims: x.reshape(shape.tolist()),
    "expandTo": lambda x, shape, dims: x.expand(shape.tolist()),
    "transpose": lambda x, perm: x.permute(perm),
    "unsqueeze": unsqueeze,
    "concat": lambda values, axis: torch.cat(values, axis),
    "split2": lambda x, parts, axis: torch.split(x, parts, axis),
    "split3": lambda x, parts, axis: torch.split(x, parts, axis),
    "slice": cut,
    "pad": pad,
    "gather": gather,
    "matMul": torch.matmul,
    "fusedMatMul": lambda a, b, options={}: product(a, b, **options),
    "gemm": lambda a, b, c, options={}: gemm(a, b, c, **options),
    "layerNorm": layer_norm,
    "layerNormStats": lambda x, scale, bias, epsilon=1e-5: (F.layer_norm(x, scale.shape, scale, bias, epsilon), None, None),
    "skipLayerNorm": skip_layer_norm,
    "gelu": F.gelu,
    "biasGelu": lambda x, bias: F.gelu(x + bias),
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "logSoftmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "multiHeadAttention": attend,
    "rotaryEmbedding": rotate,
}


def numbers(array):
    """What the engine holds of it, as few digits as tell it."""
    flat = np.asarray(array).ravel()
    return [int(v) if flat.dtype.kind in "iub" else float(f"{v:.9g}") if flat.dtype == np.float32 else float(v) for v in flat]


def digits(array, count):
    return [float(f"{v:.{count}g}") for v in array.ravel()]


def stored(array, dims=None):
    array = np.asarray(array)
    entry = {"dtype": str(array.dtype), "shape": list(array.shape), "data": numbers(array)}
    return entry if dims is None else {**entry, "dims": dims}


def operand(entry):
    array = np.array(entry["data"], dtype=entry["dtype"]).reshape(entry["shape"])
    if not entry["dtype"].startswith("float"):
        return torch.from_numpy(array), False
    return torch.from_numpy(array.astype(np.float64)), True


def fill(arg, operands):
    if isinstance(arg, list):
        return [fill(a, operands) for a in arg]
    return operands[int(arg[1:])] if isinstance(arg, str) and arg.startswith("$") else arg


def outputs_of(op, args, operands):
    result = FUNCTIONS[op](*fill(args, operands))
    return list(result) if isinstance(result, (list, tuple)) else [result]


def loss_of(outputs, cotangents):
    return sum((y * torch.from_numpy(np.asarray(c, np.float64))).sum() for y, c in zip(outputs, cotangents) if y is not None)


def told_by_differences(op, args, operands, which, cotangents, gradient):
    """Whether central differences as those of the test give this gradient in float64: not at kinks, nor where curvature is large."""
    flat = gradient.ravel()
    k = np.arange(flat.size)
    direction = np.where(k % 3 == 0, -1, 1) * (1 + k % 5 / 4)

    def loss(h):
        moved = [x.detach() for x in operands]
        moved[which] = moved[which] + torch.from_numpy((h * direction).reshape(gradient.shape))
        return float(loss_of(outputs_of(op, args, moved), cotangents))

    central = lambda h: (loss(h) - loss(-h)) / (2 * h)
    h = 2.0**-6
    error = abs((4 * central(h / 2) - central(h)) / 3 - flat @ direction)
    return bool(error <= 2e-5 * (np.abs(flat * direction).sum() + 1))


def add_case(op, inputs, args, note, fixed=()):
    """`fixed`: operands that have no gradient."""
    operands = [operand(entry) for entry in inputs]
    wanted = [is_float and i not in fixed for i, (_, is_float) in enumerate(operands)]
    leaves = [value.requires_grad_() if want else value for (value, _), want in zip(operands, wanted)]
    outputs = outputs_of(op, args, leaves)
    wide = inputs[wanted.index(True)]["dtype"] == "float64" or "float64" in args
    kind = np.float64 if wide else np.float32
    cotangents = [None if y is None else np.round(rng.normal(size=tuple(y.shape)), 3).astype(kind) for y in outputs]
    loss_of(outputs, cotangents).backward()
    gradients = [value.grad.numpy() if want else None for value, want in zip(leaves, wanted)]
    smooth = all(g is None or told_by_differences(op, args, leaves, i, cotangents, g) for i, g in enumerate(gradients))
    assert all(g is None or np.isfinite(g).all() for g in gradients), (op, note)
    cases.append({
        "op": op, "note": note, "smooth": smooth, "inputs": inputs, "args": args,
        "cotangents": [None if c is None else stored(c) for c in cotangents],
        "gradients": [None if g is None else {"shape": list(g.shape), "data": digits(g, 17 if wide else 10)} for g in gradients],
    })


def usable(case):
    """A call with a gradient at numbers where it has one and the difference of two neighbours tells it."""
    inputs = case["inputs"]
    first = case["args"][0] if not isinstance(case["args"][0], list) else case["args"][0][0]
    whole = not inputs[int(first[1:])]["dtype"].startswith("float") and case["op"] != "where"
    to_whole = case["op"] == "cast" and not case["args"][1].startswith("float")
    values = [v for tensor in [*inputs, *filter(None, case["outputs"])] for v in tensor["data"]]
    return case["op"] not in WITHOUT and not whole and not to_whole and all(isinstance(v, (int, float)) for v in values)


TABLES = {"rotaryEmbedding": (2, 3)}  # cosines and sines are not trained
for family, calls in json.loads(here.with_name("ops.json").read_text()).items():
    for call in filter(usable, calls):
        add_case(call["op"], call["inputs"], call["args"], call["note"], TABLES.get(call["op"], ()))


def real(*shape, scale=1.0):
    return np.round(rng.normal(size=shape) * scale, 3).astype(np.float32)


def more(op, operands, args, dims=None, note="", fixed=()):
    dims = dims or [list(np.shape(x)) for x in operands]
    add_case(op, [stored(x, d) for x, d in zip(operands, dims)], args, note, fixed)


away = np.float32([-3.2, -1.7, -0.9, -0.3, 0.2, 0.6, 1.1, 2.4])  # from 0, where a difference would straddle it
for op in ("abs", "neg", "sin", "cos", "atan", "exp", "erf", "gelu", "identity"):
    more(op, [away], ["$0"], [["N"]], note="away from 0")
for op in ("sqrt", "log"):
    more(op, [np.abs(away)], ["$0"], [["N"]], note="positive")
more("abs", [np.float32([0, -0.0, 1, -1])], ["$0"], note="0 at 0")
more("sqrt", [np.float32([1e-12, 1e-4, 1e8])], ["$0"], note="small and large")
more("log", [np.float32([1e-6, 1e6])], ["$0"], note="small and large")
more("div", [np.float32([1, -2, 3]), np.float32([1e-3, -1e3, 0.5])], ["$0", "$1"], note="small and large divisors")
more("exp", [np.float32([-80, -20, 0, 20])], ["$0"], note="small and large")
for op in ("erf", "gelu"):
    more(op, [np.float32([-1e20, -40, -13, -6, -4, 4, 6, 13, 40, 1e20])], ["$0"], note="large")
more("biasGelu", [np.float32([[-20, 30]]), np.float32([-20, 60])], ["$0", "$1"], note="large")

PLACES = [
    ("the first is repeated", (3,), (2, 4, 3), ["N"], ["B", "S", "N"]),
    ("the second is repeated", (2, 4, 3), (4, 1), ["B", "S", "N"], ["S", 1]),
    ("a scalar first", (), (2, 3), [], ["B", "N"]),
    ("a scalar second", (2, 3), (1, 1, 1), ["B", "N"], [1, 1, 1]),
    ("both", (2, 1, 3), (4, 1), ["B", 1, 3], ["S", 1]),
]
for op in ("add", "sub", "mul", "div", "max", "min"):
    for note, a, b, dims_a, dims_b in PLACES:
        divisor = np.float32(2) + np.abs(real(*b)) if op == "div" else real(*b) + np.float32(0.0005)  # never a tie
        more(op, [real(*a), divisor], ["$0", "$1"], [dims_a, dims_b], note)
for op in ("max", "min"):
    more(op, [np.float32([1, 2, 3, -0.0]), np.float32([1, 3, 2, 0])], ["$0", "$1"], note="half each where equal")
    more(op, [np.float32([[1, 2], [0, 5]]), np.float32(1)], ["$0", "$1"], note="a tie with a scalar")
flags = np.array([[True], [False], [True]])
more("where", [flags, real(2, 1, 4), real(4)], ["$0", "$1", "$2"], [["S", 1], ["B", 1, 4], [4]], note="all three repeated")
more("where", [np.array(True), real(1, 3), real(2, 1)], ["$0", "$1", "$2"], note="a scalar condition")
more("where", [flags, real(), real(3, 2)], ["$0", "$1", "$2"], [["S", 1], [], ["S", 2]], note="a scalar choice")
more("cast", [real(5)], ["$0", "float32"], note="to itself")
more("cast", [real(5).astype(np.float64)], ["$0", "float64"], note="float64 to itself")

cube = real(2, 3, 4)
for op in ("reduceSum", "reduceMean", "reduceMax", "reduceMin"):
    for axes, keep in (([0], True), ([0], False), ([2, 0], True), ([-2, -1], False), ([0, 1, 2], True)):
        more(op, [cube], ["$0", axes, keep], [["B", "C", "N"]], note="dynamic")
    more(op, [cube[:, :, :1]], ["$0", [2], False], [["B", "C", 1]], note="one element")
tied = np.float32([[1, 3, 3, 2], [3, 3, 3, 3], [-1, -1, 0, 0]])
for op in ("reduceMax", "reduceMin"):
    for axes, keep in (([1], True), ([0], False), ([0, 1], False)):
        more(op, [tied], ["$0", axes, keep], note="equal extremes share evenly")

x = real(2, 6, 4)
more("reshape", [x], ["$0", [-1, 4]], [["B", "C", 4]], note="two dynamic axes become one")
more("reshape", [x], ["$0", [0, -1]], [["B", "C", "N"]], note="three dynamic axes become two")
more("reshape", [real(3, 4)], ["$0", [0, 0, 1]], [["N", 4]], note="one more")
more("transpose", [x], ["$0", [1, 2, 0]], [["B", "C", "N"]], note="all dynamic")
more("transpose", [real(2, 1, 3, 2)], ["$0", [3, 1, 0, 2]], note="four axes")
more("unsqueeze", [x], ["$0", [1]], [["B", "C", "N"]], note="all dynamic")
more("concat", [real(2, 3), real(2, 1), real(2, 2)], [["$0", "$1", "$2"], -1], [["B", 3], ["B", 1], ["B", 2]], note="three lengths")
more("concat", [real(2, 3)], [["$0"], 0], [[2, "N"]], note="alone")
more("concat", [real(2, 3), real(1, 3)], [["$0", "$1", "$0"], 0], [[2, "N"], [1, "N"]], note="one operand twice")
more("split3", [x], ["$0", [2, 2, 2], 1], [["B", 6, "N"]], note="dynamic beside")
more("split2", [x], ["$0", [1, 1], 0], [[2, "C", "N"]], note="the first axis")
more("slice", [x], ["$0", [0, 2], [1, 5], [0, 1]], [[2, 6, "N"]], note="dynamic beside")
more("slice", [x], ["$0", [8], [9], [1]], note="a start beyond the axis")
more("slice", [x], ["$0", [0], [6], [1]], [["B", 6, "N"]], note="everything")
more("pad", [x], ["$0", [0, 1, 0], [0, 2, 3]], [["B", 6, 4]], note="dynamic beside")
more("expandTo", [real(1, 3, 1), np.int64([2, 3, 4])], ["$0", "$1", ["B", 3, "N"]], note="two axes")
more("expandTo", [real(), np.int64([2, 3])], ["$0", "$1", ["B", "N"]], note="a scalar to dynamic axes")

table = real(4, 3)
more("gather", [table, np.int64([0, 2, 2, 2, -1, 3])], ["$0", "$1"], [[4, 3], ["N"]], note="repeated, from the back")
more("gather", [table, np.int32([[1, 1], [-4, 0]])], ["$0", "$1", 0], [[4, "N"], ["B", 2]], note="two axes of indices")
more("gather", [table, np.int64(2)], ["$0", "$1", 0], note="one row")
more("gather", [real(4), np.int64([3, 3, 0])], ["$0", "$1", 0], note="of a vector")
more("gather", [x, np.int64([5, 5, -6, 1])], ["$0", "$1", 1], [["B", 6, "N"], ["S"]], note="an inner axis, all else dynamic")
more("gather", [x, np.int64([[1, 1, 0]])], ["$0", "$1", -1], [["B", "C", 4], [1, "S"]], note="the last axis")

SHAPES = [
    ("matrices", (3, 4), (4, 2), [3, 4], [4, 2]),
    ("dynamic matrices", (3, 4), (4, 2), ["M", "K"], ["K", "N"]),
    ("rows times a matrix", (2, 3, 4), (4, 2), ["B", "S", 4], [4, 2]),
    ("dynamic rows times a matrix", (2, 3, 4), (4, 2), ["B", "S", "K"], ["K", 2]),
    ("batched", (2, 3, 4), (2, 4, 2), ["B", "S", "K"], ["B", "K", 2]),
    ("a matrix times batches", (3, 4), (2, 4, 2), ["S", 4], ["B", 4, 2]),
    ("broadcast batches", (2, 1, 3, 4), (3, 4, 2), ["B", 1, "S", 4], [3, 4, 2]),
]
swap = lambda shape, flag: (*shape[:-2], shape[-1], shape[-2]) if flag else shape
for note, a, b, dims_a, dims_b in SHAPES:
    more("matMul", [real(*a), real(*b)], ["$0", "$1"], [dims_a, dims_b], note)
    for left in (False, True):
        for right in (False, True):
            options = {"transA": left, "transB": right, "alpha": 1 if left == right else -0.75}
            operands = [real(*swap(a, left)), real(*swap(b, right))]
            dims = [list(swap(dims_a, left)), list(swap(dims_b, right))]
            more("fusedMatMul", operands, ["$0", "$1", options], dims, note)

scale, shift = real(8) + np.float32(1), real(8)
x = real(2, 3, 8, scale=2)
more("layerNorm", [x[0], scale, shift], ["$0", "$1", "$2"], [["N", 8], [8], [8]], note="rows")
more("layerNorm", [x[0], scale], ["$0", "$1"], note="rows without bias")
more("layerNorm", [x[0, 0], scale, shift], ["$0", "$1", "$2"], note="one row")
more("layerNorm", [x + np.float32(10), scale, shift], ["$0", "$1", "$2"], note="far from 0")
more("biasGelu", [x, shift], ["$0", "$1"], [["B", "S", 8], [8]], note="dynamic")
for axis in (0, 1, -1):
    more("softmax", [x], ["$0", axis], [["B", "S", "N"]], note="dynamic")
    more("logSoftmax", [x], ["$0", axis], [["B", "S", "N"]], note="dynamic")
more("softmax", [np.float32([[100, 99, -100], [0, 0, 0]])], ["$0"], note="far apart")
more("logSoftmax", [np.float32([[100, 99, -100], [0, 0, 0]])], ["$0"], note="far apart")
q, k, v = real(2, 3, 8), real(2, 5, 8), real(2, 5, 4)
more("multiHeadAttention", [q, k, v], ["$0", "$1", "$2", 2, 0.7], [["B", "S", 8], ["B", "C", 8], ["B", "C", 4]], note="narrow values")
more("multiHeadAttention", [q], ["$0", "$0", "$0", 4, 0.5], [["B", "S", 8]], note="of itself")
angles = np.arange(5)[:, None] * 10000.0 ** (-np.arange(4) / 4)
tables = [np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)]
more("rotaryEmbedding", [q, np.int64([1]), *tables], ["$0", "$1", "$2", "$3", 1, 8], [["B", "S", 8], [1], [5, 4], [5, 4]], note="from position 1", fixed=(2, 3))

wide = lambda *shape: rng.normal(size=shape)
for op in ("abs", "neg", "sin", "cos", "exp", "identity"):
    more(op, [wide(6)], ["$0"], note="float64")
for op in ("sqrt", "log"):
    more(op, [np.abs(wide(6))], ["$0"], note="float64")
for op in ("add", "sub", "mul", "div", "max", "min"):
    more(op, [wide(2, 3), wide(3)], ["$0", "$1"], [["B", 3], [3]], note="float64")
for op in ("reduceSum", "reduceMean", "reduceMax", "reduceMin"):
    more(op, [wide(2, 3)], ["$0", [1], False], [["B", "N"]], note="float64")
more("softmax", [wide(2, 3)], ["$0"], note="float64")
more("where", [np.array([[True], [False]]), wide(2, 3), wide(3)], ["$0", "$1", "$2"], note="float64")
more("split2", [wide(2, 3)], ["$0", [1, 2], 1], note="float64")
more("concat", [wide(2, 1), wide(2, 2)], [["$0", "$1"], 1], note="float64")
more("layerNorm", [wide(2, 8), wide(8), wide(8)], ["$0", "$1", "$2"], note="float64")
more("logSoftmax", [wide(2, 3)], ["$0"], note="float64")
more("slice", [wide(2, 3)], ["$0", [1], [3], [1]], [["B", "N"]], note="float64, dynamic")
more("pad", [wide(2, 3)], ["$0", [0, 1], [0, 1]], [["B", 3]], note="float64")
more("expandTo", [wide(1, 3), np.int64([2, 3])], ["$0", "$1", ["B", 3]], note="float64")
more("matMul", [wide(2, 3, 4), wide(4, 2)], ["$0", "$1"], [["B", "S", 4], [4, 2]], note="float64")
more("matMul", [wide(2, 3, 4), wide(2, 4, 2)], ["$0", "$1"], [["B", "S", "K"], ["B", "K", 2]], note="float64, batched")
more("gather", [wide(4, 3), np.int64([0, 2, 2, -1])], ["$0", "$1"], [[4, 3], ["N"]], note="float64")
few = lambda *shape: np.round(rng.normal(size=shape), 3).astype(np.float32)
for left, right in ((False, False), (False, True), (True, False), (True, True)):
    a, b = few(*((3, 5) if left else (5, 3))), few(*((4, 3) if right else (3, 4)))
    options = {"transA": left, "transB": right, "alpha": 0.5, "beta": -2}
    more("gemm", [a, b, few(4)], ["$0", "$1", "$2", options], [[3, "N"] if left else ["N", 3], list(b.shape), [4]], note="dynamic")
more("gemm", [few(2, 3), few(3, 4), few(2, 1)], ["$0", "$1", "$2"], note="a column")
more("gemm", [wide(2, 3), wide(3, 4), wide(4)], ["$0", "$1", "$2"], note="float64")
more("layerNormStats", [few(3, 8) + np.float32(10), few(8), few(8)], ["$0", "$1", "$2"], [["N", 8], [8], [8]], note="far from 0")

text = "[\n " + ",\n ".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n"
here.with_name("gradients.json").write_text(text)
