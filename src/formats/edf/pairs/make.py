"""Make the file pairs of this folder: EDF/BDF bytes from this script, expected JSON from MNE-Python.

    python3 make.py                     # writes *.edf, *.bdf and *.json beside this script
    python3 make.py <folder of eegmat>  # also writes eegmat.json (needs the data set)

Needs numpy and mne (made with MNE 1.3.0). MNE reads every channel alone, so each keeps its own rate; MNE scales
uV and mV to volts, so the expected values are in volts and `factor` is what the file's unit was multiplied by.
"""

import json
import pathlib
import sys
import warnings

import mne
import numpy as np
from mne.io.edf.edf import _read_annotations_edf

HERE = pathlib.Path(__file__).parent
FACTORS = {"uV": 1e-6, "\u00b5V": 1e-6, "mV": 1e-3}
ANNOTATIONS = ("EDF Annotations", "BDF Annotations")


def field(text, width):
    return (text if isinstance(text, bytes) else str(text).encode("latin-1")).ljust(width, b" ")[:width]


def signal(label, samples, unit="uV", physical=(-100, 100), digital=None, prefilter="", transducer=""):
    """samples: [n_records, samples_per_record] integers, or one bytes object per record."""
    return dict(label=label, samples=samples, unit=unit, physical=physical, digital=digital,
                prefilter=prefilter, transducer=transducer)


def tals(texts, n_bytes, label="EDF Annotations"):
    rows = [text.encode("utf-8").ljust(n_bytes, b"\0") for text in texts]
    assert all(len(row) == n_bytes for row in rows), max(map(len, rows))
    return signal(label, rows, unit="", physical=(-1, 1))


def stored(row, size):
    if isinstance(row, bytes):
        return row
    return np.asarray(row, "<i4").view("u1").reshape(-1, 4)[:, :size].tobytes()


def craft(name, signals, *, size=2, duration="1", reserved="", n_records=None, pad=b" ", tail=b"",
          patient="X X X X", recording="Startdate X X X X", date="01.01.85", time="00.00.00"):
    limit = 2 ** (8 * size - 1)
    count = len(signals[0]["samples"])
    slots = [[stored(row, size) for row in s["samples"]] for s in signals]
    head = b"".join([
        field(b"\xffBIOSEMI" if size == 3 else "0", 8), field(patient, 80), field(recording, 80),
        field(date, 8), field(time, 8), field(256 * (1 + len(signals)), 8), field(reserved, 44),
        field(count if n_records is None else n_records, 8), field(duration, 8), field(len(signals), 4)])
    digital = [s["digital"] or (-limit, limit - 1) for s in signals]
    columns = [
        [field(s["label"], 16) for s in signals], [field(s["transducer"], 80) for s in signals],
        [field(s["unit"], 8) for s in signals],
        [field(s["physical"][0], 8) for s in signals], [field(s["physical"][1], 8) for s in signals],
        [field(d[0], 8) for d in digital], [field(d[1], 8) for d in digital],
        [field(s["prefilter"], 80) for s in signals],
        [field(len(rows[0]) // size, 8) for rows in slots], [field("", 32) for _ in signals]]
    table = b"".join(b"".join(column) for column in columns)
    if pad != b" ":
        table = b"".join(column.rstrip(b" ").ljust(len(column), pad) for row in columns for column in row)
    records = b"".join(rows[r] for r in range(count) for rows in slots)
    path = HERE / name
    path.write_bytes(head + table + records + tail)
    assert path.stat().st_size < 20_000, name
    return path


def reader(path):
    return mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf


def labels_of(path):
    head = path.read_bytes()
    n = int(head[252:256])
    # MNE strips blanks only; padding of NULs stays in its names and keeps it from knowing the unit
    labels = [head[256 + 16 * i:272 + 16 * i].strip().decode("latin-1") for i in range(n)]
    units = [head[256 + 96 * n + 8 * i:264 + 96 * n + 8 * i].strip().decode("latin-1") for i in range(n)]
    return [(label, unit) for label, unit in zip(labels, units) if label not in ANNOTATIONS]


def expected(path):
    channels = []
    for label, unit in labels_of(path):
        others = [name for name, _ in labels_of(path) if name != label]
        raw = reader(path)(str(path), exclude=others, stim_channel=None, verbose="error")
        assert raw.ch_names == [label], raw.ch_names
        channels.append(dict(label=label.strip("\0"), unit=unit.strip("\0"), sfreq=raw.info["sfreq"], factor=FACTORS.get(unit, 1),
                             values=raw.get_data()[0].tolist()))
    # raw.annotations lacks those after a gap: MNE takes every file as continuous and drops what lies past its end
    found = sorted(zip(*_read_annotations_edf(str(path))), key=lambda a: a[0])
    listed = [dict(onset=onset, duration=duration, text=text) for onset, duration, text in found]
    return dict(made_with=f"MNE {mne.__version__}", channels=channels, annotations=listed)


def wave(rng, n_records, per_record, limit=2 ** 15):
    values = rng.integers(-limit, limit, size=(n_records, per_record))
    values.flat[0], values.flat[-1] = -limit, limit - 1
    return values


def make_all():
    rng = np.random.default_rng(1992)
    w = lambda n, k, limit=2 ** 15: wave(rng, n, k, limit)
    keep = lambda onset: f"{onset}\x14\x14\0"
    files = []
    add = lambda *args, **kwargs: files.append(craft(*args, **kwargs))
    add("plain.edf", [signal("EEG Fp1", w(3, 50), "uV", (-187.5, 187.5), prefilter="HP:0.1Hz LP:75Hz N:50Hz"),
                      signal("ECG", w(3, 25), "mV", (-3.276, 3.277), transducer="AgAgCl electrode"),
                      signal("SaO2", w(3, 2), "%", (0, 100), (0, 32767))],
        patient="MCH-0234567 F 02-MAY-1951 Haagse_Harry", date="02.03.02", time="23.15.30",
        recording="Startdate 02-MAR-2002 PSG-1234/2002 NN Telemetry03")
    add("plusC.edf", [signal("EEG Cz", w(4, 30), "uV", (-440, 510.5), (-2048, 2047)),
                      tals([keep("+0.25") + "+0.5\x151.5\x14Schlafstadium W – müde\x14\0",
                            keep("+1.25") + "+1.3\x14spike\x14k-complex\x14\0",
                            keep("+2.25"), keep("+3.25") + "+0.3\x14late entry\x14\0"], 60),
                      signal("Resp", w(4, 5), "a.u.", (-1, 1)),
                      tals(["", "+2\x150.125\x14眼を閉じる\x14\0", "", ""], 40)],
        reserved="EDF+C", date="31.12.99", time="23.59.59")
    add("plusD.edf", [signal("EEG O1", w(5, 20)), signal("PPG", w(5, 10), "NU", (0, 1)),
                      tals([keep("+0"), keep("+0.5") + "+0.75\x14before the gap\x14\0", keep("+10.25"),
                            keep("+10.75"), keep("+3600.1") + "+3600.2\x150.1\x14after\x14\0"], 50)],
        reserved="EDF+D", duration="0.5")
    add("plain.bdf", [signal("A1", w(3, 40, 2 ** 23), "uV", (-262144, 262144)),
                      signal("Ana1", w(3, 10, 2 ** 23), "uV", (262144, -262144))], size=3, reserved="24BIT")
    add("plusC.bdf", [signal("B1", w(3, 20, 2 ** 23), "mV", (-1, 1.5)),
                      tals([keep("+0"), keep("+2") + "+2.5\x14Ωmega\x14\0", keep("+4")], 33, "BDF Annotations")],
        size=3, reserved="BDF+C", duration="2")
    add("negativeGain.edf", [signal("physical", w(2, 20), "uV", (327.67, -327.68)),
                             signal("digital", w(2, 20), "uV", (-50, 60), (2047, -2048))])
    add("unknownCount.edf", [signal("Fz", w(5, 16))], n_records=-1, duration="0.125")
    add("truncated.edf", [signal("Fz", w(4, 16)), signal("Cz", w(4, 8))], n_records=9, tail=b"\1\2\3\4\5\6\7\10\11")
    add("longer.edf", [signal("Fz", w(6, 16))], n_records=4)
    add("commaAndNuls.edf", [signal("T7\0", w(2, 20), b"\xb5V", ("-187,5", "187,25")), signal("T8", w(2, 20), "mV")],
        pad=b"\0")
    add("thirds.edf", [signal("P3", w(3, 100)), signal("P4", w(3, 1))], duration="3")
    add("annotationsOnly.edf", [tals([keep("+0") + "+30\x1530\x14Sleep stage N2\x14\0+60\x1530\x14Sleep stage R\x14\0"
                                      + "+75.5\x14Arousal\x14\0"], 120)], reserved="EDF+C", duration="0")
    for path in files:
        path.with_name(path.name + ".json").write_text(json.dumps(expected(path), ensure_ascii=False) + "\n")


def make_eegmat(folder):
    """Sums of every channel of one recording, and an excerpt, as MNE reads them (EEG uV, ECG mV)."""
    name = "Subject00_2.edf"
    raw = mne.io.read_raw_edf(str(pathlib.Path(folder) / name), verbose="error")
    data = raw.get_data() * np.array([[1e3 if label == "ECG ECG" else 1e6] for label in raw.ch_names])
    start, stop = 5000, 5020
    result = dict(made_with=f"MNE {mne.__version__}", file=name, sfreq=raw.info["sfreq"], labels=raw.ch_names,
                  nTimes=data.shape[1], sum=data.sum(axis=1).tolist(), sumOfSquares=(data ** 2).sum(axis=1).tolist(),
                  start=start, excerpt=data[:, start:stop].tolist())
    (HERE / "eegmat.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    make_all()
    if len(sys.argv) > 1:
        make_eegmat(sys.argv[1])
