"""Bayes factors, effect sizes and correlations with covariates, from pingouin 0.7.0; intervals of
Cohen's d from SciPy's noncentral t.

    python pingouin_tests.py > pingouin_tests.json
"""

import json

import numpy as np
import pandas as pd
import pingouin as pg
import scipy.optimize as so
import scipy.stats as st

rng = np.random.default_rng(3)
out = {"bf_t": [], "bf_r": [], "d": [], "partial": [], "rm": []}
for t in (0, 0.3, -2, 3.5, 9):
    for n in ([2], [7], [40], [300], [3, 9], [20, 20], [150, 90]):
        for r in (0.5, 0.7071067811865476, 1.4):
            bf = pg.bayesfactor_ttest(t, n[0], n[1] if len(n) > 1 else None, paired=len(n) == 1, r=r)
            out["bf_t"].append([t, r, n, float(bf)])
for r in (0, 0.1, -0.45, 0.6, 0.9):
    for n in (3, 10, 31, 120):
        out["bf_r"].append([r, n, float(pg.bayesfactor_pearson(r, n))])
for n, m in ((3, 5), (12, 9), (40, 41)):
    x, y = rng.normal(0.8, 1, n), rng.normal(0, 1.5, m)
    d = pg.compute_effsize(x, y, eftype="cohen")
    root = np.sqrt(n * m / (n + m))
    ends = [so.brentq(lambda nc: st.nct.cdf(d * root, n + m - 2, nc) - p, d * root - 20, d * root + 20, xtol=1e-13) for p in (0.975, 0.025)]
    out["d"].append({"x": x.tolist(), "y": y.tolist(), "d": float(d), "ci": [e / root for e in ends],
                     "hedges_approx": float(pg.compute_effsize(x, y, eftype="hedges"))})
for n, k in ((6, 1), (25, 1), (40, 3)):
    c = rng.normal(size=(n, k))
    x, y = rng.normal(size=n) + c[:, 0], rng.normal(size=n) + c.sum(1)
    f = pd.DataFrame(np.column_stack([x, y, c]), columns=["x", "y"] + [f"c{j}" for j in range(k)])
    names = list(f.columns[2:])
    a, b = pg.partial_corr(f, "x", "y", covar=names), pg.partial_corr(f, "x", "y", y_covar=names)
    one = lambda t: [float(t["r"].iloc[0]), float(t["p_val"].iloc[0])]
    out["partial"].append({"x": x.tolist(), "y": y.tolist(), "c": c.T.tolist(), "partial": one(a), "semi": one(b)})
f = pg.read_dataset("rm_corr")
w = pg.rm_corr(f, "pH", "PacO2", "Subject")
out["rm"] = {"x": f["pH"].tolist(), "y": f["PacO2"].tolist(), "subject": [str(s) for s in f["Subject"]],
             "r": float(w["r"].iloc[0]), "df": int(w["dof"].iloc[0]), "p": float(w[[c for c in w.columns if c.startswith("p") and "val" in c][0]].iloc[0])}
print(json.dumps(out))
