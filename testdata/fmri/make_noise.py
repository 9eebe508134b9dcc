"""Linear models with AR(p) and ARMA(1,1) noise, fitted by brute force.

    python make_noise.py > noise.json

The restricted likelihood is taken with the whole covariance matrix, whose first
row comes from the Yule-Walker equations, or is 1, l, l phi, l phi² ... for the
ARMA; SciPy searches it from many starts with Powell's method and Nelder and
Mead's. The variance is that of the innovations. SciPy 1.17.1.
"""

import json

import numpy as np
from scipy.linalg import toeplitz
from scipy.optimize import minimize


def coefficients(kappa):
    phi = np.zeros(0)
    for k in kappa:
        phi = np.r_[phi - k * phi[::-1], k]
    return phi


def covariance(model, u, n):
    """Of noise whose innovations have variance 1."""
    k = np.tanh(u)
    if model == "arma11":
        phi, theta = k
        g0 = (1 + 2 * phi * theta + theta**2) / (1 - phi**2)
        g1 = (1 + phi * theta) * (phi + theta) / (1 - phi**2)
        return toeplitz(np.r_[g0, g1 * phi ** np.arange(n - 1)]), k
    phi = coefficients(k)
    p = len(phi)
    a = np.eye(p + 1)
    for i in range(p + 1):  # gamma_i - sum phi_j gamma_|i-j| = [i = 0]
        for j in range(p):
            a[i, abs(i - j - 1)] -= phi[j]
    gamma = list(np.linalg.solve(a, np.r_[1, np.zeros(p)]))
    while len(gamma) < n:
        gamma.append(sum(phi[j] * gamma[-1 - j] for j in range(p)))
    return toeplitz(gamma[:n]), phi


def fit(model, u, x, y):
    n, p = x.shape
    v, c = covariance(model, u, n)
    vi = np.linalg.inv(v)
    xx = np.linalg.inv(x.T @ vi @ x)
    b = xx @ x.T @ vi @ y
    r = y - x @ b
    rss = r @ vi @ r
    value = (n - p) * np.log(rss) + np.linalg.slogdet(v)[1] - np.linalg.slogdet(xx)[1]
    return value, c, b, rss / (n - p), xx


def simulate(rng, phi, theta, n):
    e = rng.normal(size=n + 200)
    x = np.zeros(n + 200)
    for t in range(n + 200):
        x[t] = e[t] + theta * e[t - 1] * (t > 0) + sum(f * x[t - 1 - j] for j, f in enumerate(phi) if t > j)
    return x[200:]


rng = np.random.default_rng(5)
cases = []
for model, order, phi, theta in [("ar2", 2, [0.9, -0.5], 0), ("ar3", 3, [0.4, -0.3, 0.2], 0), 
                                 ("arma11", 2, [0.8], -0.4), ("arma11", 2, [0.6], 0.3)]:
    n, p = 50, 4
    t = np.arange(n)
    x = np.column_stack([np.sin(t / 3), rng.normal(size=n).cumsum() / 3, np.cos(np.pi * (t + 0.5) / n), np.ones(n)])
    y = np.round(simulate(rng, phi, theta, n) + x @ [1, 0.5, 0, 100], 4)
    best = None
    bounded = lambda u: fit(model, u, x, y)[0] if np.all(np.abs(u) < 3.8) else 1e9
    for _ in range(2):
        m = minimize(bounded, rng.normal(size=order) * 0.5, method="Nelder-Mead", options=dict(xatol=1e-10, fatol=1e-13, maxiter=5000, maxfev=5000))
        m = minimize(bounded, m.x, method="Nelder-Mead", options=dict(xatol=1e-11, fatol=1e-13, maxiter=5000, maxfev=5000))
        if best is None or m.fun < best.fun:
            best = m
    _, c, b, s2, xx = fit(model, best.x, x, y)
    cases.append(dict(model=model, x=x.tolist(), y=y.tolist(), noise=c.tolist(), beta=b.tolist(), s2=s2, var=(s2 * np.diag(xx)).tolist()))
print(json.dumps(cases))
