"""Steps of torch.optim.AdamW and torch.nn.utils.clip_grad_norm_ on small tensors: adamw.json.

Two runs per case: in float32 throughout ("float32"), and in float64 with parameters and moments rounded to float32 after every
step ("rounded"), which is the arithmetic of adamw.ts.
"""
import json
import sys

import numpy as np
import torch

torch.manual_seed(0)
rng = np.random.default_rng(7)
N, STEPS = 24, 4


def values(scale):
    return (rng.standard_normal(N) * scale).astype(np.float32)


def run(start, grads, dtype, lr, betas, eps, decay, factor):
    p = torch.nn.Parameter(torch.tensor(start, dtype=dtype))
    optimizer = torch.optim.AdamW([p], lr=lr, betas=betas, eps=eps, weight_decay=decay)
    out = []
    for g in grads:
        p.grad = torch.tensor(g, dtype=dtype) * factor
        optimizer.step()
        state = optimizer.state[p]
        for tensor in (p.data, state["exp_avg"], state["exp_avg_sq"]):
            tensor.copy_(tensor.to(torch.float32))
        out.append({
            "p": p.data.tolist(),
            "m": state["exp_avg"].tolist(),
            "v": state["exp_avg_sq"].tolist(),
        })
    return out


cases = []
for note, kwargs in {
    "pretraining": dict(lr=1.25e-4, betas=(0.9, 0.98), eps=1e-8, decay=0.05, factor=1.0),
    "fine-tuning, clipped": dict(lr=5e-4, betas=(0.9, 0.999), eps=1e-8, decay=0.05, factor=0.25),
    "no decay, large epsilon": dict(lr=0.1, betas=(0.5, 0.75), eps=0.5, decay=0.0, factor=1.0),
    "strong decay": dict(lr=0.05, betas=(0.9, 0.98), eps=1e-8, decay=2.0, factor=3.0),
}.items():
    start = values(0.5)
    grads = [values(10.0 ** rng.integers(-4, 2)) for _ in range(STEPS)]
    for g in grads:
        g[:2] = 0
    cases.append({
        "note": note, **kwargs,
        "start": start.tolist(),
        "grads": [g.tolist() for g in grads],
        "rounded": run(start, grads, torch.float64, **kwargs),
        "float32": run(start, grads, torch.float32, **kwargs)[-1],
    })

clips = []
for maximum in (0.1, 1.0, 1e6):
    tensors = [torch.nn.Parameter(torch.zeros(n, dtype=torch.float64)) for n in (3, 5, 8, 1)]
    before = [rng.standard_normal(t.numel()).astype(np.float32) for t in tensors]
    for t, g in zip(tensors, before):
        t.grad = torch.tensor(g, dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_(tensors, maximum)
    clips.append({
        "maximum": maximum,
        "grads": [g.tolist() for g in before],
        "norm": norm.item(),
        "clipped": [t.grad.tolist() for t in tensors],
    })

with open(sys.argv[1], "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases, "clips": clips}, file)
    file.write("\n")
