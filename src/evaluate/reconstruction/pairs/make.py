"""Write interpolation.json: hidden patches filled in by numpy.interp over the visible samples, for the test of interpolateHidden.

    python3 make.py      (numpy; made with 1.24.2; writes beside itself)

Channels are float32 walks; runs of hidden patches stand in the middle, at either end, at both, side by side, and everywhere (0 by definition).
"""
import json
import pathlib

import numpy as np

PATCH = 4
MASKS = {
    "one in the middle": [0, 0, 1, 0, 0, 0],
    "a run": [0, 1, 1, 1, 0, 0],
    "two runs": [0, 1, 0, 1, 1, 0],
    "the beginning": [1, 1, 0, 0, 1, 0],
    "the end": [0, 1, 0, 0, 1, 1],
    "both ends": [1, 0, 1, 0, 0, 1],
    "all but one": [1, 1, 1, 0, 1, 1],
    "nothing": [0, 0, 0, 0, 0, 0],
    "everything": [1, 1, 1, 1, 1, 1],
}


def filled(x, hidden):
    visible = np.flatnonzero(~hidden)
    return np.zeros(len(x)) if len(visible) == 0 else np.interp(np.arange(len(x)), visible, x[visible])


rng = np.random.default_rng(7)
cases = []
for name, mask in MASKS.items():
    x = np.cumsum(rng.normal(size=len(mask) * PATCH)).round(3).astype(np.float32).astype(np.float64)
    hidden = np.repeat(np.array(mask, bool), PATCH)
    mean = float(np.mean(x[~hidden])) if (~hidden).any() else 0.0
    cases.append({"name": name, "mask": mask, "x": x.tolist(), "filled": filled(x, hidden).tolist(), "mean": mean})

path = pathlib.Path(__file__).parent / "interpolation.json"
path.write_text(json.dumps({"patchSize": PATCH, "cases": cases}, indent=1) + "\n")
