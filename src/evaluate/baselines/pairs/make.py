"""Write linear.json: coefficients by scikit-learn, for the tests of the linear baselines. Newton's method, because
scikit-learn's L-BFGS stops early whatever tolerance it is given.

    python3 make.py > linear.json      (scikit-learn >= 1.2; made with 1.2.1)
"""
import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

rng = np.random.default_rng(5)


def data(count, width, classes):
    x = np.round(rng.normal(size=(count, width)) * np.linspace(0.5, 2, width), 3)
    x[:, -1] = np.round(0.9 * x[:, 0] + 0.1 * x[:, -1], 3)
    z = x @ rng.normal(size=(width, classes)) + rng.normal(size=(count, classes)) + np.linspace(0, 1, classes)
    return x, z.argmax(axis=1)


def logistic(name, count, width, classes, strength, balanced):
    x, y = data(count, width, classes)
    fit = LogisticRegression(C=strength, class_weight="balanced" if balanced else None, solver="newton-cg", tol=1e-12,
                             max_iter=20000).fit(x, y)
    return {"name": name, "x": x.tolist(), "y": y.tolist(), "classes": classes, "strength": strength, "balanced": balanced,
            "coefficients": fit.coef_.ravel().tolist(), "intercepts": fit.intercept_.tolist(),
            "probabilities": fit.predict_proba(x)[:5].ravel().tolist()}


def ridge(name, count, width, penalty):
    x, y = data(count, width, 3)
    y = np.round(70 + 10 * y + x[:, 0] + rng.normal(size=count), 3)
    fit = Ridge(alpha=penalty).fit(x, y)
    return {"name": name, "x": x.tolist(), "y": y.tolist(), "penalty": penalty, "coefficients": fit.coef_.tolist(),
            "intercepts": [fit.intercept_], "values": fit.predict(x)[:5].tolist()}


json.dump({
    "logistic": [
        logistic("two classes", 80, 5, 2, 1.0, False),
        logistic("two classes, balanced, weak penalty", 80, 5, 2, 100.0, True),
        logistic("two classes, strong penalty", 60, 8, 2, 0.01, False),
        logistic("four classes", 90, 5, 4, 1.0, False),
        logistic("three classes, balanced", 90, 6, 3, 10.0, True),
    ],
    "ridge": [ridge("ridge", 60, 5, 1.0), ridge("ridge, more features than windows", 12, 20, 0.1)],
}, sys.stdout, separators=(",", ":"))
