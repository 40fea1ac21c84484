#!/usr/bin/env python3
"""Read the datasets with h5py, SciPy and NumPy, lay and label windows by hand: python3 published.py FOLDER > published.json

Of each dataset and task: a SHA-256 over one line per window, "<recording> <onset in samples of 256 Hz> <label>" in sorted order ("-" without
a label, regression values times 1000 and rounded), how many windows have which label, and sums of |x| per channel of one recording.
"""
import collections
import glob
import gzip
import hashlib
import json
import math
import os
import sys

import h5py
import numpy as np
import scipy.io

root = sys.argv[1]
result = {}


def half_up(x):
    return math.floor(x + 0.5)


def tiles(n, sfreq, seconds, hop):
    """Starts, in samples of 256 Hz, of the windows of a stretch of n samples."""
    total, length = -(-n * 256 // sfreq), int(seconds * 256)
    return range(0, total - length + 1, int(hop * 256))


def tell(name, windows, sample_of, samples, regression=False):
    """windows: (recording, onset, label or None)"""
    def text(label):
        if label is None:
            return "-"
        if regression:
            return str(half_up(label * 1000))
        return ",".join(map(str, label)) if isinstance(label, list) else str(label)

    lines = sorted(f"{r} {o} {text(l)}" for r, o, l in windows)
    counts = collections.Counter("value" if regression and l is not None else text(l) for _, _, l in windows)
    result[name] = {
        "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "windows": len(lines), "counts": dict(sorted(counts.items())),
        "recording": sample_of, "sums": [float(np.abs(c.astype(float)).sum()) for c in samples],
    }


# ptbxl/raw.h5
with h5py.File(f"{root}/ptbxl/raw.h5") as f:
    g = f["data_group_0"]
    ids = [f"ecg{i:05d}" for i in g["ecg_id"][:]]
    y = g["y"][:].tolist()
    tell("ptbxl-raw superclass", [(i, 0, l if any(l) else None) for i, l in zip(ids, y)], ids[100], g["X"][100])

# mitdb: MIT annotation format, 16 bits of (code << 10) + interval
KINDS = {**dict.fromkeys([1, 2, 3, 25, 34, 11, 35], 0), **dict.fromkeys([8, 4, 7, 9], 1),
         **dict.fromkeys([5, 10, 41], 2), 6: 3, **dict.fromkeys([12, 38, 13, 30], 4)}


def annotations(path):
    words, i, time, found = np.fromfile(path, "<u2"), 0, 0, []
    while words[i] != 0:
        code, interval = int(words[i]) >> 10, int(words[i]) & 1023
        i += 1
        if code == 59:  # SKIP: 4 bytes of interval, high half first
            time += int(np.int32((int(words[i]) << 16) | int(words[i + 1])))
            i += 2
        elif code == 63:  # AUX
            i += (interval + 1) // 2
        elif code not in (60, 61, 62):
            time += interval
            found.append((time, code))
    return found


windows = []
for path in sorted(glob.glob(f"{root}/mitdb/*.atr")):
    name = os.path.basename(path)[:3]
    beats = [(t, KINDS[c]) for t, c in annotations(path) if c in KINDS]
    total = -(-650000 * 256 // 360)
    for t, kind in beats:
        start = half_up((t / 360 - 2) * 256)
        if start >= 0 and start + 768 <= total:
            windows.append((name, start, kind))
raw = np.fromfile(f"{root}/mitdb/208.dat", np.uint8).reshape(-1, 3).astype(int)
first = raw[:, 0] | ((raw[:, 1] & 15) << 8)
second = raw[:, 2] | ((raw[:, 1] >> 4) << 8)
signed = [np.where(x > 2047, x - 4096, x) for x in (first, second)]
tell("mitdb aami-beat", windows, "208", [(x - 1024) / 200 for x in signed])

# troika
windows = []
for path in sorted(glob.glob(f"{root}/troika/DATA_*.mat")):
    name = os.path.basename(path)[5:14]
    sig = scipy.io.loadmat(path)["sig"]
    bpm = scipy.io.loadmat(path.replace("DATA", "REF"))["BPM0"].ravel()
    assert len(tiles(sig.shape[1], 125, 8, 2)) == len(bpm)
    windows += [(name, o, b) for o, b in zip(tiles(sig.shape[1], 125, 8, 2), bpm)]
tell("troika heart-rate", windows, name, sig[:3], regression=True)

# stress-predict
stress = collections.defaultdict(dict)
for row in gzip.open(f"{root}/stress-predict/labels.csv.gz", "rt").read().split()[1:]:
    person, _, _, time, label = row.split(",")
    stress[int(person)][int(time)] = int(label)
windows = []
for path in sorted(glob.glob(f"{root}/stress-predict/S*/BVP.csv.gz")):
    name = path.split("/")[-2]
    start, sfreq, *bvp = map(float, gzip.open(path, "rt").read().split())
    assert sfreq == 64 and start == int(start)
    for o in tiles(len(bvp), 64, 60, 30):
        seen = {stress[int(name[1:])].get(int(start) + o // 256 + k) for k in range(60)}
        windows.append((name, o, seen.pop() if len(seen) == 1 else None))
tell("stress-predict stress", windows, name, [np.array(bvp)])

# adhd
windows = []
for label, group in enumerate(["Control", "ADHD"]):
    for path in sorted(glob.glob(f"{root}/adhd/{group}/*.mat")):
        name = os.path.basename(path)[:-4]
        x = scipy.io.loadmat(path)[name]
        windows += [(name, o, label) for o in tiles(len(x), 128, 5, 5)]
tell("adhd adhd", windows, name, x.T)

# muse/erp.h5
target, face = [], []
with h5py.File(f"{root}/muse/erp.h5") as f:
    for modality in f:
        for paradigm in f[modality]:
            seen = collections.defaultdict(list)
            for subject in f[modality][paradigm]:
                for session in sorted(f[modality][paradigm][subject]):
                    for k, (leaf, g) in enumerate(sorted(f[modality][paradigm][subject][session].items())):
                        x = g["X"][:]
                        if any(np.array_equal(x, other) for other in seen[subject, leaf]):
                            continue  # the same recording in two sessions
                        seen[subject, leaf].append(x)
                        name = f"{modality}-{paradigm}-{subject[7:]}-{session[7:]}-{k + 1}"
                        codes = dict(zip(g["marker_index"][:].tolist(), g["marker"][:].tolist()))
                        if len(codes) >= len(x) / 256 / 2:
                            starts = [i - 32 for i in codes if i >= 32 and i - 32 + 256 <= len(x)]
                        else:
                            starts = tiles(len(x), 256, 1, 1)
                        kind = [{1: 0, 2: 1}.get(codes.get(o + 32)) for o in starts]
                        for task, own in ((target, "P300"), (face, "N170")):
                            task += [(name, o, c if paradigm == own else None) for o, c in zip(starts, kind)]
                        if name == "visual-P300-5-1-1":
                            sample = 0.48828125 * x.T
    tell("muse-erp target", target, "visual-P300-5-1-1", sample)
    tell("muse-erp face", face, "visual-P300-5-1-1", sample)

# muse/sequence.h5
windows, at = [], 0
with h5py.File(f"{root}/muse/sequence.h5") as f:
    x = f["X"][:]
    for name, n, won in zip(f["name"][:], f["length"][:].tolist(), f["success"][:].tolist()):
        windows += [(name.decode(), o, won) for o in tiles(n, 220, 4, 2)]
        at += n
    tell("muse-sequence round-won", windows, name.decode(), 1.6449804 * (x[at - n:at].astype(float).T - 512))

# welltory
windows = []
for path in sorted(glob.glob(f"{root}/welltory/data/*/PPG.csv")):
    name = path.split("/")[-2]
    frames = np.genfromtxt(path, delimiter=",", skip_header=1)
    time = frames[:, 0] / 1000
    beats = np.concatenate([[0], np.cumsum(np.loadtxt(path.replace("PPG.csv", "RR.txt")) / 1000)])
    bounds = [0, *(np.flatnonzero(np.diff(time) > 0.25) + 1), len(time)]
    for a, b in zip(bounds, bounds[1:]):
        n = int((time[b - 1] - time[a]) * 32 + 1e-6) + 1
        for o in tiles(n, 32, 20, 10):
            start = time[a] + o / 256 + 1.5
            rate = None
            if start + 20 <= beats[-1]:  # the number of beats grows by one over each interval
                rate = 3 * float(np.diff(np.interp([start, start + 20], beats, np.arange(len(beats))))[0])
            windows.append((name, half_up((time[a] + o / 256) * 256), rate))
grid = time[0] + np.arange(n) / 32
tell("welltory heart-rate", windows, name, [np.interp(grid, time, frames[:, 2])], regression=True)

json.dump(result, sys.stdout, indent=1)
print()
