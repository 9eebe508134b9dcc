"""Reference values for vector autoregressive models and Granger tests of package
signal, from statsmodels.

Writes var.json beside this script.  Yule-Walker of several channels is the block
Toeplitz system solved by NumPy, and the conditional test is ordinary least squares
with and without the source (statsmodels has a system's Wald test only).  Made with
statsmodels 0.15.0, numpy, scipy.

    python var.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)  # this folder has a file of the name of a package

import numpy as np
import scipy.stats as st
from statsmodels.regression.linear_model import burg
from statsmodels.tsa.api import VAR
from statsmodels.tsa.stattools import grangercausalitytests

rng = np.random.default_rng(10)
n, T = 3, 211
A = np.array([[[0.6, 0.0, 0.0], [0.4, 0.5, 0.0], [0.0, -0.3, 0.4]], [[-0.5, 0.0, 0.2], [0.0, -0.2, 0.0], [0.3, 0.0, -0.1]]])
x = np.zeros((T + 100, n))
for t in range(2, T + 100):
    e = rng.standard_normal(n)
    e[1] += 0.4 * e[0]
    x[t] = A[0] @ x[t - 1] + A[1] @ x[t - 2] + e
x = np.round(x[100:] * [1, 1e-3, 50] + [5, 1, -300], 6)

out = dict(x=x.T.tolist())
model = VAR(x)
orders = model.select_order(8, trend="c")
out["orders"] = {k: [float(v) for v in orders.ics[k][1:]] for k in ("aic", "bic", "hqic", "fpe")}
out["fits"] = []
for p in (1, 2, 5):
    r = model.fit(p, trend="c")
    w = r.test_whiteness(nlags=p + 10, adjusted=True)
    row = dict(p=p, a=r.coefs.tolist(), sigma=r.sigma_u.tolist(), mean=r.mean().tolist(),
               radius=float(1 / np.abs(r.roots).min()), q=float(w.test_statistic), df=int(w.df), pvalue=float(w.pvalue))
    f, pf, lr, plr = (np.full((n, n), -1.0) for _ in range(4))
    for i in range(n):
        for j in range(n):
            if i != j:
                g = grangercausalitytests(x[:, [i, j]], [p])[p][0]
                f[i, j], pf[i, j] = g["ssr_ftest"][:2]
                lr[i, j], plr[i, j] = g["lrtest"][:2]
    row["pairwise"] = dict(f=f.tolist(), p=pf.tolist(), lr=lr.tolist(), plr=plr.tolist())
    lags = [x[p - k:T - k] for k in range(1, p + 1)]

    def rss(channels, target):
        X = np.column_stack([np.ones(T - p)] + [l[:, channels] for l in lags])
        y = x[p:, target]
        return np.sum((y - X @ np.linalg.lstsq(X, y, rcond=None)[0]) ** 2)

    f, pf = np.full((n, n), -1.0), np.full((n, n), -1.0)
    for i in range(n):
        for j in range(n):
            if i != j:
                full, less = rss([0, 1, 2], i), rss([k for k in range(n) if k != j], i)
                d = T - p - n * p - 1
                f[i, j] = (less - full) / p / (full / d)
                pf[i, j] = st.f.sf(f[i, j], p, d)
    row["conditional"] = dict(f=f.tolist(), p=pf.tolist())
    y = x - x.mean(0)
    R = [(y[h:].T @ y[:T - h]) / T for h in range(p + 1)]
    G = np.block([[R[j - i] if j >= i else R[i - j].T for j in range(p)] for i in range(p)])
    a = np.linalg.solve(G.T, np.hstack(R[1:]).T).T
    row["yw"] = [a[:, k * n:(k + 1) * n].tolist() for k in range(p)]
    row["ywsigma"] = (R[0] - sum(a[:, k * n:(k + 1) * n] @ R[k + 1].T for k in range(p))).tolist()
    row["burg"] = burg(x[:, 0], p)[0].tolist()
    out["fits"].append(row)
(Path(__file__).resolve().parent / "var.json").write_text(json.dumps(out) + "\n")
