"""Multiple comparisons from statsmodels 0.15 and SciPy 1.17.

    python make.py > multiple.json
"""

import json

import numpy as np
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(11)
out = []
for n in (1, 2, 3, 7, 50, 101, 211):
    for level in (0.01, 0.05, 0.2):
        p = rng.uniform(size=n)
        p[: n // 3] *= 0.01
        p = rng.permutation(p)
        fdr, _, _, _ = multipletests(p, level, method="fdr_bh")
        bonferroni, _, _, threshold = multipletests(p, level, method="bonferroni")
        out.append(
            dict(
                p=p.tolist(),
                level=level,
                fdr=fdr.tolist(),
                fdr_threshold=float(p[fdr].max()) if fdr.any() else 0.0,
                adjusted=false_discovery_control(p).tolist(),
                bonferroni=bonferroni.tolist(),
                bonferroni_threshold=float(threshold),
            )
        )
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
