"""Reference values for neuro/info: info.json.

Needs numpy, scipy and scikit-learn. Mutual information comes from
scikit-learn; entropies and the KSG estimate are the definitions (Kraskov
2004, equation 8) over SciPy's k-d tree and digamma function.

    python testdata/info/generate.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma
from sklearn.metrics import mutual_info_score


def ksg(x, y, k):
    points = np.column_stack([x, y])
    radius = cKDTree(points).query(points, k + 1, p=np.inf)[0][:, -1]
    total = 0.0
    for v in (x, y):
        closer = (np.abs(v[:, None] - v[None, :]) < radius[:, None]).sum(axis=1)  # counts the sample itself
        total += digamma(closer).mean()
    return digamma(k) + digamma(len(x)) - total


def main():
    rng = np.random.default_rng(2004)
    a = rng.integers(0, 6, 211)
    b = (a * 2 + rng.integers(-1, 2, 211)) % 7
    x = rng.standard_normal(397).round(6)
    y = (0.8 * x + 0.6 * rng.standard_normal(397)).round(6)
    counts = np.unique(a, return_counts=True)[1]
    p = counts / len(a)
    h = -(p * np.log(p)).sum()
    out = dict(
        a=a.tolist(),
        b=b.tolist(),
        mi_plugin_nats=mutual_info_score(a, b),
        H_plugin_nats=h,
        H_miller_madow_nats=h + (len(counts) - 1) / (2 * len(a)),
        x=x.tolist(),
        y=y.tolist(),
        ksg1_k3_nats=ksg(x, y, 3),
        ksg1_k5_nats=ksg(x, y, 5),
        exact_gaussian_rho08_nats=-0.5 * np.log(1 - 0.8**2),
    )
    Path(__file__).with_name("info.json").write_text(json.dumps(out) + "\n")


main()
