"""Receiver operating characteristics from scikit-learn. Writes roc.json.

    python roc.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

rng = np.random.default_rng(5)
cases = []
for m, n, d, digits in ((30, 40, 1.0, 3), (25, 25, 0.5, 0), (1, 1, 2, 3), (200, 100, -0.4, 1)):
    s, z = np.round(rng.standard_normal(m) + d, digits), np.round(rng.standard_normal(n), digits)
    y, score = np.r_[np.ones(m), np.zeros(n)], np.r_[s, z]
    f, t, _ = roc_curve(y, score, drop_intermediate=False)
    cases.append(dict(signal=s.tolist(), noise=z.tolist(), fpr=f.tolist(), tpr=t.tolist(), auc=roc_auc_score(y, score)))
Path(__file__).with_name("roc.json").write_text(json.dumps(cases))
