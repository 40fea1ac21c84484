"""Losses of torch, class weights of scikit-learn: losses.json."""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_class_weight

rng = np.random.default_rng(3)
B, K = 6, 4
logits = (rng.standard_normal((B, K)) * 3).astype(np.float32)
logits[0, :2] = [40, -40]
labels = np.array([0, 2, 1, 2, 3, 2])
multi = (rng.random((B, K)) < 0.4).astype(np.float32)
weights = np.array([0.5, 2.0, 0.25, 1.5])
positive = np.array([1.0, 3.0, 0.5, 7.0])
values = (rng.standard_normal((B, 1)) * 1.5).astype(np.float32)
predicted = (rng.standard_normal((B, 1)) * 1.5).astype(np.float32)

z = torch.tensor(logits, dtype=torch.float64)
y = torch.tensor(labels)
m = torch.tensor(multi, dtype=torch.float64)
w = torch.tensor(weights, dtype=torch.float64)
q = torch.tensor(positive, dtype=torch.float64)
a, b = torch.tensor(predicted, dtype=torch.float64), torch.tensor(values, dtype=torch.float64)

many = rng.choice(4, size=200, p=[0.6, 0.25, 0.14, 0.01])
scaler = StandardScaler().fit(values.astype(np.float64))

result = {
    "torch": torch.__version__,
    "logits": logits.tolist(), "labels": labels.tolist(), "multi": multi.tolist(),
    "weights": weights.tolist(), "positive": positive.tolist(),
    "predicted": predicted.tolist(), "values": values.tolist(),
    "loss": {
        "cross-entropy": F.cross_entropy(z, y).item(),
        "cross-entropy, weighted": F.cross_entropy(z, y, weight=w).item(),
        "cross-entropy, smoothed": F.cross_entropy(z, y, label_smoothing=0.1).item(),
        "cross-entropy, weighted and smoothed": F.cross_entropy(z, y, weight=w, label_smoothing=0.1).item(),
        "bce": F.binary_cross_entropy_with_logits(z, m).item(),
        "bce, positives weighted": F.binary_cross_entropy_with_logits(z, m, pos_weight=q).item(),
        "smooth-l1": F.smooth_l1_loss(a, b).item(),
        "mse": F.mse_loss(a, b).item(),
    },
    "many": many.tolist(),
    "balanced": compute_class_weight("balanced", classes=np.arange(4), y=many).tolist(),
    "scaler": {"mean": scaler.mean_[0], "std": scaler.scale_[0]},
}
with open(sys.argv[1], "w") as file:
    json.dump(result, file)
    file.write("\n")
