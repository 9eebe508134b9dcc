"""Responses to events, from NumPy: averages of windows and a deconvolution.

    python make_response.py event_related_fmri.csv > responses.json

event_related_fmri.csv is nitime 0.12.1's (BSD-3). Made with numpy 2.4.6.
"""

import json
import sys

import numpy as np

bold, codes = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, unpack=True)
before, after = 2, 15  # volumes
lags = np.arange(-before, after + 1)
out = dict(mean=[], se=[], n=[], cut=[], base_mean=[], base_se=[], fir=[], fir_se=[])
kinds = np.unique(codes[codes > 0])
for kind in kinds:
    at = np.flatnonzero(codes == kind)
    inside = at[(at - before >= 0) & (at + after < len(bold))]
    windows = bold[inside[:, None] + lags]
    out["n"].append(len(inside))
    out["cut"].append(len(at) - len(inside))
    for prefix, w in (("", windows), ("base_", windows - windows[:, : before + 1].mean(axis=1, keepdims=True))):
        out[prefix + "mean"].append(w.mean(axis=0).tolist())
        out[prefix + "se"].append((w.std(axis=0, ddof=1) / np.sqrt(len(w))).tolist())

x = np.zeros((len(bold), len(kinds) * len(lags) + 1))
x[:, -1] = 1
for i, kind in enumerate(kinds):
    for k, lag in enumerate(lags):
        rows = np.flatnonzero(codes == kind) + lag
        rows = rows[(rows >= 0) & (rows < len(bold))]
        x[rows, i * len(lags) + k] = 1
beta, rss, rank, _ = np.linalg.lstsq(x, bold, rcond=None)
assert rank == x.shape[1]
variance = rss[0] / (len(bold) - rank) * np.diag(np.linalg.inv(x.T @ x))
for i in range(len(kinds)):
    part = slice(i * len(lags), (i + 1) * len(lags))
    out["fir"].append(beta[part].tolist())
    out["fir_se"].append(np.sqrt(variance[part]).tolist())
print(json.dumps(out))
