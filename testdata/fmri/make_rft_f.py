"""Reference values for random fields of F and χ²: expected Euler characteristics
per resel.

    python make_rft_f.py > rft_f.json

Rows are F, its degrees of freedom (-1 for infinitely many, a χ² over its own), and
the densities in 0 to 3 dimensions. nipy 0.6.1 (BSD-3), whose densities are per
intrinsic volume: a resel of FWHM 1 has (4 log 2)^(d/2).
"""

import json

import numpy as np
from nipy.algorithms.statistics import rft

out = []
for k in (1, 2, 3, 5):
    for v in (8, 21, 100, None):
        for f in (1.0, 4.0, 9.5, 20.0):
            field = rft.ChiSquared(dfn=k) if v is None else rft.FStat(dfn=k, dfd=v)
            x = f * k if v is None else f
            rho = [float(field.density(np.array([x]), d).ravel()[0]) * (4 * np.log(2)) ** (d / 2) for d in range(4)]
            out.append([f, k, -1 if v is None else v, *rho])
print(json.dumps(out))
