"""Checks of the residuals of linear models: R² of nilearn, and the rest from
their formulas in NumPy and SciPy's normaltest.

    python make_residuals.py > residuals.json

Each case has one design, series of several voxels and, for "ar1-nilearn", the
residuals that nilearn whitened. nilearn 0.14.1, SciPy 1.17.1.
"""

import json

import numpy as np
from nilearn.glm.first_level import run_glm
from scipy.stats import chi2, normaltest

out = []
for n, p, voxels, noise, seed in [(24, 2, 3, "ols", 1), (121, 5, 4, "ols", 2), (80, 3, 5, "ar1", 3), (61, 2, 4, "ar1", 4)]:
    r = np.random.default_rng(seed)
    t = np.arange(n)
    x = np.column_stack([np.cos(np.pi * j * (t + 0.5) / n) + 0.2 * r.standard_normal(n) for j in range(1, p)] + [np.ones(n)])
    e = r.standard_normal((n, voxels)) ** np.where(np.arange(voxels) % 2, 3, 1)
    for i in range(1, n):
        e[i] += 0.4 * e[i - 1]
    y = 100 + x @ r.standard_normal((p, voxels)) + e
    y[n // 3] += 6
    labels, results = run_glm(y, x, noise_model=noise)
    white = np.empty_like(y)
    left = np.empty_like(y)
    sd = np.empty(voxels)
    for k in results:
        here = labels == k
        white[:, here] = results[k].whitened_residuals if hasattr(results[k], "whitened_residuals") else results[k].residuals
        left[:, here] = y[:, here] - x @ results[k].theta
        sd[here] = np.sqrt(results[k].dispersion)
    if noise == "ols":
        white = left
        rsquare = list(results.values())[0].r_square
    else:
        rho = np.array([float(k) for k in labels])
        white = left.copy()
        white[1:] -= rho * left[:-1]
        rsquare = 1 - (left**2).sum(0) / ((y - y.mean(0)) ** 2).sum(0)
    lags = max(min(10, n // 5), 2 if noise == "ar1" else 1)
    acf = np.array([(white[k:] * white[:-k]).sum(0) / (white**2).sum(0) for k in range(1, lags + 1)])
    q = n * (n + 2) * (acf**2 / (n - np.arange(1, lags + 1))[:, None]).sum(0)
    size = np.sqrt(((white / sd) ** 2).mean(1))
    lo, hi = np.quantile(size, [0.25, 0.75])
    out.append(
        dict(
            noise="ar1-nilearn" if noise == "ar1" else noise,
            x=x.tolist(),
            y=y.tolist(),
            lags=lags,
            r2=np.asarray(rsquare).tolist(),
            rmse=np.sqrt((left**2).sum(0) / (n - p)).tolist(),
            dw=((np.diff(white, axis=0) ** 2).sum(0) / (white**2).sum(0)).tolist(),
            ljung=chi2.sf(q, lags - (noise == "ar1")).tolist(),
            normal=normaltest(white).pvalue.tolist(),
            acf=acf.mean(1).tolist(),
            size=size.tolist(),
            limit=hi + 1.5 * (hi - lo),
        )
    )
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
