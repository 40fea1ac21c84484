"""What meets the signal first: rotary embedding, frequency features, z-score."""
import math
from decimal import ROUND_FLOOR, Decimal, getcontext

import numpy as np
from integers import R, case, clip, combine, drawn, given, inverse_root, near, pairs_of, requant, scale_of, values_of

POISON = 0x55
getcontext().prec = 50


def rounded(x):
    """To nearest, ties upwards."""
    return int((x + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def arctangent(x):
    """By the series, after the angle has been halved until it is small."""
    halvings = 0
    while x > Decimal("0.01"):
        x, halvings = x / (1 + (1 + x * x).sqrt()), halvings + 1
    return 2**halvings * sum((-1) ** i * x ** (2 * i + 1) / (2 * i + 1) for i in range(12))


PI = 4 * arctangent(Decimal(1))
A = [rounded(arctangent(Decimal(q) / 256) * 32768 / PI) for q in range(257)]
assert A[256] == 8192


# Rotary embedding


def rotary(name, rows, heads, size, strides, x, cosines, sines, real):
    by, (sx, sy) = scale_of(real), strides
    v, c, s = (values_of(a) for a in (x, cosines, sines))
    y = [POISON] * (rows * sy)
    for r in range(rows):
        for h in range(heads):
            for i in range(size // 2):
                x0, x1 = v[r * sx + h * size + 2 * i], v[r * sx + h * size + 2 * i + 1]
                cos, sin = c[r * size // 2 + i], s[r * size // 2 + i]
                turned = x0 * cos - x1 * sin, x0 * sin + x1 * cos
                assert max(map(abs, turned)) < 2**31
                at = r * sy + h * size + 2 * i
                y[at : at + 2] = [clip(requant(a, by), 127) for a in turned]
    args = {"rows": rows, "heads": heads, "size": size, "x_stride": sx, "y_stride": sy, "by": by}
    case("rotary", name, {**args, "x": x, "cosines": cosines, "sines": sines}, y, 1)


def angle_tables(rows, pairs):
    angles = [r / 100.0 ** (i / pairs) for r in range(rows) for i in range(pairs)]
    table = lambda wave: given([clip(math.floor(2**15 * wave(a) + 0.5), 32767) for a in angles])
    return table(math.cos), table(math.sin)


def rotary_cases():
    for rows, heads, size, strides in ((1, 1, 2, (2, 2)), (7, 2, 32, (64, 64)), (5, 3, 6, (23, 19))):
        x = drawn(rows * strides[0], -32767, 32767)
        rotary(f"{rows} rows, {heads} heads of {size}", rows, heads, size, strides, x, *angle_tables(rows, size // 2), 127 / 32767 / 2**15)
    ends = given([32767, 32767, 32767, -32767, -32767, 32767, -32767, -32767])
    for real in (127 / 2**31, 3e-9, 0.5):
        rotary(f"the ends, by {real}", 1, 1, 8, (8, 8), ends, given([32767, -32767, 32767, 32767]), given([-32767, -32767, 32767, -32767]), real)


# Frequency features


def features(x, cosines, sines, bins, scales):
    """One patch. @returns magnitudes, then phases"""
    p = len(x)
    magnitudes, phases = [], []
    for k in range(bins):
        re, im = ((sum(a * b for a, b in zip(x, w[k * p : k * p + p])) + 2**11) // 2**12 for w in (cosines, sines))
        assert max(abs(re), abs(im)) <= 2**30
        magnitudes.append(clip(requant(math.isqrt(re * re + im * im), scales[k]), 127))
        phases.append(phase(re, im))
    return magnitudes + phases


def phase(re, im):
    a, b = abs(re), abs(im)
    if a == b == 0:
        return 0
    q = (512 * min(a, b) + max(a, b)) // (2 * max(a, b))
    angle = A[q] if b <= a else 16384 - A[q]
    angle = 32768 - angle if re < 0 else angle
    angle = -angle if im < 0 else angle
    value = (127 * angle + 2**14) // 2**15
    near([value], [math.atan2(im, re) / math.pi * 127], 0.6)
    return value


def frequency(name, samples, patches, x, real, tables=None, bins=None):
    """@param real a multiplier for all magnitudes, or one per frequency"""
    bins = bins or samples // 2 + 1
    # Float64 is far from any tie, but for the quarters of the circle, which it misses by less than 2^-40
    wave = lambda f: [math.floor(2**14 * f(2 * math.pi * (k * t % samples) / samples) + 0.5 + 2.0**-30) for k in range(bins) for t in range(samples)]
    cosines, sines = tables or (given(wave(math.cos)), given(wave(lambda a: -math.sin(a))))
    scales = [scale_of(r) for r in (real if isinstance(real, list) else [real] * bins)]
    v, c, s = (values_of(a) for a in (x, cosines, sines))
    y = [w for p in range(patches) for w in features(v[p * samples : p * samples + samples], c, s, bins, scales)]
    args = {"patches": patches, "samples": samples, "bins": bins, "magnitudes": pairs_of(scales), "x": x, "cosines": cosines, "sines": sines}
    case("frequency_features", name, args, y, 1)


def frequency_cases():
    t = range(32)
    silence, constant, down, alternate = [0] * 32, [32767] * 32, [-5] * 32, [(-1) ** i * 32767 for i in t]
    waves = [[round(20000 * math.cos(2 * math.pi * (k * i + shift) / 32)) for i in t] for k in (1, 5, 8, 15) for shift in (0, 8, 16, 20, 24, 31)]
    random = [[R.randint(-a, a) for _ in t] for a in (1, 2, 3, 50, 32767) for _ in range(3)]
    impulse = [[0] * i + [v] + [0] * (31 - i) for i, v in ((0, 1), (0, -1), (8, -9), (31, 32767))]
    patches = [silence, constant, down, alternate, *waves, *random, *impulse]
    for real in (127 / (4 * 32767 * 32), 0.01, 3.0):
        frequency(f"patches of 32, magnitudes by {real}", 32, len(patches), given([v for p in patches for v in p]), real)
    loud = given([R.randint(-a, a) for a in (200, 2000, 32767) for _ in t])
    frequency("a multiplier per frequency", 32, 3, loud, [1e-5 * 3.0**k for k in range(17)])  # shifts on both sides of 33
    for samples in (2, 6, 20):
        frequency(f"patches of {samples}", samples, 9, drawn(9 * samples, -32767, 32767), 0.001)
    highest = 8192
    at_the_ends = (given([16384], 2 * highest), given([-16384, 16384], 2 * highest))
    for name, x in (("equal", given([32767], highest)), ("alternate", given([32767, -32767], highest))):
        frequency(f"the longest patch, samples {name}", highest, 1, x, 1e-7, at_the_ends, 2)
    # Tables that put (re, im) anywhere: x = 1, so that sums are entries; axes, diagonals, the borders of q, one step off zero
    near_axis = [(re << 12, im << 12) for re in (-7, -1, 0, 1, 7) for im in (-7, -1, 0, 1, 7) if abs(re) < 8]
    some = [(R.randint(-32767, 32767), R.randint(-32767, 32767)) for _ in range(100)]
    ties = [(512 * sign, 2 * j + 1) for j in range(0, 256, 3) for sign in (1, -1)]  # q falls on a half
    points = [(clip(re, 32767), clip(im, 32767)) for re, im in near_axis + some + ties]
    tables = (given([re for re, _ in points]), given([im for _, im in points]))
    for x in (1, 4096, 32767):
        frequency(f"anywhere in the plane, {x}", 1, 1, given([x]), 0.002, tables, len(points))


# z-score


def zscore(name, x):
    v = values_of(x)
    n, total = len(v), sum(v)
    root = scale_of(math.sqrt(max(1, n - 1)) * 16)
    mean = (2 * total + n) // (2 * n)
    rest = total - n * mean
    spread = sum((w - mean) ** 2 for w in v) - rest**2 // n
    case("zscore", name, {"root": root, "x": x}, standardised(v, mean, rest, spread, root), 2)


def standardised(v, mean, rest, spread, root):
    if spread == 0:
        return [0] * len(v)
    n = len(v)
    by = combine(inverse_root(spread), root)
    m6 = (128 * rest + n) // (2 * n)
    y = [clip(requant(64 * (w - mean) - m6, by), 32767) for w in v]
    real = np.array(v, float)
    deviation = real.std(ddof=1)
    if spread > 10**5:  # the floor of spread counts below
        near(y, np.clip((real - real.mean()) / deviation * 1024, -32767, 32767), 1 + 16 / deviation)
    return y


def zscore_cases():
    top = 2**23 - 1
    for n in (1, 2, 3, 256, 1023, 7680):
        zscore(f"{n} counts", drawn(n, -300, 5000))
    for name, values in (("equal", [top]), ("equal and low", [-top]), ("at both ends", [top, -top]), ("one lower", [top] * 7 + [top - 1]), ("one step", [0, 0, 0, 0, 1])):
        for n in (10, 65535):
            zscore(f"{n} counts, {name}", given(values, n))
    zscore("one far off", given([-top] + [top] * 6000))
    zscore("65535 counts of any size", drawn(65535, -(2**22) * 2 + 1, top))


def signal_cases():
    rotary_cases()
    frequency_cases()
    zscore_cases()
