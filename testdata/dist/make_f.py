"""Fisher's F: both tails, and the normal quantile of the upper one.

    python make_f.py > f.json

Made with scipy 1.17.1. Rows: F, the degrees of freedom, P(above), P(below), z.
"""

import json

import scipy.stats

f = []
for d1 in (1, 2, 3, 7, 20):
    for d2 in (3, 11, 50, 1000):
        for value in (0.01, 0.3, 1, 2.5, 9, 40):
            above, below = scipy.stats.f.sf(value, d1, d2), scipy.stats.f.cdf(value, d1, d2)
            z = scipy.stats.norm.isf(above) if above < 0.5 else scipy.stats.norm.ppf(below)
            f.append([value, d1, d2, above, below, z])
print(json.dumps(f))
