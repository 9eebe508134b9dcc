"""Robust correlations by pingouin.

    python robust.py > robust.json

Percentage bend, Shepherd's pi, whose outliers are from bootstrap samples and counted, and point-biserial.
"""
import json
import sys

sys.path.pop(0)
import numpy as np  # noqa: E402
import pingouin as pg  # noqa: E402
from pingouin.correlation import percbend  # noqa: E402

rng = np.random.default_rng(4)
out = []
for n, rho, bad in [(10, 0.5, 1), (25, 0.7, 2), (60, 0.0, 0), (61, -0.4, 5), (200, 0.3, 10)]:
    x = rng.normal(size=n)
    y = rho * x + np.sqrt(1 - rho**2) * rng.normal(size=n)
    y[:bad] += 6
    x, y = np.round(x, 4), np.round(y, 4)
    c = {"x": x.tolist(), "y": y.tolist()}
    for beta in [0.1, 0.2]:
        r, p = percbend(x, y, beta=beta)
        c[f"percbend{beta}"] = [float(r), float(p)]
    np.random.seed(1)
    c["shepherd"] = pg.correlation.shepherd(x, y)
    c["shepherd"] = [float(c["shepherd"][0]), float(c["shepherd"][1]), int(np.sum(c["shepherd"][2]))]
    bi = (y > np.median(y)).astype(float)
    s = pg.corr(x, bi)
    c["point"] = [float(s["r"].iloc[0]), float(s[[k for k in s.columns if k.startswith("p") and k != "power"][0]].iloc[0])]
    c["bi"] = bi.tolist()
    out.append(c)
json.dump(out, sys.stdout)
print()
