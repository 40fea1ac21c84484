"""Write metrics.json: what scikit-learn computes, for the tests of the metrics; and bootstrap.json: intervals by an independent
implementation of the counter-based generator and of the bootstrap in numpy.

    python3 make.py      (scikit-learn >= 1.2, numpy; made with 1.2.1 and 1.24.2; writes beside itself)

null stands where a metric is not defined. Classes that are neither true nor decided are left out of macro averages
(`labels=` present classes); classes without both outcomes are left out of AUROC, those without a window out of average precision.
"""
import json
import pathlib
import warnings

import numpy as np
from scipy import stats
from sklearn import calibration, metrics

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
BINS = 15


def mean_of(values):
    defined = [v for v in values if v is not None]
    return float(np.mean(defined)) if defined else None


def binary_areas(truth, score):
    truth = np.asarray(truth)
    auroc = float(metrics.roc_auc_score(truth, score)) if 0 < truth.sum() < len(truth) else None
    precision = float(metrics.average_precision_score(truth, score)) if truth.sum() > 0 else None
    return auroc, precision


def calibration_error(truth, probability):
    """Bins (low, high]; the points come from scikit-learn, the counts from numpy."""
    edges = np.linspace(0, 1, BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], probability), minlength=BINS)
    true, promised = calibration.calibration_curve(truth, probability, n_bins=BINS, strategy="uniform")
    return float(np.sum(counts[counts > 0] * np.abs(true - promised)) / len(truth))


def averages(truth, decided, labels):
    """Precision, recall, F1; macro and per class over `labels`, weighted over all."""
    out = {}
    for name, f in [("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)]:
        out[name] = float(f(truth, decided, labels=labels, average="macro", zero_division=0)) if labels else None
        out[name + "PerClass"] = f(truth, decided, labels=labels, average=None, zero_division=0).tolist() if labels else []
        supported = np.sum(truth) > 0 if np.ndim(truth) == 2 else True
        out[name + "Weighted"] = (
            float(f(truth, decided, labels=labels, average="weighted", zero_division=0)) if supported else None)
    return out


def classes(kind, truth, p):
    truth, p = np.asarray(truth), np.asarray(p)
    size = p.shape[1]
    decided = np.argmax(p, axis=1)
    present = sorted(set(truth) | set(decided))
    kappa = float(metrics.cohen_kappa_score(truth, decided)) if len(present) > 1 else None
    one_hot = np.eye(size)[truth]
    areas = [binary_areas(one_hot[:, k], p[:, k]) for k in ([1] if kind == "binary" else range(size))]
    if kind == "binary":
        ece = calibration_error(truth, p[:, 1])
        brier = float(metrics.brier_score_loss(truth, p[:, 1], pos_label=1))
    else:
        ece = calibration_error(truth == decided, p.max(axis=1))
        brier = float(np.mean(np.sum((p - one_hot) ** 2, axis=1)))
    return {
        "accuracy": float(metrics.accuracy_score(truth, decided)),
        "balancedAccuracy": float(metrics.balanced_accuracy_score(truth, decided)),
        "kappa": kappa, **averages(truth, decided, [int(k) for k in present]), "present": [int(k) for k in present],
        "auroc": mean_of([a for a, _ in areas]), "aurocPerClass": [a for a, _ in areas],
        "averagePrecision": mean_of([a for _, a in areas]), "averagePrecisionPerClass": [a for _, a in areas],
        "calibrationError": ece, "logLoss": float(metrics.log_loss(truth, p, labels=list(range(size)))), "brier": brier,
        "confusion": metrics.confusion_matrix(truth, decided, labels=list(range(size))).ravel().tolist(),
    }


def labels(truth, p):
    truth, p = np.asarray(truth), np.asarray(p)
    decided = (p > 0.5).astype(int)
    size = p.shape[1]
    present = [k for k in range(size) if truth[:, k].any() or decided[:, k].any()]
    areas = [binary_areas(truth[:, k], p[:, k]) for k in range(size)]
    return {
        "accuracy": float(metrics.accuracy_score(truth, decided)), **averages(truth, decided, present), "present": present,
        "auroc": mean_of([a for a, _ in areas]), "aurocPerClass": [a for a, _ in areas],
        "averagePrecision": mean_of([a for _, a in areas]), "averagePrecisionPerClass": [a for _, a in areas],
        "calibrationError": calibration_error(truth.ravel(), p.ravel()),
        "logLoss": float(np.mean([metrics.log_loss(truth[:, k], p[:, k], labels=[0, 1]) for k in range(size)])),
        "brier": float(np.mean([metrics.brier_score_loss(truth[:, k], p[:, k], pos_label=1) for k in range(size)])),
    }


def regression(truth, value):
    truth, value = np.asarray(truth, float), np.asarray(value, float)
    constant = np.ptp(truth) == 0 or np.ptp(value) == 0
    d = value - truth
    sd = float(np.std(d, ddof=1)) if len(d) > 1 else None
    return {
        "mae": float(metrics.mean_absolute_error(truth, value)),
        "rmse": float(metrics.mean_squared_error(truth, value, squared=False)),
        "pearson": None if constant else float(stats.pearsonr(truth, value)[0]),
        "bias": float(d.mean()),
        "lowerLimit": None if sd is None else float(d.mean() - 1.96 * sd),
        "upperLimit": None if sd is None else float(d.mean() + 1.96 * sd),
    }


def expected(kind, truth, output):
    if kind == "regression":
        return regression(truth, output)
    return labels(truth, output) if kind == "multilabel" else classes(kind, truth, output)


def softmax(rng, truth, size, strength, decimals):
    z = rng.normal(size=(len(truth), size)) + strength * np.eye(size)[truth]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p = np.round(p, decimals)
    p[:, -1] = np.round(1 - p[:, :-1].sum(axis=1), decimals)
    return np.clip(p, 0, 1)


def case(name, kind, truth, output, rng, subjects=6, classes=None):
    """`subjects` of random size; the second expectation is for the rows repeated as one draw would."""
    truth, output = np.asarray(truth), np.asarray(output)
    subject = np.sort(rng.integers(0, subjects, len(truth))) if len(truth) >= 2 * subjects else np.arange(len(truth))
    subject = np.unique(subject, return_inverse=True)[1]
    weights = rng.integers(0, 4, subject.max() + 1)
    weights[0] = max(1, weights[0])
    rows = np.repeat(np.arange(len(truth)), weights[subject])
    return {"name": name, "kind": kind, "classes": classes or (output.shape[1] if output.ndim == 2 else 0),
            "target": truth.tolist(), "output": output.tolist(), "subject": subject.tolist(),
            "expected": expected(kind, truth, output),
            "weights": weights.tolist(), "weighted": expected(kind, truth[rows], output[rows])}


def metric_cases():
    rng = np.random.default_rng(3)
    t2 = rng.integers(0, 2, 60)
    t4 = rng.integers(0, 4, 80)
    t3 = np.where(np.arange(50) % 3 == 0, 0, 2)
    ml = (rng.random((60, 3)) < [0.5, 0.2, 0.7]).astype(int)
    noisy = np.round(np.clip(ml * 0.3 + rng.random((60, 3)) * 0.7, 0, 1), 2)
    hr = np.round(60 + 60 * rng.random(50), 2)
    unseen = softmax(rng, t3, 4, 1.5, 3)
    unseen[:, 3] = 0
    unseen = unseen / unseen.sum(axis=1, keepdims=True)
    lone = ml.copy()
    lone[:, 1] = 0
    lone[:, 2] = 1
    never = noisy.copy()
    never[:, 1] *= 0.49
    flat = np.full((40, 2), 0.5)
    sure = np.eye(2)[1 - t2[:20]]
    return [
        case("two classes", "binary", t2, softmax(rng, t2, 2, 1.0, 6), rng),
        case("two classes, many ties", "binary", t2, softmax(rng, t2, 2, 0.7, 1), rng),
        case("two classes, the same score everywhere", "binary", t2[:40], flat, rng),
        case("two classes, certain and wrong", "binary", t2[:20], sure, rng),
        case("two classes, all negative", "binary", np.zeros(30, int), softmax(rng, t2[:30], 2, 0.5, 3), rng),
        case("two classes, all positive", "binary", np.ones(30, int), softmax(rng, t2[:30], 2, 0.5, 3), rng),
        case("one window", "binary", [1], [[0.25, 0.75]], rng),
        case("four classes", "multiclass", t4, softmax(rng, t4, 4, 1.2, 6), rng),
        case("four classes, ties", "multiclass", t4, softmax(rng, t4, 4, 1.0, 1), rng),
        case("four classes, one never true", "multiclass", t3, softmax(rng, t3, 4, 1.5, 3), rng),
        case("four classes, one neither true nor decided", "multiclass", t3, unseen, rng),
        case("three classes, all of one and taken for it", "multiclass", np.full(10, 1), np.tile([0.2, 0.5, 0.3], (10, 1)), rng),
        case("three labels", "multilabel", ml, noisy, rng),
        case("three labels, ties", "multilabel", ml, np.round(noisy, 1), rng),
        case("three labels, one never and one always true", "multilabel", lone, never, rng),
        case("labels without any positive", "multilabel", np.zeros((20, 2), int), noisy[:20, :2], rng),
        case("heart rate", "regression", hr, np.round(hr + rng.normal(2, 5, 50), 3), rng),
        case("large offset, small spread", "regression", 1e6 + np.arange(30) / 8, 1e6 + rng.permutation(30) / 8, rng),
        case("constant target", "regression", np.full(20, 60.0), np.round(60 + rng.normal(0, 3, 20), 3), rng),
        case("one value", "regression", [70.0], [72.5], rng),
    ]


# Philox 4x32-10 (Salmon et al. 2011), on arrays of counters.
MASK = 0xFFFFFFFF


def fnv(text):
    a, b = 0x811C9DC5, 0x050C5D1F
    for unit in text.encode("utf-16-le")[::2]:  # ASCII only
        a = ((a ^ unit) * 0x01000193) & MASK
        b = (((b ^ unit) * 0x01000193) & MASK) ^ (b >> 15)
    return a, b


def words(seed, purpose, count):
    blocks = np.arange((count + 3) // 4, dtype=np.uint64)
    tag = fnv(purpose)
    c = [blocks & MASK, blocks >> 32, np.full_like(blocks, tag[0]), np.full_like(blocks, tag[1])]
    k = [seed & MASK, seed >> 32]
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), p1 & MASK, (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return np.stack(c, axis=1).ravel()[:count]


def draws(seed, n, count):
    picks = words(seed, "bootstrap/subjects", n * count).astype(float) / 2**32 * n
    return picks.astype(int).reshape(count, n)


def bootstrap_case(seed, count):
    rng = np.random.default_rng(11)
    subject = np.sort(np.r_[np.arange(9), rng.integers(0, 9, 61)])
    truth = rng.integers(0, 2, len(subject))
    shift = rng.normal(0, 0.6, 9)[subject]
    outputs = []
    for strength in (1.0, 0.4):
        p = np.round(1 / (1 + np.exp(-(strength * (2 * truth - 1) + shift + rng.normal(size=len(truth))))), 4)
        outputs.append(np.stack([np.round(1 - p, 4), p], axis=1))
    functions = {
        "accuracy": lambda t, p: metrics.accuracy_score(t, p.argmax(axis=1)),
        "f1": lambda t, p: metrics.f1_score(t, p.argmax(axis=1), average="macro"),
        "auroc": lambda t, p: metrics.roc_auc_score(t, p[:, 1]),
        "averagePrecision": lambda t, p: metrics.average_precision_score(t, p[:, 1]),
        "brier": lambda t, p: metrics.brier_score_loss(t, p[:, 1]),
    }
    rows_of = [np.flatnonzero(subject == s) for s in range(9)]
    picks = draws(seed, 9, count)
    values = {name: [] for name in functions}
    for pick in picks:
        rows = np.concatenate([rows_of[s] for s in pick])
        for name, f in functions.items():
            values[name].append([f(truth[rows], output[rows]) for output in outputs])
    interval = lambda v: np.quantile(v, [0.025, 0.975]).tolist()
    both = {name: np.array(v) for name, v in values.items()}
    return {"seed": seed, "draws": count, "subject": subject.tolist(), "target": truth.tolist(),
            "outputs": [o.tolist() for o in outputs], "firstDraws": picks[:3].tolist(),
            "intervals": {name: interval(v[:, 0]) for name, v in both.items()},
            "differences": {name: interval(v[:, 0] - v[:, 1]) for name, v in both.items()}}


def write(name, value):
    (HERE / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


write("metrics.json", metric_cases())
write("bootstrap.json", [bootstrap_case(0, 1000), bootstrap_case(2**32 + 7, 200)])
