"""LayerNorm and GroupNorm."""
import math

import numpy as np
from integers import case, clip, combine, drawn, given, inverse_root, near, requant, scale_of, values_of, wide


def unit_norm(x, epsilon, root):
    """Steps 1 to 4 of a norm; x / n' is never cut before its place."""
    n, total, squares = len(x), sum(x), sum(v * v for v in x)
    mean = (2 * total + n) // (2 * n)
    rest = total - n * mean
    v = squares - 2 * mean * total + n * mean**2 - rest**2 // n
    mean8 = (512 * total + n) // (2 * n)
    by = combine(inverse_root(v + epsilon), root)
    z = [clip(requant(256 * w - mean8, by), 32767) for w in x]
    if v > n * n:
        real = np.array(x, float)
        near(z, np.clip((real - real.mean()) / np.sqrt(real.var() + epsilon / n) * 1024, -32767, 32767), 4)
    return z


def norm(x, out, epsilon, gamma=None, beta=None):
    z = unit_norm(x, epsilon, scale_of(4 * math.sqrt(len(x))))
    a = z if gamma is None else [v * g + b for v, g, b in zip(z, gamma, beta)]
    assert max(map(abs, a)) < 2**31
    return [clip(requant(v, out), 127) for v in a]


def affine_of(columns):
    return drawn(columns, -20000, 20000), drawn(columns, -(2**24), 2**24)


def norm_args(n, epsilon, out, affine):
    args = {"epsilon": wide(epsilon), "root": scale_of(4 * math.sqrt(n)), "out": out, "affine": int(affine is not None)}
    return args if affine is None else {**args, "gamma": affine[0], "beta": affine[1]}


def layer_norm_case(kind, name, rows, n, x, epsilon, affine, out=None):
    out = out or scale_of(31.7 / 1024 / (1 if affine is None else 12000))
    parts = [] if affine is None else [values_of(a) for a in affine]
    v = values_of(x)
    y = [w for r in range(rows) for w in norm(v[r * n : r * n + n], out, epsilon, *parts)]
    case(f"layer_norm_{kind}", name, {"rows": rows, "n": n, **norm_args(n, epsilon, out, affine), "x": x}, y, 1)


def norm_cases():
    for kind, top in (("s8", 127), ("s16", 32767)):
        for rows, n in ((3, 1), (2, 2), (3, 5), (4, 64), (2, 256), (1, 1023), (1, 1024), (2, 7)):
            for affine in (None, affine_of(n)):
                x = drawn(rows * n, -top, top)
                layer_norm_case(kind, f"{rows} rows of {n}, {'plain' if affine is None else 'affine'}", rows, n, x, max(1, n // 3), affine)
        few = affine_of(64)
        spike = [0] * 63 + [1]
        for name, values in (
            ("constant rows", [top // 3]), ("zeros", [0]), ("all highest", [top]), ("all lowest", [-top]), ("signs alternate", [top, -top]),
            ("one step", spike), ("one step down", [-v for v in spike]), ("one far off", [top] + [-top] * 63), ("mean between", [top, top - 1]), ("negative mean", [-3, -4, -4]),
        ):
            for affine in (None, few):
                for epsilon in (1, 2**40 + 12345):
                    layer_norm_case(kind, f"{name}, epsilon {epsilon}", 2, 64, given(values, 128), epsilon, affine)
        layer_norm_case(kind, "largest epsilon", 1, 64, drawn(64, -top, top), 2**61 - 1, None)
        layer_norm_case(kind, "results scaled up", 1, 64, drawn(64, -top, top), 2**42 if kind == "s16" else 2**26, None, scale_of(3.7))
        layer_norm_case(kind, "the largest n", 1, 2**18 - 1, given([top, -top, top], 2**18 - 1), 1, None)
        group_norm_cases(kind, top)


def single_group(kind, x, epsilon, out):
    args = {"rows": 6, "columns": 8, "groups": 1, "group": given([0], 8), **norm_args(48, epsilon, out, None), "x": x}
    case(f"group_norm_{kind}", "results scaled up", args, norm(values_of(x), out, epsilon), 1)


def group_norm_cases(kind, top):
    single_group(kind, drawn(48, -top, top), 2**42 if kind == "s16" else 2**26, scale_of(3.7))
    strided, contiguous = [c % 16 // 4 for c in range(64)], [c // 3 for c in range(12)]
    for name, rows, group, x in (
        ("groups in every position", 37, strided, drawn(37 * 64, -top, top)), ("neighbours", 5, contiguous, drawn(60, -top, top)), ("one row", 1, strided, drawn(64, -top, top)),
        ("signs alternate", 21, strided, given([top, -top, -top], 21 * 64)), ("constant", 9, contiguous, given([-5], 108)),
    ):
        columns, groups = len(group), max(group) + 1
        n = rows * columns // groups
        for affine in (None, affine_of(columns)):
            out = scale_of(31.7 / 1024 / (1 if affine is None else 12000))
            gamma, beta = (None, None) if affine is None else (values_of(a) for a in affine)
            v, y = values_of(x), [None] * (rows * columns)
            for g in range(groups):
                at = [r * columns + c for r in range(rows) for c in range(columns) if group[c] == g]
                parts = [] if affine is None else [[gamma[i % columns] for i in at], [beta[i % columns] for i in at]]
                for i, w in zip(at, norm([v[i] for i in at], out, n // 7 + 1, *parts)):
                    y[i] = w
            args = {"rows": rows, "columns": columns, "groups": groups, "group": given(group), **norm_args(n, n // 7 + 1, out, affine), "x": x}
            case(f"group_norm_{kind}", f"{name}, {'plain' if affine is None else 'affine'}", args, y, 1)
