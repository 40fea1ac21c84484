"""Scales, tables, sums and means."""
import math

import numpy as np
from integers import R, case, clip, combine, drawn, given, inverse_root, reciprocal, requant, scale_of, values_of, wide


def scale_cases():
    pair = lambda: (R.randrange(2**30, 2**31), R.randrange(1, 63))
    ends = [(2**30, 1), (2**31 - 1, 1), (2**30, 62), (2**31 - 1, 62), (2**30 + 1, 33), (math.isqrt(2**61), 31), (math.isqrt(2**61) + 1, 31)]
    pairs = [(a, b) for a in ends for b in ends] + [(pair(), pair()) for _ in range(40)]
    flat = [p for two in pairs for p in two]
    case("combine", "ends and random pairs", {"m": given([m for m, _ in flat]), "s": given([s for _, s in flat])}, [v for a, b in pairs for v in combine(a, b)], 4)
    roots = [1, 2, 3, 2**15, 2**16 - 1, 2**30, 2**31 - 1, 2**30 + 1] + [R.randrange(1, 2 ** R.randrange(1, 32)) for _ in range(120)]
    v = [0] + [w for r in roots for w in (r * r - 1, r * r, r * r + 1, r * r + 2 * r) if w < 2**62] + [2**62 - 1, 2**60 - 1, 2**60, 2**61]
    v += [0x123D443988AA0000, 0x3C10F801F8020000, 0x12A706A48A340000]  # Newton's step ends above the root
    v += [R.randrange(2 ** R.randrange(1, 63)) for _ in range(200)]
    case("isqrt", "squares, their neighbours, random numbers", {"v": given([w for x in v for w in wide(x)])}, [math.isqrt(x) for x in v], 4)
    for low, op in ((0, "isqrt"), (0, "inverse_root")):  # 2 x 5000 random numbers below 2^62, the larger part of them normalised
        a = drawn(10000, 0, 2**30 - 1)
        x = values_of(a)
        v = [max(1, x[i] + (x[i + 1] << 32)) for i in range(0, len(x), 2)]
        y = [math.isqrt(w) for w in v] if op == "isqrt" else [p for w in v for p in inverse_root(w)]
        case(op, "many random numbers", {"v": a}, y, 4)
    d = [1, 2, 3, 5, 127, 2**30 - 1, 2**30, 2**30 + 1, 2**31 - 1] + [R.randrange(1, 2 ** R.randrange(1, 32)) for _ in range(60)]
    case("reciprocal", "small, large, random", {"d": given(d)}, [p for x in d for p in reciprocal(x)], 4)
    v = [1, 2, 3, 4, 2**60 - 1, 2**60, 2**60 + 1, 2**62 - 1, 2**61] + [R.randrange(1, 2 ** R.randrange(1, 63)) for _ in range(60)]
    case("inverse_root", "small, large, random", {"v": given([w for x in v for w in wide(x)])}, [p for x in v for p in inverse_root(x)], 4)
    a = [0, 1, -1, 2, -2, 127, -128, 2**31 - 1, -(2**31), 2**30, -(2**30)] + [R.choice((-1, 1)) * R.randrange(2 ** R.randrange(1, 32)) for _ in range(50)]
    for s in (1, 2, 30, 31, 32, 33, 34, 38, 45, 61, 62):
        for m in (2**30, R.randrange(2**30, 2**31), 2**31 - 1):
            by = (m, s)
            case("scaled8", f"shift {s}", {"by": by, "a": given(a)}, [clip(requant(x, by), 127) for x in a], 1)
            case("scaled16", f"shift {s}", {"by": by, "a": given(a)}, [clip(requant(x, by), 32767) for x in a], 2)


def simple_cases():
    for op, width, top in (("table_s8", 1, 127), ("table_s8_s16", 2, 32767)):
        table = [clip(math.floor(x * 0.5 * (1 + math.erf(x / 20 / math.sqrt(2))) * (1 if width == 1 else 200) + 0.5), top) for x in range(-127, 128)]
        for x in (given(range(-127, 128)), drawn(1023, -127, 127), given([-127])):
            case(op, f"{x['count']} values", {"table": given(table), "x": x}, [table[v + 127] for v in values_of(x)], width)
    for a, b in ((drawn(1023, -32767, 32767), drawn(1023, -32767, 32767)), (given([32767, -32767, 1, 0]), given([1, -1, -32767, 0]))):
        case("add", f"{a['count']} values", {"a": a, "b": b}, [clip(x + y, 32767) for x, y in zip(values_of(a), values_of(b))], 2)
    for real in (0.004, 0.0123, 1.7, 100000.0, 3e-9):
        by, x = scale_of(real), drawn(515, -32767, 32767)
        case("requantize", f"by {real}", {"by": by, "x": x}, [clip(requant(v, by), 127) for v in values_of(x)], 1)
    for op, top in (("mean_rows_s8", 127), ("mean_rows_s16", 32767)):
        for rows, columns, x in ((1, 5, drawn(5, -top, top)), (80, 64, drawn(5120, -top, top)), (240, 3, given([top, -top, 0], 720))):
            by = scale_of(100 / top / rows)
            v = np.array(values_of(x), dtype=object).reshape(rows, columns).sum(0)
            case(op, f"{rows} rows", {"rows": rows, "columns": columns, "by": by, "x": x}, [clip(requant(int(s), by), 127) for s in v], 1)
