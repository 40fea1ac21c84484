"""Read records with biosig (Debian package biosig-tools), a second implementation, and write what it gives to biosig.json.

First the synthetic pairs are held against make.py's expectation, which shows that encoder and biosig agree. biosig 2.5 reads
two signals in one file right only for format 212 and refuses 8, 310 and 311; the other formats are handed to it as one
signal. Then the MIT-BIH records are read: SHA-256 of each signal's stored samples (int16, low byte first) and of the
annotations. biosig counts event positions from 0 where the file counts from 1 (100.atr starts at sample 18, as printed by
`rdann`), so 1 is added.

    python3 biosig.py ../../../../../shared/data/mitdb
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def convert(folder, record):
    """(signals, lines of the event table) of a record, by way of biosig's ASCII export (six significant digits)."""
    command = ["save2gdf", "-f=ASCII", f"{record}.hea", "out.txt"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    signals = [np.loadtxt(path) for path in sorted(folder.glob("out.a*"))]
    lines = (folder / "out.txt").read_text(errors="replace").splitlines()
    start = lines.index("[EVENT TABLE]") + 2 if "[EVENT TABLE]" in lines else len(lines)
    return signals, [line.split() for line in lines[start:] if line.strip()]


def check_pair(fmt, one_signal):
    expected = json.loads((HERE / f"f{fmt}.json").read_text())
    a, b = (np.array([-np.inf if x is None else x for x in c["values"][0]]) for c in expected["channels"])
    b = b + 10 / 200  # biosig does not read the baseline in parentheses
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / f"f{fmt}.dat", folder)
        lines = (HERE / f"f{fmt}.hea").read_text().splitlines()
        if one_signal:
            lines = [lines[0].replace(f"f{fmt} 2 ", f"f{fmt} 1 ").replace(f" {len(a)}", f" {2 * len(a)}"), lines[1]]
            wanted = [np.column_stack([a, b]).ravel()]
        else:
            wanted = [a, b]
        (folder / f"f{fmt}.hea").write_text("\n".join(lines) + "\n")
        signals, _ = convert(folder, f"f{fmt}")
    for got, want in zip(signals, wanted, strict=True):
        there = np.isfinite(want)  # biosig knows no missing samples
        assert len(got) == len(want), (fmt, len(got), len(want))
        assert np.allclose(got[there], want[there], rtol=5.1e-6, atol=1e-9), fmt
    return len(wanted[0]) * len(wanted)


def sha(array, dtype):
    return hashlib.sha256(np.ascontiguousarray(array, dtype=dtype).tobytes()).hexdigest()


def reference(source, record):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for extension in ("hea", "dat", "atr"):
            shutil.copyfile(source / f"{record}.{extension}", folder / f"{record}.{extension}")
        signals, events = convert(folder, record)
    stored = [np.round(x * 200 + 1024) for x in signals]  # gain 200 per mV, baseline 1024 in every record
    times = np.array([round(float(line[1]) * 360) + 1 for line in events])
    codes = np.array([int(line[0], 16) for line in events])
    return {
        "nTimes": len(stored[0]), "samples": [sha(x, "<i2") for x in stored],
        "nAnnotations": len(times), "annotations": sha(np.column_stack([times, codes]), "<i4"),
    }


checked = {str(fmt): check_pair(fmt, fmt != 212) for fmt in (16, 24, 32, 61, 80, 160, 212)}
folder = Path(sys.argv[1])
records = {path.stem: reference(folder, path.stem) for path in sorted(folder.glob("*.hea"))}
result = {"by": "biosig-tools 2.5.0", "pairsChecked": checked, "mitdb": records}
(HERE / "biosig.json").write_text(json.dumps(result, indent=1) + "\n")
