"""Linear models with first-order autoregressive noise, fitted by brute force.

    python make_ar1.py > ar1.json

For each case the restricted likelihood is taken with the whole correlation
matrix V[s, t] = rho^|s-t| and the projection

    P = V^-1 - V^-1 X (X' V^-1 X)^-1 X' V^-1

on 4001 coefficients from -0.999 to 0.999; the best is refined to the root of

    tr(P V') - (n-p) y'P V' P y / y'P y

by SciPy's brentq, or is the end of the range where there is none beside it.
SciPy 1.17.1.
"""

import json

import numpy as np
from scipy.linalg import toeplitz
from scipy.optimize import brentq

END = 0.999


def project(rho, x):
    n = len(x)
    vi = np.linalg.inv(toeplitz(rho ** np.arange(n)))
    a = vi @ x
    return vi, np.linalg.inv(x.T @ a), a


def loglik(rho, x, y):
    n, p = x.shape
    v = toeplitz(rho ** np.arange(n))
    c = np.linalg.solve(v, np.column_stack([x, y]))
    xx, xy, yy = x.T @ c[:, :p], x.T @ c[:, p], y @ c[:, p]
    rss = yy - xy @ np.linalg.solve(xx, xy)
    return -0.5 * ((n - p) * np.log(rss) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(xx)[1])


def derivative(rho, x, y):
    n, p = x.shape
    k = np.arange(n)
    vi, xx, a = project(rho, x)
    proj = vi - a @ xx @ a.T
    dv = toeplitz(np.r_[0, k[1:] * rho ** (k[1:] - 1.0)])
    py = proj @ y
    return np.sum(proj * dv) - (n - p) * (py @ dv @ py) / (y @ py)


rng = np.random.default_rng(20)
cases = []
for n, p, true in [(20, 1, 0.3), (37, 3, 0.5), (60, 4, 0.8), (61, 2, -0.4), (97, 6, 0.2), (120, 8, 0.95),
                   (41, 3, 0.0), (25, 10, 0.6), (80, 2, 1.0), (5, 2, 0.5), (50, 2, -0.9)]:
    t = np.arange(n)
    x = np.column_stack([np.ones(n)] + [np.cos(np.pi * (t + 0.5) * k / n) if k % 2 else rng.normal(size=n).cumsum() / 3 for k in range(1, p)])
    e = rng.normal(size=n)
    for i in range(1, n):
        e[i] += true * e[i - 1]
    y = x @ rng.normal(size=p) * 3 + 1000 + 2 * e
    whole = y
    first = np.linalg.lstsq(x, y, rcond=None)[0]
    y = y - x @ first  # P x is 0: the same likelihood, without the digits of 1000
    grid = np.linspace(-END, END, 4001)
    best = int(np.argmax([loglik(r, x, y) for r in grid]))
    lo, hi = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    rho = grid[best]
    if derivative(lo, x, y) < 0 < derivative(hi, x, y):
        rho = brentq(derivative, lo, hi, (x, y), xtol=1e-15, rtol=1e-14)
    vi, xx, a = project(rho, x)
    beta = xx @ (a.T @ y)
    r = y - x @ beta
    beta, y = beta + first, whole
    # Of the innovations: the stationary variance is 1/(1-rho^2) of it.
    s2 = r @ vi @ r / (n - p) * (1 - rho**2)
    var = np.diag(xx) * (r @ vi @ r) / (n - p)
    cases.append(dict(x=x.tolist(), y=y.tolist(), rho=float(rho), beta=beta.tolist(), s2=float(s2), var=var.tolist()))
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
