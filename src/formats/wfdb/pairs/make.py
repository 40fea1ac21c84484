"""Encode known samples into every WFDB storage format and annotation format, from the specification alone.

The bit layouts follow signal(5), the headers header(5), the annotations annot(5) of the WFDB Applications Guide
(https://physionet.org/physiotools/wag/). Nothing here shares code with the reader under test: bits are placed one by one.
Each record comes with <record>.json, the values that a reader must give. All samples are synthetic.

    python3 make.py          # writes the files beside this script; needs numpy
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


# ---- storage formats -------------------------------------------------------------------------------------------------

def bits_of(value, width):
    """Two's complement bits of a number, lowest first."""
    return [(int(value) >> k) & 1 for k in range(width)]


def to_bytes(bits):
    """Bytes of a bit string, lowest bit of the first byte first; filled up with 0."""
    bits = bits + [0] * (-len(bits) % 8)
    return bytes(sum(b << k for k, b in enumerate(bits[i : i + 8])) for i in range(0, len(bits), 8))


def whole(width, offset=0, swap=False):
    def encode(samples):
        words = [to_bytes(bits_of(int(x) + offset, width)) for x in samples]
        return b"".join(w[::-1] if swap else w for w in words)

    return encode


def encode_212(samples):
    """Byte 0: low 8 bits of a. Byte 1: high 4 bits of a (low half), high 4 bits of b (high half). Byte 2: low 8 bits of b."""
    out = b""
    for i in range(0, len(samples), 2):
        a = bits_of(samples[i], 12)
        if i + 1 == len(samples):
            out += to_bytes(a)  # the last sample alone takes two bytes
            break
        b = bits_of(samples[i + 1], 12)
        out += to_bytes(a + b[8:12] + b[0:8])
    return out


def encode_310(samples):
    """Word 0: 0, ten bits of a, low five of c. Word 1: 0, ten bits of b, high five of c."""
    out = b""
    for i in range(0, len(samples), 3):
        a, b, c = ([bits_of(x, 10) for x in samples[i : i + 3]] + [[0] * 10] * 2)[:3]
        words = to_bytes([0] + a + c[0:5]) + to_bytes([0] + b + c[5:10])
        out += words if i + 1 < len(samples) else words[:2]  # one sample alone takes one word
    return out


def encode_311(samples):
    """Bits 0-9, 10-19 and 20-29 of a 32-bit word, low byte first."""
    out = b""
    for i in range(0, len(samples), 3):
        group = samples[i : i + 3]
        word = to_bytes(sum((bits_of(x, 10) for x in group), []) + [0] * 2 * (len(group) == 3))
        out += word
    return out


ENCODERS = {
    16: whole(16), 24: whole(24), 32: whole(32), 61: whole(16, swap=True), 80: whole(8, offset=128),
    160: whole(16, offset=32768), 212: encode_212, 310: encode_310, 311: encode_311,
}
WIDTH = {16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}


def encode_8(per_signal, initial):
    """First differences per signal, then interleaved; every difference fits a signed byte."""
    diffs = [np.diff(np.concatenate([[x0], x])) for x, x0 in zip(per_signal, initial)]
    assert all(abs(d).max() <= 128 and d.max() <= 127 for d in diffs)
    return diffs


# ---- records ---------------------------------------------------------------------------------------------------------

def checksum(samples):
    total = int(np.sum(np.asarray(samples, dtype=object))) % 65536
    return total - 65536 if total >= 32768 else total


def interleave(signals):
    """signals: [(samples, per frame), ...] -> one row of samples, frame by frame."""
    frames = len(signals[0][0]) // signals[0][1]
    return [x for f in range(frames) for s, n in signals for x in s[f * n : (f + 1) * n]]


def sine(n, width, seed):
    """A wave through most of the range with its extreme values, the code for "missing" included."""
    top = 2 ** (width - 1)
    x = np.round(0.9 * top * np.sin(np.arange(n) * 0.37 + seed)).astype(np.int64)
    x[3], x[4], x[5], x[6] = top - 1, -top, -top + 1, -1
    return x


def physical(samples, gain, baseline, missing):
    return [None if missing is not None and x == missing else (int(x) - baseline) / gain for x in samples]


def write_json(name, expected):
    text = json.dumps(expected, indent=None, separators=(",", ":"), ensure_ascii=False)
    (HERE / f"{name}.json").write_text(text.replace('{"label"', '\n{"label"') + "\n", encoding="utf-8")


def write_header(name, lines):
    (HERE / f"{name}.hea").write_text("\n".join(lines) + "\n", encoding="utf-8")


def missing_code(fmt):
    return None if fmt == 8 else -(2 ** (WIDTH[fmt] - 1))


def one_format(fmt, n, sfreq=250):
    """Two signals of a single format in one file: f<fmt>.*"""
    name, gain = f"f{fmt}", 200
    if fmt == 8:
        x = [np.round(100 * np.sin(np.arange(n) * 0.3 + s)).astype(np.int64) + 50 * s for s in range(2)]
        x[0][5] = x[0][4] - 128 if x[0][4] > 30 else x[0][4] + 127  # the largest steps
        x[0][6:] = np.clip(x[0][6:], x[0][5] - 100, x[0][5] + 100)
        d = encode_8(x, [int(x[0][0]), 7])  # signal 1: the value before the first difference is not the first sample
        data = to_bytes(sum((bits_of(v, 8) for v in interleave([(d[0], 1), (d[1], 1)])), []))
        initial = [int(x[0][0]), 7]
    else:
        x = [sine(n, WIDTH[fmt], s) for s in range(2)]
        data = ENCODERS[fmt](interleave([(x[0], 1), (x[1], 1)]))
        initial = [int(v[0]) for v in x]
    (HERE / f"{name}.dat").write_bytes(data)
    lines = [f"{name} 2 {sfreq} {n}"]
    for s in range(2):
        lines.append(f"{name}.dat {fmt} {gain}({10 * s})/mV 12 0 {initial[s]} {checksum(x[s])} 0 lead {s}")
    write_header(name, lines)
    write_json(name, {
        "sfreq": sfreq, "segments": [[0, n / sfreq]],
        "channels": [
            {"label": f"lead {s}", "sfreq": sfreq, "unit": "mV", "values": [physical(x[s], gain, 10 * s, missing_code(fmt))]}
            for s in range(2)
        ],
    })


def mixed():
    """Three rates, three files, three formats, a byte offset, a skew, no gain, a base counter, date, comments: mixed.*"""
    n, rate = 40, 62.5
    ecg, eeg, ppg, resp = sine(4 * n, 12, 1), sine(2 * n, 12, 2), sine(n, 16, 3), sine(n, 8, 4)
    (HERE / "mixed_a.dat").write_bytes(b"PREAMBLE" + encode_212(interleave([(ecg, 4), (eeg, 2)])))
    (HERE / "mixed_b.dat").write_bytes(ENCODERS[61](ppg))
    (HERE / "mixed_c.dat").write_bytes(ENCODERS[80](resp))
    write_header("mixed", [
        "# comment in front", f"mixed 4 {rate}/10(5.5) {n} 13:5:0.250 25/4/1989",
        f"mixed_a.dat 212x4+8 1e3(-12)/uV 12 0 {ecg[0]} {checksum(ecg)} 0 ECG lead II",
        f"mixed_a.dat 212x2+8 50/µV 12 100 {eeg[0]} {checksum(eeg)} 0 EEG Fp1",
        f"mixed_b.dat 61:3 0 16 7 {ppg[0]} {checksum(ppg)} 0 PPG",
        f"mixed_c.dat 80 -2.5/l 8 0 {resp[0]} {checksum(resp)} 0 RESP",
        "# age: 70  sex: F", "#   diagnosis: none",
    ])
    skewed = physical(ppg, 200, 7, -(2**15))[3:] + [None] * 3
    write_json("mixed", {
        "sfreq": rate, "segments": [[0, n / rate]], "startTime": "1989-04-25T13:05:00.250",
        "notes": ["comment in front", "age: 70  sex: F", "diagnosis: none"],
        "channels": [
            {"label": "ECG lead II", "sfreq": 4 * rate, "unit": "uV", "values": [physical(ecg, 1000.0, -12, -(2**11))]},
            {"label": "EEG Fp1", "sfreq": 2 * rate, "unit": "µV", "values": [physical(eeg, 50, 100, -(2**11))]},
            {"label": "PPG", "sfreq": rate, "unit": "mV", "values": [skewed]},
            {"label": "RESP", "sfreq": rate, "unit": "l", "values": [physical(resp, -2.5, 0, -(2**7))]},
        ],
    })


def bare():
    """The shortest header there is: names and formats only; an odd number of samples, none of them counted: bare.*"""
    x = sine(33, 12, 5)
    (HERE / "bare.dat").write_bytes(encode_212(x))
    write_header("bare", ["bare 1", "bare.dat 212"])
    write_json("bare", {
        "sfreq": 250, "segments": [[0, 33 / 250]],
        "channels": [{"label": "record bare, signal 0", "sfreq": 250, "unit": "mV", "values": [physical(x, 200, 0, -(2**11))]}],
    })


def segment(name, n, signals):
    """signals: [(description, gain, unit, format)] -> samples; one file per format."""
    lines, samples = [f"{name} {len(signals)} 100 {n}"], []
    for i, (label, gain, unit, fmt) in enumerate(signals):
        x = sine(n, WIDTH[fmt], i + n)
        (HERE / f"{name}_{i}.dat").write_bytes(ENCODERS[fmt](x))
        lines.append(f"{name}_{i}.dat {fmt} {gain}/{unit} 12 0 {x[0]} {checksum(x)} 0 {label}")
        samples.append(physical(x, gain, 0, missing_code(fmt)))
    write_header(name, lines)
    return samples


def fixed_layout():
    """Two segments without a gap, a null segment, a record of format 0, and the first segment again: fixed.*"""
    a = segment("fixed_1", 11, [("I", 100, "mV", 16), ("II", 200, "mV", 212)])
    b = segment("fixed_2", 7, [("I", 50, "mV", 310), ("II", 200, "mV", 16)])
    write_header("fixed_0", ["fixed_0 2 100 4", "~ 0 200 12 0 0 0 0 I", "~ 0 200 12 0 0 0 0 II"])
    write_header("fixed", ["fixed/5 2 100 38", "fixed_1 11", "fixed_2 7", "~ 5", "fixed_0 4", "fixed_1 11", "# two parts"])
    write_json("fixed", {
        "sfreq": 100, "segments": [[0, 0.18], [0.27, 0.11]], "notes": ["two parts"],
        "channels": [
            {"label": label, "sfreq": 100, "unit": "mV", "values": [a[i] + b[i], a[i]]} for i, label in enumerate(["I", "II"])
        ],
    })


def variable_layout():
    """A layout of three channels; the segments hold some of them, in another order and with other gains: varies.*"""
    write_header("varies_layout", [
        "varies_layout 3 100 0", "~ 0 200/mV 12 0 0 0 0 II", "~ 0 1/mmHg 12 0 0 0 0 ABP", "~ 0 1/NU 12 0 0 0 0 PLETH",
    ])
    a = segment("varies_1", 9, [("PLETH", 7, "NU", 80), ("II", 100, "mV", 16)])
    b = segment("varies_2", 8, [("ABP", 4, "mmHg", 24)])
    c = segment("varies_3", 7, [("II", 300, "mV", 212), ("ABP", 8, "mmHg", 16), ("PLETH", 9, "NU", 160)])
    write_header("varies", ["varies/5 3 100 36", "varies_layout 0", "varies_1 9", "~ 12", "varies_2 8", "varies_3 7"])
    gone = lambda n: [None] * n
    write_json("varies", {
        "sfreq": 100, "segments": [[0, 0.09], [0.21, 0.15]],
        "channels": [
            {"label": "II", "sfreq": 100, "unit": "mV", "values": [a[1], gone(8) + c[0]]},
            {"label": "ABP", "sfreq": 100, "unit": "mmHg", "values": [gone(9), b[0] + c[1]]},
            {"label": "PLETH", "sfreq": 100, "unit": "NU", "values": [a[0], gone(8) + c[2]]},
        ],
    })


# ---- annotations -----------------------------------------------------------------------------------------------------

def word(code, value):
    return to_bytes(bits_of(value, 10) + bits_of(code, 6))


def skip(interval):
    """A 32-bit interval: the high word first, the low byte of each word first."""
    high, low = to_bytes(bits_of(interval >> 16, 16)), to_bytes(bits_of(interval, 16))
    return word(59, 0) + high + low


def aux(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return word(63, len(raw)) + raw + b"\0" * (len(raw) % 2)


def mit_annotations():
    """Every code, every pseudo-annotation, intervals forward and back: mit.atr; definitions of its own: defined.qrs."""
    out, events, time = b"", [], 0
    for code in list(range(1, 50)) + [50]:
        out += word(code, 10)
        time += 10
        events.append([time, code, 0, 0, None, None])
    out += word(28, 1023) + aux(b"(AFIB\0")
    time += 1023
    events.append([time, 28, 0, 0, None, "(AFIB"])
    out += skip(2_000_000) + word(1, 5) + word(61, -1) + word(62, 1) + word(60, -3)
    time += 2_000_005
    events.append([time, 1, -1, -3, 1, None])
    out += skip(-100) + word(22, 0) + aux("odd")
    time -= 100
    events.append([time, 22, 0, -3, 1, "odd"])
    out += word(0, 300) + word(5, 1) + word(62, 0)  # a null annotation only moves the time on
    time += 301
    events.append([time, 5, 0, -3, 0, None])
    (HERE / "mit.atr").write_bytes(out + word(0, 0))
    head = word(22, 0) + aux("## time resolution: 1000") + word(22, 0) + aux("## annotation type definitions")
    head += word(22, 0) + aux("42 QM mystery beat") + word(22, 0) + aux("## end of definitions")
    head += skip(-1) + word(0, 1) + word(22, 0) + aux("plain comment") + word(42, 500) + word(1, 250)
    (HERE / "defined.qrs").write_bytes(head + word(0, 0))
    write_json("annotations", {
        "mit": events,
        "defined": [[0, '" plain comment'], [0.5, "QM"], [0.75, "N"]],
        "aha": aha_annotations(),
    })


def aha_annotations():
    """The AHA's own files count milliseconds; files of the WFDB software samples: aha_tape.atr, aha_wfdb.atr."""
    def record(label, time, serial, subtype=0, code=0, text=b""):
        high, low = to_bytes(bits_of(time >> 16, 16)), to_bytes(bits_of(time, 16))
        tail = bytes([subtype & 255, code]) + text.ljust(6, b"\0")
        return b"\0" + label + high + low + to_bytes(bits_of(serial, 16)) + tail

    labels = [b"N", b"V", b"F", b"E", b"P", b"Q", b"U", b"O", b"[", b"]", b"R"]
    symbols = ["N", "V", "F", "E", "/", "Q", "~", '"', "[", "]", "r"]
    tape = b"".join(record(label, 70_000 * (i + 1), i + 1) for i, label in enumerate(labels))
    (HERE / "aha_tape.atr").write_bytes(tape + b"\xff" * 80)
    made = record(b"N", 250, 1, 0, 2) + record(b"O", 500, 2, 3, 28, b"(AFIB") + record(b"U", 70_000, 3, -1, 14)
    (HERE / "aha_wfdb.atr").write_bytes(made + b"\xff" * 16)
    return {
        "tape": [[70.0 * (i + 1), s] for i, s in enumerate(symbols)],
        "wfdb": [[1.0, "L"], [2.0, "+ (AFIB"], [280.0, "~"]],
    }


for number, count in {8: 60, 16: 51, 24: 51, 32: 51, 61: 51, 80: 51, 160: 51, 212: 51, 310: 50, 311: 49}.items():
    one_format(number, count)
mixed()
bare()
fixed_layout()
variable_layout()
mit_annotations()
