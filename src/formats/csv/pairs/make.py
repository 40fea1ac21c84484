#!/usr/bin/env python3
"""Write small tables and pairs.json with what NumPy reads (and interpolates) from them. Run in this folder."""
import gzip
import json

import numpy as np

rng = np.random.default_rng(4)
x = np.round(rng.normal(size=(60, 2)) * 20, 3)
pairs = {}


def rows(times, values, separator=",", decimal="."):
    fields = [[t, *(f"{v}" for v in r)] if t is not None else [f"{v}" for v in r] for t, r in zip(times, values)]
    return "".join(separator.join(f).replace(".", decimal) + "\n" for f in fields)


def write(name, text, encoding="utf-8"):
    data = text.encode(encoding)
    with open(name, "wb") as f:
        f.write(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


even = [f"{i / 128:.3f}" for i in range(60)]  # 128 Hz in rounded seconds
write("header.csv", "time (s),ECG [mV],\"PPG, left\"\r\n" + rows(even, x).replace("\n", "\r\n"))
write("decimal.csv", rows([None] * 60, x, ";", ","))
write("device.tsv", "%Sample Rate = 250.0 Hz\n%Board\nindex\tFp1\tFp2\nn\tuV\tuV\n" + rows([str(i) for i in range(60)], x, "\t"))
write("blanks.txt", rows([None] * 60, x, "   "))
write("utf16.csv", "\ufeffFp1,Fp2\n" + rows([None] * 60, x), "utf-16-le")
pairs["x"] = x.T.tolist()

clock = [f"2021-05-01 10:00:{i / 50:06.3f}" for i in range(60)]
write("clock.csv", "Timestamp,Fp1,Fp2,note\n" + "".join(r[:-1] + ",ok\n" for r in rows(clock, x).splitlines(True)))

# camera frames: ms, jitter, one doubled row, a gap after row 30
steps = np.where(rng.random(59) < 0.3, 66, 33) + rng.integers(-2, 3, 59)
steps[30] = 2000
times = np.concatenate([[0], np.cumsum(steps)])
write("camera.csv.gz", "time,R,G\n" + rows([str(t) for t in times], x).replace(f"\n{times[9]},", f"\n{times[8]},1,1\n{times[9]},", 1))
step = np.median(np.diff(times))
grid = []
for part in (slice(0, 31), slice(31, 60)):
    t = times[part]
    at = np.arange(t[0], t[-1] + 1e-9, step)
    grid.append([np.interp(at, t, x[part, c]).tolist() for c in (0, 1)])
pairs["camera"] = {"sfreq": 1000 / step, "gap_ends": int(times[31]), "segments": grid}

write("S01_BVP.csv.gz", "1644226061\n64\n" + "".join(f"{v}\n" for v in x[:, 0]))
write("ACC.csv", "1644226061.000000, 1644226061.000000\n".replace("\n", ", 1644226061.000000\n") + "32.0, 32.0, 32.0\n"
      + "".join(f"{i}, {-i}, 63\n" for i in range(20)))
write("IBI.csv", "1644226061.000000, IBI\n35.484375,0.890625\n36.343750,0.859375\n")
with open("pairs.json", "w") as f:
    json.dump(pairs, f)
