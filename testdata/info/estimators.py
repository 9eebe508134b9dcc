"""Gaussian and Gaussian-copula information by frites 0.4.6 (bits), and the correction of Panzeri
and Treves written down from their paper.

    python estimators.py > estimators.json
"""

import json

import numpy as np
from frites.core import gcmi_1d_cc, mi_1d_gg
from frites.core.gcmi_1d import cmi_1d_ggg, gccmi_1d_ccc

rng = np.random.default_rng(8)
out = {"gaussian": [], "pt": []}
for n in (7, 12, 53, 400):
    for dx, dy, dz in ((1, 1, 1), (2, 1, 1), (1, 2, 1)):
        if n < dx + dy + dz + 3:
            continue
        z = rng.normal(size=(dz, n))
        x = rng.normal(size=(dx, n)) + z[:1]
        y = rng.normal(size=(dy, n)) + 0.7 * x[:1] + 0.4 * z[:1]
        y[0] = np.exp(y[0])
        out["gaussian"].append(dict(x=x.tolist(), y=y.tolist(), z=z.tolist(), mi=float(mi_1d_gg(x, y)), gcmi=float(gcmi_1d_cc(x, y)),
                                    cmi=float(cmi_1d_ggg(x, y, z)), gccmi=float(gccmi_1d_ccc(x, y, z))))


def relevant(counts, top):
    """Responses that a stimulus can give: the number for which as many would be seen as were."""
    n, seen = counts.sum(), np.count_nonzero(counts)
    c = counts[counts > 0]
    if seen == top:
        return top
    away = abs(seen - (1 - (1 - c / n) ** n).sum())
    best = seen
    for m in range(seen + 1, top + 1):
        g = (m - seen) * (1 - (n / (n + seen)) ** (1 / n))
        expected = (1 - (1 - (1 - g) * (c + 1) / (n + seen)) ** n).sum() + (m - seen) * (1 - (1 - g / (m - seen)) ** n)
        if abs(seen - expected) >= away:
            break
        best, away = m, abs(seen - expected)
    return best


for stimuli, responses, n in ((2, 3, 10), (4, 8, 40), (8, 12, 100), (3, 20, 60), (5, 6, 2000)):
    s = rng.integers(0, stimuli, n)
    r = rng.poisson(1 + s) % responses
    table = np.array([[np.sum((s == a) & (r == b)) for b in range(responses)] for a in range(stimuli)])
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    p = table / n
    with np.errstate(divide="ignore", invalid="ignore"):
        mi = np.nansum(p * np.log(p / (p.sum(1, keepdims=True) * p.sum(0))))
    top = table.shape[1]
    bias = (sum(relevant(row, top) - 1 for row in table) - (top - 1)) / (2 * n)
    out["pt"].append(dict(s=s.tolist(), r=r.tolist(), plugin=float(mi), corrected=float(mi - bias)))
print(json.dumps(out))
