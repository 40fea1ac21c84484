"""
Write ops.json: for every operator of the graph, calls with operands and the results of NumPy, SciPy and PyTorch.

Operands are float32; results are computed in float64 from them, so a case tells how far a float32 engine strays.
Run with Debian's python3-numpy, python3-scipy, python3-torch:  python3 make.py
"""
import json
import math
import pathlib

import numpy as np
import scipy.special
import torch

rng = np.random.default_rng(20260404)
families: dict[str, list] = {}
EXACT, ONE_OP, SUM = 0.0, 2.5e-7, 1e-6  # tolerance relative to the largest magnitude of the result (at least 1)


def real(*shape, scale=1.0):
    """Float32 values with few digits."""
    return np.round(rng.normal(size=shape) * scale, 3).astype(np.float32)


def numbers(array, dtype):
    flat = np.asarray(array).ravel()
    if flat.dtype.kind != "f":
        return [int(v) for v in flat]
    special = {math.inf: "inf", -math.inf: "-inf"}
    digits = 17 if dtype == "float64" else 9
    return [special.get(v, "nan" if math.isnan(v) else float(f"{v:.{digits}g}")) for v in flat.tolist()]


def tensor(array, dtype=None):
    array = np.asarray(array)
    dtype = dtype or str(array.dtype)
    return {"dtype": dtype, "shape": list(array.shape), "data": numbers(array, dtype)}


def case(family, op, operands, args, results, tolerance=ONE_OP, dims=None, bind=None, note=""):
    """`args` are those of the builder method, with "$i" for operand i; `dims` gives symbolic shapes to the operands."""
    dims = dims or [list(np.shape(x)) for x in operands]
    inputs = [{**tensor(x), "dims": d} for x, d in zip(operands, dims)]
    results = [None if r is None else r if isinstance(r, dict) else tensor(r) for r in results]
    entry = {"op": op, "note": note, "inputs": inputs, "args": args, "outputs": results, "tolerance": tolerance}
    families.setdefault(family, []).append({**entry, **({"bind": bind} if bind else {})})


def as_float(array):
    return tensor(np.asarray(array), "float32")


def wide(array):
    return np.asarray(array, dtype=np.float64)


def unary(op, function, values, tolerance=ONE_OP):
    x = np.asarray(values, dtype=np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        case("elementwise", op, [x], ["$0"], [as_float(function(wide(x)))], tolerance, [["N"]])


line = np.round(np.linspace(-4, 4, 23), 3)
unary("abs", np.abs, [*line, -0.0, -math.inf], EXACT)
unary("neg", np.negative, [*line, math.inf], EXACT)
unary("sqrt", np.sqrt, [0, 1e-30, 0.25, 2, 3.7, 1e10, -1, math.inf])
unary("sin", np.sin, line, 4e-7)
unary("cos", np.cos, line, 4e-7)
unary("atan", np.arctan, [*line, 1e-20, 1e20, -math.inf])
unary("exp", np.exp, [*line, -200, -math.inf], 4e-7)
unary("exp", np.exp, [60, 80, 1000], 4e-7)
unary("log", np.log, [0.1, 1, 2.5, 1e-30, 1e30, 0, -1, math.inf])
unary("identity", lambda x: x, line, EXACT)
# float64 sin and cos of large arguments: what the location code needs, to the last bits
for op, function in (("sin", np.sin), ("cos", np.cos)):
    x = np.float64(np.float32(rng.uniform(0, 1, 12))) * 32768
    case("elementwise", op, [x], ["$0"], [tensor(function(x))], 1e-12, [["N"]], note="float64, up to 2^15")


def binary(op, function, tolerance=ONE_OP):
    a, b = real(2, 1, 3), real(4, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = function(wide(a), wide(b))
        case("elementwise", op, [a, b], ["$0", "$1"], [as_float(both)], tolerance, [["B", 1, 3], ["C", 1]], note="broadcast")
        c, d = np.float32([1, -1, 0, 3, math.inf, 0.1]), np.float32([0, 0, 0, 7, 2, 0.3])
        case("elementwise", op, [c, d], ["$0", "$1"], [as_float(function(wide(c), wide(d)))], tolerance, note="edges")


binary("add", np.add)
binary("sub", np.subtract)
binary("mul", np.multiply)
binary("div", np.divide)
binary("max", np.maximum, EXACT)
binary("min", np.minimum, EXACT)
counts = np.array([[3], [-7]], dtype=np.int64)
case("elementwise", "mul", [counts, np.int64(5)], ["$0", "$1"], [counts * 5], EXACT, note="int64")

a, b = np.float32([[1, 2, 3]]), np.float32([[2], [1]])
case("select", "less", [a, b], ["$0", "$1"], [tensor(a < b, "bool")], EXACT, [[1, 3], ["C", 1]])
zeros = np.float32([-0.0, 0.0, -1e-38, math.nan])
case("select", "less", [zeros, np.float32(0)], ["$0", "$1"], [tensor(zeros < 0, "bool")], EXACT, note="-0 is not below 0, NaN neither")
flags = np.array([[[True], [False]], [[False], [True]]])
x, y = real(1, 1, 3), real(2, 2, 3)
case("select", "where", [flags, x, y], ["$0", "$1", "$2"], [np.where(flags, x, y)], EXACT, [["B", "S", 1], [1, 1, 3], ["B", "S", 3]])
mixed = np.float32([-2.7, -0.5, 0, 0.5, 2.7, 100])
case("select", "cast", [mixed], ["$0", "int64"], [np.trunc(mixed).astype(np.int64)], EXACT, [["N"]], note="truncates")
case("select", "cast", [mixed], ["$0", "float64"], [mixed.astype(np.float64)], EXACT, note="widens")
case("select", "cast", [np.int64([-3, 0, 7])], ["$0", "int32"], [np.int32([-3, 0, 7])], EXACT)
case("select", "cast", [np.float32([0, 0.5, -2])], ["$0", "bool"], [tensor(np.array([False, True, True]), "bool")], EXACT)
case("select", "cast", [np.array([True, False])], ["$0", "float32"], [np.float32([1, 0])], EXACT)

for op, function in (("reduceSum", np.sum), ("reduceMean", np.mean), ("reduceMax", np.max), ("reduceMin", np.min)):
    x = real(2, 3, 4)
    tolerance = SUM if "M" not in op or "Mean" in op else EXACT
    case("reduce", op, [x], ["$0", [1]], [as_float(function(wide(x), axis=1, keepdims=True))], tolerance, [["B", "C", 4]])
    case("reduce", op, [x], ["$0", [-1, 0], False], [as_float(function(wide(x), axis=(2, 0)))], tolerance, [["B", "C", 4]], note="axes gone")
    case("reduce", op, [x], ["$0", [0, 1, 2], False], [as_float(function(wide(x)))], tolerance, note="to a scalar")

x = real(2, 6, 4)
case("layout", "reshape", [x], ["$0", [0, 0, 2, 2]], [x.reshape(2, 6, 2, 2)], EXACT, [["B", "C", 4]], note="0 keeps")
case("layout", "reshape", [x], ["$0", [-1, 8]], [x.reshape(6, 8)], EXACT, [["B", 6, 4]], note="-1 is the rest, of a product")
case("layout", "reshape", [x], ["$0", [0, -1, 2]], [x.reshape(2, 12, 2)], EXACT, [["B", "C", 4]], note="-1 with symbols")
case("layout", "reshape", [x], ["$0", [48]], [x.reshape(48)], EXACT, note="fixed")
case("layout", "reshape", [np.float32([3])], ["$0", []], [np.float32(3)], EXACT, note="to a scalar")
case("layout", "reshapeTo", [x, np.int64([2, 3, 8])], ["$0", "$1", ["B", "S", 8]], [x.reshape(2, 3, 8)], EXACT, [["B", "2*S", 4], [3]], {"S": 3})
case("layout", "transpose", [x], ["$0", [2, 0, 1]], [x.transpose(2, 0, 1)], EXACT, [["B", "C", 4]])
case("layout", "transpose", [x], ["$0", [0, 2, 1]], [x.transpose(0, 2, 1)], EXACT)
case("layout", "unsqueeze", [x], ["$0", [0, 3]], [x[None, :, :, None]], EXACT, [["B", "C", 4]] )
case("layout", "unsqueeze", [np.float32(2)], ["$0", [0, 1]], [np.float32([[2]])], EXACT, note="a scalar")
y = real(2, 1, 4)
case("layout", "concat", [x, y, x], [["$0", "$1", "$2"], 1], [np.concatenate([x, y, x], 1)], EXACT, [["B", 6, 4], ["B", 1, 4], ["B", 6, 4]])
case("layout", "concat", [x, y], [["$0", "$1"], -2], [np.concatenate([x, y], 1)], EXACT, [["B", "C", 4], ["B", 1, 4]], {"C+1": 7}, "symbolic length")
case("layout", "split2", [x], ["$0", [1, 5], 1], [x[:, :1], x[:, 1:]], EXACT, [["B", 6, 4]])
case("layout", "split3", [x], ["$0", [1, 2, 1], -1], [x[..., :1], x[..., 1:3], x[..., 3:]], EXACT, [["B", "C", 4]])
case("layout", "slice", [x], ["$0", [1, 0], [9, 3], [1, 2]], [x[:, 1:9, 0:3]], EXACT, [["B", 6, 4]], note="an end beyond the axis")
case("layout", "slice", [x], ["$0", [2], [5], [1]], [x[:, 2:5]], EXACT, [["B", "C", 4]], note="symbolic length")
case("layout", "slice", [x], ["$0", [5], [2], [1]], [x[:, 5:2]], EXACT, note="nothing left")
case("layout", "gather", [x, np.int32([[3, 0], [1, 1]])], ["$0", "$1", 2], [np.take(x, [[3, 0], [1, 1]], 2)], EXACT, [["B", "C", 4], ["N", 2]])
case("layout", "gather", [x, np.int64(4)], ["$0", "$1", -2], [x[:, 4]], EXACT, [["B", "C", 4], []], note="a scalar index takes the axis away")
case("layout", "gather", [y, np.int64([1, -1])], ["$0", "$1"], [y[[1, -1]]], EXACT, note="axis 0; negative from the back")
case("layout", "shape", [x], ["$0", 0, 2], [np.int64([2, 6])], EXACT, [["B", "C", 4]])
case("layout", "shape", [x], ["$0", 2, 3], [np.int64([4])], EXACT, [["B", "C", 4]])
case("layout", "range", [np.int64(0), np.int64(5), np.int64(1)], ["$0", "$1", "$2", "S"], [np.arange(5)], EXACT, [[], [], []], {"S": 5})
case("layout", "range", [np.int64(7), np.int64(-2), np.int64(-3)], ["$0", "$1", "$2", "S"], [np.arange(7, -2, -3)], EXACT, [[], [], []], {"S": 3}, "backwards")

a, b = real(2, 3, 4, 5), real(5, 6)
case("matMul", "matMul", [a, b], ["$0", "$1"], [as_float(wide(a) @ wide(b))], SUM, [["B", "S", 4, 5], [5, 6]], note="rows times a matrix")
c = real(3, 5, 2)
case("matMul", "matMul", [a, c], ["$0", "$1"], [as_float(wide(a) @ wide(c))], SUM, [["B", "S", "C", 5], ["S", 5, 2]], note="broadcast")
d = real(2, 3, 6, 5)
both = 0.25 * wide(a) @ wide(d).swapaxes(-1, -2)
case("matMul", "fusedMatMul", [a, d], ["$0", "$1", {"transB": True, "alpha": 0.25}], [as_float(both)], SUM, [["B", "S", "C", 5], ["B", "S", "N", 5]])
e = real(2, 3, 4, 6)
case("matMul", "fusedMatMul", [a, e], ["$0", "$1", {"transA": True}], [as_float(wide(a).swapaxes(-1, -2) @ wide(e))], SUM)
case("matMul", "fusedMatMul", [a, b], ["$0", "$1", {"alpha": -2}], [as_float(-2 * wide(a) @ wide(b))], SUM, note="whole alpha stays a float")
case("matMul", "fusedMatMul", [a, d], ["$0", "$1", {"transB": True}], [as_float(wide(a) @ wide(d).swapaxes(-1, -2))], SUM)


def torch64(array):
    return torch.from_numpy(wide(array))


x = np.concatenate([real(2, 3, 8), 1000 + real(1, 3, 8)])
scale, shift = real(8) + 1, real(8)
normed = torch.nn.functional.layer_norm(torch64(x), (8,), torch64(scale), torch64(shift), 1e-5)
case("activation", "layerNorm", [x[:2], scale, shift], ["$0", "$1", "$2"], [as_float(normed[:2])], SUM, [["B", "S", 8], [8], [8]])
bare = torch.nn.functional.layer_norm(torch64(x[:2]), (8,), torch64(scale), None, 1e-5)
case("activation", "layerNorm", [x[:2], scale], ["$0", "$1"], [as_float(bare)], SUM, [["B", "S", 8], [8]], note="without bias")
case("activation", "layerNorm", [np.zeros((1, 4), np.float32), np.ones(4, np.float32)], ["$0", "$1"], [np.zeros((1, 4), np.float32)], EXACT, note="constant row")
small = np.float32([[1e-3, -1e-3, 2e-3, 0]])
case("activation", "layerNorm", [small, np.ones(4, np.float32)], ["$0", "$1"], [as_float(torch.nn.functional.layer_norm(torch64(small), (4,), eps=1e-5))], SUM, note="epsilon 1e-5, biased variance")
stream, branch, bias = real(2, 3, 8), real(2, 3, 8), real(8)
total = torch64(stream) + torch64(branch) + torch64(bias)
closed = torch.nn.functional.layer_norm(total, (8,), torch64(scale), torch64(shift), 1e-5)
case("activation", "skipLayerNorm", [branch, stream, scale, shift, bias], ["$0", "$1", "$2", "$3", "$4"], [as_float(closed), None, None, as_float(total)], SUM, [["B", "S", 8], ["B", "S", 8], [8], [8], [8]])
wave = np.float32([-30, -6, -5, -3, -2, -1.5, -1, -0.5, -0.1, -1e-4, 0, 1e-4, 0.1, 0.5, 1, 1.5, 2, 3, 5, 6, 30])
exact = 0.5 * wide(wave) * scipy.special.erfc(-wide(wave) / math.sqrt(2))
case("activation", "gelu", [wave], ["$0"], [as_float(exact)], 4e-7, [["N"]], note="erf, not tanh")
x, bias = real(2, 3, 8, scale=2), real(8)
sum64 = wide(x) + wide(bias)
case("activation", "biasGelu", [x, bias], ["$0", "$1"], [as_float(0.5 * sum64 * scipy.special.erfc(-sum64 / math.sqrt(2)))], 4e-7, [["B", "S", 8], [8]])
x = real(2, 3, 4, scale=3)
case("activation", "softmax", [x], ["$0"], [as_float(scipy.special.softmax(wide(x), -1))], 2e-7, [["B", "C", "N"]])
case("activation", "softmax", [x], ["$0", 1], [as_float(scipy.special.softmax(wide(x), 1))], 2e-7, [["B", "C", 4]], note="an inner axis")
big = np.float32([[1e4, 1e4 - 1, -1e4]])
for axis in (-1, 1):
    log64 = scipy.special.log_softmax(wide(x), axis)
    case("activation", "logSoftmax", [x], ["$0", axis], [as_float(log64)], SUM, [["B", "C", 4]])
case("activation", "softmax", [big], ["$0"], [as_float(scipy.special.softmax(wide(big), -1))], 2e-7, note="no overflow")


def attend(q, k, v, heads, scale):
    split = lambda t: torch64(t).reshape(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)
    weights = torch.softmax(split(q) @ split(k).transpose(-1, -2) * scale, -1)
    return (weights @ split(v)).transpose(1, 2).reshape(q.shape[0], q.shape[1], -1)


q, k, v = real(2, 3, 8), real(2, 5, 8), real(2, 5, 8)
case("attention", "multiHeadAttention", [q, k, v], ["$0", "$1", "$2", 2, 0.5], [as_float(attend(q, k, v, 2, 0.5))], SUM, [["B", "S", 8], ["B", "C", 8], ["B", "C", 8]])
case("attention", "multiHeadAttention", [q, k, v], ["$0", "$1", "$2", 4, 1], [as_float(attend(q, k, v, 4, 1))], SUM, note="four heads, scale 1 stays a float")
angles = np.arange(6)[:, None] * 10000.0 ** (-np.arange(2) / 2)
cos, sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
x = real(2, 6, 8)
pairs = wide(x).reshape(2, 6, 2, 2, 2)
turned = (pairs[..., 0] + 1j * pairs[..., 1]) * (wide(cos) + 1j * wide(sin))[None, :, None, :]
rotated = np.stack([turned.real, turned.imag], -1).reshape(2, 6, 8)
case("attention", "rotaryEmbedding", [x, np.int64([0]), cos, sin], ["$0", "$1", "$2", "$3", 2, 4], [as_float(rotated)], ONE_OP * 2, [["B", "S", 8], [1], ["S", 2], ["S", 2]])

# operators that came later have a stream of their own, so that the cases above keep their numbers
late = np.random.default_rng(20260712)
case("select", "equal", [np.float32([[1, 2, 3]]), np.float32([[2], [1]])], ["$0", "$1"], [tensor([[False, True, False], [True, False, False]], "bool")], EXACT, [[1, "N"], ["C", 1]], note="broadcast")
case("select", "equal", [np.float32([-0.0, 0.0, 1e-38, math.nan, math.inf]), np.float32(0)], ["$0", "$1"], [tensor([True, True, False, False, False], "bool")], EXACT, note="-0 is 0, NaN is nothing")
case("select", "equal", [np.int64([[3], [-7]]), np.int64([-7, 3, 2**40])], ["$0", "$1"], [tensor([[False, True, False], [True, False, False]], "bool")], EXACT, [["B", 1], ["S"]], note="int64")
case("select", "equal", [np.int32([-1, 5]), np.int32([5, 5])], ["$0", "$1"], [tensor([False, True], "bool")], EXACT, note="int32")
case("select", "equal", [np.array([True, True, False]), np.array([True, False, False])], ["$0", "$1"], [tensor([True, False, True], "bool")], EXACT, [["N"], ["N"]], note="bool")
case("select", "equal", [np.float64([1, 1 + 2**-40]), np.float64([1, 1])], ["$0", "$1"], [tensor([True, False], "bool")], EXACT, note="float64")
unary("erf", scipy.special.erf, [*line, -0.0, 1e-20, -10, 30, math.inf, -math.inf], 4e-7)
unary("erf", scipy.special.erf, late.uniform(-1, 1, 20), 4e-7)
x = np.round(late.normal(size=(2, 1, 3)), 3).astype(np.float32)
case("layout", "expandTo", [x, np.int64([2, 4, 3])], ["$0", "$1", ["B", "S", 3]], [np.broadcast_to(x, (2, 4, 3))], EXACT, [["B", 1, 3], [3]], {"S": 4})
case("layout", "expandTo", [x, np.int64([5, 2, 1, 3])], ["$0", "$1", ["N", "B", 1, 3]], [np.broadcast_to(x, (5, 2, 1, 3))], EXACT, [["B", 1, 3], [4]], {"N": 5}, "an axis in front")
case("layout", "expandTo", [np.float32(-1.5), np.int64([2, 6])], ["$0", "$1", ["B", "2*S"]], [np.full((2, 6), -1.5, np.float32)], EXACT, [[], [2]], {"B": 2, "S": 3}, "a scalar")
case("layout", "expandTo", [np.int64([[7], [-2]]), np.int64([2, 3])], ["$0", "$1", [2, 3]], [np.int64([[7] * 3, [-2] * 3])], EXACT, note="int64, constant lengths")
case("layout", "expandTo", [np.array([[True, False]]), np.int64([3, 2])], ["$0", "$1", ["B", 2]], [tensor([[True, False]] * 3, "bool")], EXACT, bind={"B": 3}, note="bool")
case("layout", "expandTo", [np.float32(2), np.int64([])], ["$0", "$1", []], [np.float32(2)], EXACT, [[], [0]], note="a scalar stays one")
case("layout", "pad", [x], ["$0", [0, 2, 1], [0, 1, 0]], [np.pad(x, ((0, 0), (2, 1), (1, 0)))], EXACT, [["B", 1, 3]])
case("layout", "pad", [x], ["$0", [1, 0, 0], [0, 0, 4]], [np.pad(x, ((1, 0), (0, 0), (0, 4)))], EXACT, note="constant lengths")
case("layout", "pad", [x[:, 0]], ["$0", [0, 0], [0, 0]], [x[:, 0]], EXACT, [["B", "C"]], note="nothing to add")
case("layout", "pad", [np.zeros((2, 0), np.float32)], ["$0", [0, 1], [0, 2]], [np.zeros((2, 3), np.float32)], EXACT, [["B", 0]], note="nothing inside")
case("layout", "pad", [np.int64([-3, 4])], ["$0", [1], [1]], [np.int64([0, -3, 4, 0])], EXACT, note="int64")
few = lambda *shape: np.round(late.normal(size=shape), 3).astype(np.float32)
a, b, c = few(5, 3), few(3, 4), few(4)
case("matMul", "gemm", [a, b, c], ["$0", "$1", "$2"], [as_float(wide(a) @ wide(b) + wide(c))], SUM, [["N", 3], [3, 4], [4]])
scaled = {"transA": True, "transB": True, "alpha": 0.5, "beta": -2}
case("matMul", "gemm", [a.T, b.T, c], ["$0", "$1", "$2", scaled], [as_float(0.5 * wide(a) @ wide(b) - 2 * wide(c))], SUM, [[3, "N"], [4, 3], [4]], note="transposed and scaled")
case("matMul", "gemm", [a, b, few(1)], ["$0", "$1", "$2", {"beta": 0}], [as_float(wide(a) @ wide(b))], SUM, note="one addend that does not count")
x, scale, shift = few(2, 3, 8) + np.float32(1), few(8), few(8)
for epsilon in (1e-5, 0.5):
    mean, variance = wide(x).mean(-1, keepdims=True), wide(x).var(-1, keepdims=True)
    inverse = 1 / np.sqrt(variance + epsilon)
    rest = [] if epsilon == 1e-5 else [epsilon]
    results = [as_float((wide(x) - mean) * inverse * wide(scale) + wide(shift)), as_float(mean), as_float(inverse)]
    case("activation", "layerNormStats", [x, scale, shift], ["$0", "$1", "$2", *rest], results, SUM, [["B", "S", 8], [8], [8]])

x = np.float32([0, 0.25, -0.25, 0.75, 1.25, -1.25, 63.4, 64, -63.9, -64.2, 1e6, -1e6, 3.3])
for kind, (low, high) in {"int8": (-128, 127), "int16": (-32768, 32767)}.items():
    for step in (0.5, 0.003):
        levels = np.clip(np.rint(wide(x) / wide(np.float32(step))), low, high)
        case("quantize", "quantizeLinear", [x, np.float32(step), np.dtype(kind).type(0)], ["$0", "$1", "$2"], [tensor(levels.astype(kind))], EXACT, [["N"], [], []], note=f"{kind}, {step}")
q = np.int8([[-127, 3, 0], [127, -1, 5]])
case("quantize", "dequantizeLinear", [q, np.float32(0.37)], ["$0", "$1"], [as_float(wide(q) * wide(np.float32(0.37)))], ONE_OP, [["N", 3], []])
steps = np.float32([0.1, 2, 0.003])
case("quantize", "dequantizeLinear", [q, steps], ["$0", "$1"], [as_float(wide(q) * wide(steps))], ONE_OP, [["N", 3], [3]], note="a scale per column")
case("quantize", "dequantizeLinear", [np.int16(q) * 258, steps[:2], ], ["$0", "$1", 0], [as_float(wide(q) * 258 * wide(steps[:2])[:, None])], ONE_OP, [[2, "N"], [2]], note="int16, a scale per row")

path = pathlib.Path(__file__).with_name("ops.json")
lines = [f" {json.dumps(f)}: [\n  " + ",\n  ".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n ]" for f, cases in families.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
