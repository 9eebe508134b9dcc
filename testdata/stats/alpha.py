"""Cronbach's alpha by pingouin 0.7.0.

    python alpha.py > alpha.json
"""

import json

import numpy as np
import pandas as pd
import pingouin as pg

rng = np.random.default_rng(1)
out = []
for n, k in ((3, 2), (10, 4), (60, 11)):
    x = np.round(rng.normal(size=(n, k)) + rng.normal(size=(n, 1)), 2)
    a, ci = pg.cronbach_alpha(pd.DataFrame(x), ci=0.95)
    out.append(dict(x=x.tolist(), alpha=float(a), ci=[float(v) for v in ci]))
print(json.dumps(out))
