"""Reference values of the locally adaptive kernel of Shimazaki and Shinomoto 2010.

Writes local.json beside this script: the steps that LocalRate describes, in NumPy 2.4.6.
Times are in ms.

    python local.py
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(3)
M = 80


def gauss(u, w):
    return np.exp(-0.5 * (u / w) ** 2) / (np.sqrt(2 * np.pi) * w)


def local(s, dt, t0, t1):
    length = s[-1] - s[0]
    n = max(3, min(1000, int(length / np.diff(s)[np.diff(s) > 0].min() + 0.5)))
    step = length / (n - 1)
    t = np.arange(n) * step
    y = np.bincount(np.minimum(np.floor((s - s[0]) / step + 0.5).astype(int), n - 1), minlength=n) / step
    low = min(5 * step, length / 2)
    win = low * (length / low) ** (np.arange(M) / (M - 1))
    cost = lambda r, w: r**2 - 2 * r * y + 2 * y / (np.sqrt(2 * np.pi) * w)
    away = t[:, None] - t[None, :]
    c = np.array([cost(gauss(away, w) @ y * step, w) for w in win])
    box = np.array([np.abs(np.arange(n)[:, None] - np.arange(n)) <= int(np.sqrt(3) * w / step) for w in win])
    best = np.array([win[np.argmin(c @ b.T.astype(float), axis=0)] for b in box])  # [window][time]

    def width(g):
        raw = np.empty(n)
        for k in range(n):
            v = best[:, k] / win
            if g > v.max():
                raw[k] = win[0]
            elif g < v.min():
                raw[k] = win[-1]
            else:
                raw[k] = g * win[np.nonzero(v >= g)[0].max()]
        z = gauss(away, raw[None, :] / g)
        return (z * raw).sum(1) / z.sum(1)

    def total(g):
        w = width(g)
        r = (gauss(away, w[:, None]) * y).sum(1) * step
        return (cost(r * y.sum() / r.sum(), w) * step).sum()

    phi = (np.sqrt(5) + 1) / 2
    a, b = 1e-12, 1.0
    x1, x2 = (phi - 1) * a + (2 - phi) * b, (2 - phi) * a + (phi - 1) * b
    f1, f2 = total(x1), total(x2)
    for _ in range(30):
        if b - a <= 1e-5 * (x1 + x2):
            break
        if f1 < f2:
            b, x2, f2 = x2, x1, f1
            x1 = (phi - 1) * a + (2 - phi) * b
            f1 = total(x1)
        else:
            a, x1, f1 = x1, x2, f2
            x2 = (2 - phi) * a + (phi - 1) * b
            f2 = total(x2)
    g = x1 if f1 < f2 else x2
    at = t0 + np.arange(round((t1 - t0) / dt)) * dt
    w = np.interp(at - s[0], t, width(g))
    d = at[:, None] - s
    r = (np.exp(-0.5 * (d / w[:, None]) ** 2) / w[:, None] * (np.abs(d) <= 6 * w[:, None])).sum(1)
    return dict(stiffness=g, width=w.tolist(), rate=(r * 1000 * len(s) / (r.sum() * dt)).tolist())


out = []
for s in (
    np.sort(np.r_[rng.uniform(0, 1000, 20), rng.normal(600, 20, 40).clip(0, 1000)]).round(),
    np.sort(rng.uniform(100, 900, 13)).round(1),
    np.sort(rng.uniform(0, 1000, 31)).round(),
):
    out.append(dict(train=s.tolist(), dt=10, **local(s, 10, 0, 1000)))
Path(__file__).with_name("local.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
