"""Reference values for random fields: expected Euler characteristics per resel.

    python make_rft.py > rft.json

nipy 0.6.1 (BSD-3), whose densities are per intrinsic volume: a resel of FWHM 1
has (4 log 2)^(d/2).
"""

import json

import numpy as np
from nipy.algorithms.statistics import rft

out = []
for df in (5, 12, 30, 100, None):
    for t in (0.5, 2.0, 3.1, 4.5, 7.0):
        field = rft.Gaussian() if df is None else rft.TStat(dfd=df)
        rho = [float(field.density(np.array([t]), d).ravel()[0]) * (4 * np.log(2)) ** (d / 2) for d in range(4)]
        out.append([t, -1 if df is None else df, *rho])
print(json.dumps(out))
