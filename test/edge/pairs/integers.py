"""The arithmetic of docs/integer.md in Python's whole numbers, and the list of cases."""
import math
import random

import numpy as np

R = random.Random(5)
CASES = []


def clip(v, top):
    return max(-top, min(top, v))


def requant(a, by):
    m, s = by
    return (a * m + 2 ** (s - 1)) // 2**s


def scale_of(x):
    """The pair of a multiplier, as the compiler makes it."""
    s = 30 - math.floor(math.log2(x))
    m = math.floor(x * 2.0**s + 0.5)
    if m == 2**31:
        m, s = 2**30, s - 1
    assert 2**30 <= m < 2**31 and 1 <= s <= 62, (x, m, s)
    return m, s


def combine(a, b):
    p = a[0] * b[0]
    drop = 31 if p >= 2**61 else 30
    return p >> drop, clip_shift(a[1] + b[1] - drop)


def clip_shift(s):
    return min(max(s, 1), 62)


def reciprocal(d):
    k = 31 - d.bit_length()
    return min(2**61 // (d << k), 2**31 - 1), 61 - k


def inverse_root(v):
    e = next(e for e in range(0, 62, 2) if 2**60 <= v << e < 2**62)
    return min(2**61 // math.isqrt(v << e), 2**31 - 1), 61 - e // 2


# Arrays: what goes into a case, and its values


def given(values, count=None):
    values = [int(v) for v in values]
    return {"count": count or len(values), "values": values}


def drawn(count, low, high):
    return {"count": count, "seed": R.getrandbits(30), "low": low, "high": high}


def pairs_of(scales):
    """Multipliers as an array."""
    return given([part for pair in scales for part in pair])


def wide(v):
    """A number of 64 bits as two words."""
    return [v & 0xFFFFFFFF, v >> 32]


def values_of(a):
    if "values" in a:
        return [a["values"][i % len(a["values"])] for i in range(a["count"])]
    state, values = a["seed"], []
    for _ in range(a["count"]):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(a["low"] + (state >> 8) % (a["high"] - a["low"] + 1))
    return values


def hexadecimal(values, width):
    """Bytes as they lie in memory; of more than 256 values their FNV-1a."""
    laid = b"".join((v % 256**width).to_bytes(width, "little") for v in values)
    if len(values) <= 256:
        return laid.hex()
    total = 2166136261
    for byte in laid:
        total = (total ^ byte) * 16777619 % 2**32
    return total.to_bytes(4, "little").hex()


def case(op, name, args, y, width):
    assert all(-(2**31) <= v < 2**32 for v in y)
    CASES.append({"op": op, "name": name, "args": args, "y": hexadecimal(y, width)})


def near(exact, approximate, tolerance):
    """Integers follow the real numbers that they stand for."""
    worst = np.max(np.abs(np.asarray(exact, float) - np.asarray(approximate, float)))
    assert worst <= tolerance, worst
