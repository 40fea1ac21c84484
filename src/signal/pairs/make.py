"""Write filters.json: what SciPy computes, for the tests of the signal chain.

    python3 make.py > filters.json      (SciPy >= 1.8; made with 1.10.1)

Inputs are not stored: both sides make them from `noise(seed, n, walk)`, a Park-Miller generator in exact integers.
Long outputs are stored every `step` samples.
"""
import json

import numpy as np
import scipy
from scipy import signal


def noise(seed, n, walk=0.0):
    """n samples in (-0.5, 0.5) plus `walk` times their running sum."""
    out = np.empty(n)
    for i in range(n):
        seed = seed * 16807 % 2147483647
        out[i] = seed / 2147483647 - 0.5
    return out + walk * np.cumsum(out)


def butters():
    shapes = [
        ("lowpass", 1, 30, 250), ("lowpass", 2, 12.5, 100), ("lowpass", 5, 40, 256), ("highpass", 1, 1, 250),
        ("highpass", 3, 0.5, 500), ("highpass", 4, 0.1, 1000), ("bandpass", 1, [8, 12], 256), ("bandpass", 2, [0.5, 45], 250),
        ("bandpass", 3, [1, 40], 128), ("bandpass", 5, [4, 30], 500), ("bandpass", 4, [0.1, 75], 160),
        ("bandpass", 4, [0.1, 75], 1000), ("bandpass", 4, [0.1, 75], 2048), ("bandpass", 4, [0.5, 120], 256),
        ("bandpass", 4, [0.5, 8], 256), ("bandpass", 8, [10, 60], 256), ("bandstop", 1, [49, 51], 500),
        ("bandstop", 2, [45, 55], 256), ("bandstop", 3, [55, 65], 250), ("lowpass", 9, 20, 256), ("highpass", 8, 2, 256),
    ]
    return [
        {"type": t, "order": n, "cutoff": c, "sfreq": fs,
         "sos": signal.butter(n, c, t, fs=fs, output="sos").tolist()}
        for t, n, c, fs in shapes
    ]


def states():
    sos = signal.butter(3, [1, 40], "bandpass", fs=128, output="sos")
    zi = noise(5, 2 * len(sos)).reshape(-1, 2)
    y, zf = signal.sosfilt(sos, noise(6, 50), zi=zi)
    return {"settled": signal.sosfilt_zi(sos).ravel().tolist(), "zi": {"seed": 5}, "x": {"seed": 6, "n": 50},
            "y": y.tolist(), "zf": zf.ravel().tolist()}


def zero_phase():
    cases = []
    for t, n, c, fs, padlen, size in [
        ("bandpass", 4, [0.1, 75], 250, None, 500), ("bandpass", 4, [0.5, 8], 256, 27, 512),
        ("bandpass", 4, [0.5, 120], 500, 0, 300), ("lowpass", 1, 30, 250, None, 60), ("lowpass", 3, 10, 100, None, 60),
        ("highpass", 5, 1, 250, 100, 300), ("bandpass", 4, [0.5, 8], 256, None, 28), ("lowpass", 7, 30, 250, None, 80),
    ]:
        sos = signal.butter(n, c, t, fs=fs, output="sos")
        y = signal.sosfiltfilt(sos, noise(11, size, 0.2), padlen=padlen)
        cases.append({"type": t, "order": n, "cutoff": c, "sfreq": fs, "padding": padlen, "seed": 11, "n": size,
                      "walk": 0.2, "step": 7, "y": y[::7].tolist()})
    return cases


def notches():
    cases = []
    for f0, q, fs in [(50, 30, 256), (60, 30, 256), (50, 30, 1000), (60, 5, 125)]:
        b, a = signal.iirnotch(f0, q, fs)
        y = signal.filtfilt(b, a, noise(12, 300, 0.1))
        cases.append({"frequency": f0, "q": q, "sfreq": fs, "b": b.tolist(), "a": a.tolist(), "seed": 12, "n": 300,
                      "walk": 0.1, "step": 7, "y": y[::7].tolist()})
    return cases


def low_order():
    b, a = [0.2, 0.3], [2.0, -1.0]
    return {"b": b, "a": a, "y": signal.filtfilt(b, a, noise(13, 40, 0.1)).tolist()}


def stability():
    cases = []
    x = noise(21, 20000, 0.02)
    for t, c in [("highpass", 0.1), ("bandpass", [0.1, 75])]:
        y = signal.sosfiltfilt(signal.butter(4, c, t, fs=1000, output="sos"), x, padlen=27)
        b, a = signal.butter(4, c, t, fs=1000)
        with np.errstate(all="ignore"):
            fraction = signal.filtfilt(b, a, x, padlen=27)
        cases.append({"type": t, "cutoff": c, "seed": 21, "n": 20000, "walk": 0.02, "step": 400, "y": y[::400].tolist(),
                      "max": float(abs(y).max()), "fraction_form_error": float(abs(fraction - y).max() / abs(y).max())})
    return cases


def firs():
    cases = []
    for n, c, beta in [(501, 1 / 25, 5.0), (21, 0.5, 5.0), (64, 0.3, 8.0), (2561, 1 / 128, 5.0)]:
        step = max(1, n // 50)
        taps = signal.firwin(n, c, window=("kaiser", beta))
        cases.append({"n": n, "cutoff": c, "beta": beta, "step": step, "taps": taps[::step].tolist()})
    return cases


def resamplings():
    cases = []
    for up, down, n in [(128, 125, 500), (16, 25, 400), (64, 125, 1000), (256, 125, 301), (64, 175, 701), (4, 1, 61),
                        (1, 2, 201), (96, 125, 333), (1024, 125, 40), (32, 125, 1001), (6, 4, 50), (5, 5, 20), (3, 7, 1)]:
        y = signal.resample_poly(noise(31, n, 0.1), up, down)
        step = max(1, len(y) // 40)
        cases.append({"up": up, "down": down, "seed": 31, "n": n, "walk": 0.1, "length": len(y), "step": step,
                      "y": y[::step].tolist()})
    return cases


BANDS = {"eeg": [0.1, 75], "ecg": [0.5, 120], "ppg": [0.5, 8]}


def chain(x, sensor, fs, ratio, first):
    if first:
        x, fs = signal.resample_poly(x, *ratio), 256
    x = signal.sosfiltfilt(signal.butter(4, BANDS[sensor], "bandpass", fs=fs, output="sos"), x)
    for f0 in (50, 60):
        if f0 < fs / 2:
            x = signal.filtfilt(*signal.iirnotch(f0, 30, fs), x)
    return x if first else signal.resample_poly(x, *ratio)


def chains():
    cases = []
    for sensor, fs, ratio, first in [
        ("eeg", 250, (128, 125), False), ("eeg", 256, (1, 1), False), ("eeg", 128, (2, 1), True),
        ("eeg", 160, (8, 5), False), ("eeg", 1000, (32, 125), False), ("ecg", 500, (64, 125), False),
        ("ecg", 250, (128, 125), True), ("ecg", 125, (256, 125), True), ("ppg", 64, (4, 1), True),
        ("ppg", 700, (64, 175), False), ("ppg", 31.25, (1024, 125), True), ("ecg", 360, (32, 45), False),
    ]:
        n = int(4 * fs)
        y = chain(noise(41, n, 0.05), sensor, fs, ratio, first)
        cases.append({"sensor": sensor, "sfreq": fs, "seed": 41, "n": n, "walk": 0.05, "length": len(y), "step": 37,
                      "max": float(abs(y).max()), "y": y[::37].tolist()})
    return cases


def welches():
    cases = []
    for fs, nperseg, overlap, detrend, n in [(256, 256, 128, "constant", 1024), (250, 100, 25, False, 700),
                                             (128, 64, 32, "linear", 300), (100, 51, 10, "constant", 260)]:
        f, p = signal.welch(noise(51, n, 0.1), fs, nperseg=nperseg, noverlap=overlap, detrend=detrend)
        step = max(1, len(p) // 30)
        cases.append({"sfreq": fs, "length": nperseg, "overlap": overlap, "detrend": detrend, "seed": 51, "n": n,
                      "walk": 0.1, "step": step, "bins": len(p), "lastFrequency": float(f[-1]), "density": p[::step].tolist()})
    return cases


print(json.dumps({"scipy": scipy.__version__, "butterworth": butters(), "sosfilt": states(), "sosfiltfilt": zero_phase(),
                  "notch": notches(), "filtfiltLowOrder": low_order(), "stability": stability(), "firwin": firs(),
                  "resample": resamplings(), "chain": chains(), "welch": welches()}))
