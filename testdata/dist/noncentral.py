"""Noncentral t, F and chi-square and the studentised range, with SciPy 1.17.1 (ncx2, ncf,
nct: Boost; studentized_range: its own quadrature).

    python noncentral.py > noncentral.json
"""

import json

import scipy.stats as st

out = {"nct": [], "ncf": [], "ncx2": [], "range": []}
for df in (1, 2.5, 7, 30, 400):
    for delta in (-3, -0.2, 0, 0.7, 4, 20):
        for t in (-5, -1, 0, 0.4, 2.5, 12, 25):
            out["nct"].append([t, df, delta, st.nct.cdf(t, df, delta)])
for d1 in (1, 3, 20):
    for d2 in (2, 11, 150):
        for nc in (0, 0.3, 6, 90):
            for f in (0.2, 1.3, 4, 25):
                out["ncf"].append([f, d1, d2, nc, st.ncf.sf(f, d1, d2, nc) if nc else st.f.sf(f, d1, d2)])
for df in (1, 4, 33):
    for nc in (0.4, 5, 80):
        for x in (0.3, 4, 40, 120):
            out["ncx2"].append([x, df, nc, st.ncx2.sf(x, df, nc)])
for k in (2, 3, 5, 12, 40):
    for df in (1, 2, 5, 17, 120, 5000):
        for q in (0.2, 1.5, 3.6, 8):
            out["range"].append([q, k, df, st.studentized_range.sf(q, k, df)])
print(json.dumps({k: [[float(v) for v in row] for row in rows] for k, rows in out.items()}))
