"""The work of coding.go with pynapple and scikit-learn: python coding.py [tuning|decoding|logistic|poisson [TOL [CLASSES]]]"""
import json
import resource
import sys
import time

import numpy as np


def frac(v):
    return v - np.floor(v)


def regressions(what, tol, classes):
    from scipy.special import log_softmax
    from sklearn.linear_model import LogisticRegression, PoissonRegressor

    for n, d, l2 in [(200, 10, 0.1), (200, 50, 0.1), (2000, 50, 0.0), (10000, 100, 0.0), (200, 2000, 1.0), (500, 5000, 1.0)]:
        a = np.arange(n * d, dtype=float).reshape(n, d)
        x = 1.7 * (frac(a * 0.618033988749) + frac(a * a * 0.0000754877666) + frac(a * 0.414213562373) + frac(a * a * 0.0000324717957) - 2)
        z = x[:, :10].sum(1) / 4
        i = np.arange(n)
        y = (frac(i * 0.569840290998) < 1 / (1 + np.exp(-2 * z))).astype(int)
        if classes > 2:
            y = (y + 2 * np.floor(np.abs(2 * x[:, 1] + frac(i * 0.7548))).astype(int)) % classes
        counts = np.floor(np.exp(z / 2) + frac(i * 0.324717957))
        m = LogisticRegression(tol=tol, max_iter=10000) if what == "logistic" else PoissonRegressor(alpha=l2, tol=tol, max_iter=10000)
        t = y if what == "logistic" else counts
        m.fit(x, t)
        began, times = time.process_time(), 0
        while time.process_time() - began < 0.15:
            m.fit(x, t)
            times += 1
        cpu = (time.process_time() - began) / times
        if what == "poisson":
            eta = x @ m.coef_ + m.intercept_
            loss = np.mean(np.exp(eta) - counts * eta) + l2 / 2 * np.sum(m.coef_**2)
        else:
            f = x @ m.coef_.T + m.intercept_
            if classes == 2:
                f = np.hstack([0 * f, f])
            loss = -log_softmax(f, axis=1)[i, np.searchsorted(m.classes_, y)].sum() + np.sum(m.coef_**2) / 2
        print(json.dumps(dict(bench="coding", step=what, size=f"{n} x {d}", classes=classes, tol=tol, cpu_s=round(cpu, 6), loss=float(f"{loss:.12g}"))))


if len(sys.argv) > 1 and sys.argv[1] in ("logistic", "poisson"):
    regressions(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1e-4, int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    sys.exit()

import pynapple as nap

CELLS, SAMPLES, FS = 100, 180000, 50.0
step = sys.argv[1] if len(sys.argv) > 1 else ""
s = np.arange(SAMPLES) / FS
x = 50 + 30 * np.sin(s / 3.1) + 20 * np.sin(s / 7.7)
y = 50 + 30 * np.cos(s / 4.3) + 20 * np.sin(s / 9.1)
trains = {}
for c in range(CELLS):
    cx, cy = 100 * frac(c * 0.618034), 100 * frac(c * 0.754878)
    d = (x - cx) ** 2 + (y - cy) ** 2
    trains[c] = nap.Ts(s[frac(np.arange(SAMPLES) * 0.569840290998 + c * 0.3) < 0.01 + 0.3 * np.exp(-d / 450)] + 0.005)
group = nap.TsGroup(trains)
floor = nap.TsdFrame(s, np.stack([x, y], 1))


def report(what, size, began):
    print(json.dumps(dict(bench="coding", step=what, size=size, cpu_s=round(time.process_time() - began, 4),
                          peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))


if step != "decoding":
    nap.compute_tuning_curves(group, floor, bins=[20, 20])  # compiled and warm
began = time.process_time()
curves = nap.compute_tuning_curves(group, floor, bins=[20, 20])
if step != "decoding":
    report("tuning", SAMPLES, began)
if step != "tuning":
    window = nap.IntervalSet(0, 300)
    nap.decode_bayes(curves, group, nap.IntervalSet(0, 10), 0.1)
    began = time.process_time()
    best, p = nap.decode_bayes(curves, group, window, 0.1)
    report("decoding", len(best), began)
