"""Attention of rows, and of learned queries."""
import math
from decimal import ROUND_FLOOR, Decimal

import numpy as np
from integers import R, case, clip, combine, drawn, given, near, pairs_of, reciprocal, requant, scale_of, values_of

POISON = 0x55
X = [int((127 * (-Decimal(i) / 32).exp() + Decimal("0.5")).to_integral_value(ROUND_FLOOR)) for i in range(192)]
assert X[177] == 1 and not any(X[178:])


def attended(scores, by, contents, values):
    """One query row: scores of all keys, and the rows of values (length, size)."""
    t = [clip(requant(a, by), 32767) for a in scores]
    e = [X[min(max(t) - v, 191)] for v in t]
    out = combine(reciprocal(sum(e)), values)
    y = [clip(requant(sum(w * row[d] for w, row in zip(e, contents)), out), 127) for d in range(len(contents[0]))]
    if max(t) < 32767:
        p = np.exp((np.array(t) - max(t)) / 32)
        exact = p @ np.array(contents, float) / p.sum() * values[0] / 2.0 ** values[1]
        near(y, np.clip(exact, -127, 127), 0.51 + 0.004 * len(t) * 127 / p.sum() * values[0] / 2.0 ** values[1])
    return y


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def rows_of(a, stride, count, width):
    v = values_of(a)
    return [v[i * stride : i * stride + width] for i in range(count)]


def self_attention(name, rows, length, heads, size, arrays, real=None, strides=None, values=1.4):
    q, k, v = arrays
    width = heads * size
    sq, sk, sv, sy = strides or (width,) * 4
    by, out = scale_of(real or 32 * 4 / (127 * 127 * math.sqrt(size))), scale_of(values)
    at = [rows_of(a, s, n, width) for a, s, n in ((q, sq, rows), (k, sk, length), (v, sv, length))]
    y = [[POISON] * sy for _ in range(rows)]
    for h in range(heads):
        qs, ks, vs = ([r[h * size : h * size + size] for r in part] for part in at)
        for i in range(rows):
            y[i][h * size : h * size + size] = attended([dot(qs[i], key) for key in ks], by, vs, out)
    args = {"rows": rows, "length": length, "heads": heads, "size": size, "q_stride": sq, "k_stride": sk, "v_stride": sv, "y_stride": sy}
    case("attention", name, {**args, "scores": by, "values": out, "q": q, "k": k, "v": v}, [w for r in y for w in r], 1)


def anything(rows, length, width):
    return drawn(rows * width, -127, 127), drawn(length * width, -127, 127), drawn(length * width, -127, 127)


def self_attention_cases():
    for rows, length, heads, size in ((1, 1, 1, 1), (1, 1, 2, 32), (2, 3, 1, 4), (4, 4, 2, 32), (5, 6, 3, 7), (7, 80, 2, 32), (3, 240, 1, 32), (33, 17, 1, 6)):
        self_attention(f"{rows} queries, {length} keys, {heads} heads of {size}", rows, length, heads, size, anything(rows, length, heads * size))
    for real in (2e-7, 0.0003, 0.05, 20.0):
        self_attention(f"scores by {real}", 3, 24, 2, 8, anything(3, 24, 16), real)
    for values in (0.01, 3.9, 600.0):
        self_attention(f"values by {values}", 2, 9, 1, 12, anything(2, 9, 12), values=values)
    side_by_side = (drawn(5 * 51, -127, 127), drawn(11 * 50, -127, 127), drawn(11 * 49, -127, 127))
    self_attention("strided rows", 5, 11, 2, 8, side_by_side, strides=(51, 50, 49, 19))
    ones = given([1], 64)
    self_attention("all scores equal", 2, 80, 1, 32, (ones, given([3], 80 * 32), drawn(80 * 32, -127, 127)))
    self_attention("all scores equal, values at the ends", 2, 240, 1, 32, (ones, given([3], 240 * 32), given([127, -127, 127], 240 * 32)))
    far = [0] * (79 * 32) + [127] * 32
    self_attention("one score far above", 2, 80, 1, 32, (given([127], 64), given(far), drawn(80 * 32, -127, 127)), 0.05)
    self_attention("one score far below", 2, 80, 1, 32, (given([-127], 64), given(far), drawn(80 * 32, -127, 127)), 0.05)
    self_attention("scores beyond int16", 2, 6, 1, 32, (given([127, -127], 64), given([127, -127, 126, -120], 6 * 32), drawn(6 * 32, -127, 127)), 1.0)
    steps = [v for j in range(100) for v in (127, 2 * j - 99, 0, 0)]  # scores fall through the whole table
    self_attention("scores down the table", 1, 100, 1, 4, (given([0, 2, 0, 0]), given(steps), drawn(400, -127, 127)), 1.0)


def query_attention(name, rows, length, size, stride, queries, tokens, real):
    values = scale_of(1.9)
    scores = [scale_of(r) for r in real]
    keys = rows_of(tokens, stride, length, size)
    y = [w for query, by in zip(rows_of(queries, size, rows, size), scores) for w in attended([dot(query, t) for t in keys], by, keys, values)]
    args = {"rows": rows, "length": length, "size": size, "token_stride": stride, "values": values, "scores": pairs_of(scores)}
    case("query_attention", name, {**args, "queries": queries, "tokens": tokens}, y, 1)


def query_attention_cases():
    for rows, length, size, stride in ((8, 12, 64, 64), (8, 1, 64, 64), (8, 5, 64, 80 * 64), (1, 240, 128, 128), (3, 7, 5, 9)):
        real = [32 * R.uniform(1, 9) / (127 * 127 * math.sqrt(size)) for _ in range(rows)]
        tokens = drawn((length - 1) * stride + size, -127, 127)
        query_attention(f"{rows} queries, {length} tokens of {size}", rows, length, size, stride, drawn(rows * size, -127, 127), tokens, real)
    query_attention("multipliers of every size", 6, 9, 8, 8, drawn(48, -127, 127), drawn(72, -127, 127), [1e-9, 1e-5, 0.002, 0.03, 1.5, 1e6])
    query_attention("zeros", 2, 3, 8, 8, drawn(16, -127, 127), given([0], 24), [0.01, 1.0])


def attention_cases():
    self_attention_cases()
    query_attention_cases()
