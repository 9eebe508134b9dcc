"""Baselines and deconvolution of calcium traces, written again from their descriptions:
suite2p's (a Gaussian, the lowest and then the highest value of a window; pools of an
autoregressive process of order 1) with SciPy's filters, and the exact solution of the
problem that OASIS solves by non-negative least squares. SciPy and NumPy alone.

    python calcium.py > calcium.json
"""
import json
import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, minimum_filter1d
from scipy.optimize import nnls


def trace(seed, n, g, rate=.05, noise=.3, drift=0.):
    r = np.random.default_rng(seed)
    s = (r.random(n) < rate) * r.uniform(.5, 2, n)
    c = np.zeros(n)
    for t in range(n):
        c[t] = (g * c[t - 1] if t else 0) + s[t]
    return 5 + c + noise * r.normal(size=n) + drift * np.sin(np.arange(n) / n * 6)


def maximin(x, window, sigma):
    return maximum_filter1d(minimum_filter1d(gaussian_filter1d(x, sigma), window), window)


def sliding(x, window, p):
    n, left = len(x), window // 2
    return np.array([np.percentile(x[max(0, i - left):min(n, i - left + window)], p) for i in range(n)])


def matrix(n, g):
    return np.array([[g ** (i - j) if i >= j else 0. for j in range(n)] for i in range(n)])


def exact(y, g, lam, free):
    """The amounts s that minimise |y - Ks|^2/2 + lam sum(s), s >= 0 (but s[0], if free)."""
    n = len(y)
    k = matrix(n, g)
    # |y - Ks|^2/2 + lam 1's is |y - lam z - Ks|^2/2 and a constant, where K'z = 1 (0 for
    # what is not an event: the level at the start, if it is free)
    one = np.ones(n)
    if free:
        one[0] = 0
    target = y - lam * np.linalg.solve(k.T, one)
    if free:  # s[0] is the difference of two that are not negative
        s, _ = nnls(np.hstack([k, -k[:, :1]]), target, maxiter=100 * n)
        s[0] -= s[n]
        return s[:n]
    return nnls(k, target, maxiter=100 * n)[0]


def pools(y, tau, fs):
    """Isotonic regression of y/g^t with weights g^2t: each stretch decays from its start."""
    g = np.exp(-1 / (tau * fs))
    stack = []  # value at its start, weight, start, length
    for t, v in enumerate(y):
        stack.append([v, 1., t, 1])
        while len(stack) > 1 and stack[-2][0] * g ** stack[-2][3] > stack[-1][0]:
            v, w, _, m = stack.pop()
            u, x, at, l = stack.pop()
            f = g ** l
            stack.append([(u * x + v * w * f) / (x + w * f * f), x + w * f * f, at, l + m])
    s = np.zeros(len(y))
    for a, b in zip(stack, stack[1:]):
        s[b[2]] = b[0] - a[0] * g ** a[3]
    return s


out = dict(baseline=[], exact=[], suite2p=[])
for seed, n, fs, window, sigma in [(1, 400, 10., 8., 3.), (2, 401, 30., 2.5, 10.), (3, 37, 5., 60., 2.), (4, 1, 30., 60., 10.), (5, 2, 30., .2, 1.), (6, 53, 7., 1., .4)]:
    y = trace(seed, n, .9, drift=2)
    w = int(window * fs)
    out["baseline"].append(dict(y=y.tolist(), fs=fs, window=window, sigma=sigma, maximin=maximin(y, w, sigma).tolist(), constant=float(gaussian_filter1d(y, sigma).min()),
                                percentile=float(np.percentile(y, 8)), sliding=sliding(y, w, 8).tolist(), median=sliding(y, w, 50).tolist()))
for seed, n, g, lam, free in [(11, 60, .9, 0., False), (12, 61, .8, .4, False), (13, 47, .95, 1., False), (14, 50, .9, 0., True), (15, 50, .7, .3, True), (16, 1, .9, .2, False), (17, 2, .9, 0., True), (18, 30, .5, 20., False)]:
    y = trace(seed, n, g) - 5
    if n > 40:
        y[:5] -= 1.5                     # below the baseline at first
    s = exact(y, g, lam, free)
    out["exact"].append(dict(y=y.tolist(), g=g, lam=lam, free=free, s=s.tolist(), c=(matrix(n, g) @ s).tolist()))
for seed, n, fs, tau in [(21, 500, 10., 1.), (22, 333, 30., .7), (23, 7, 30., 1.25)]:
    y = trace(seed, n, np.exp(-1 / (tau * fs)))
    out["suite2p"].append(dict(y=y.tolist(), fs=fs, tau=tau, s=pools(y - maximin(y, int(60 * fs), 10.), tau, fs).tolist()))
print(json.dumps(out))
