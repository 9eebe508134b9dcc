"""Mixtures of normal distributions: scikit-learn 1.9.1 and numpy 2.4.6.

    python mixture.py > mixture.json

Samples are rounded to 3 digits and held here. Each fit is the best of 20 starts, to 1e-9.
"""

import json
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
sets = {
    "three": np.concatenate([rng.standard_normal((120, 2)) @ np.array([[1, 0.6], [0, 0.5]]), rng.standard_normal((80, 2)) * 0.4 + [3, 1], rng.standard_normal((53, 2)) * [0.3, 1] + [-2, 4]]),
    "one": rng.standard_normal((101, 3)) * [1, 2, 0.5] + [5, 0, 0],
    "overlap": np.concatenate([rng.standard_normal((150, 4)), rng.standard_normal((150, 4)) * 1.5 + [2, 0, 1, 0]]),
    "line": np.concatenate([rng.standard_normal((60, 1)), rng.standard_normal((31, 1)) * 0.2 + 4]),
}
out = {}
for name, x in sets.items():
    x = np.round(x, 3)
    fits = []
    for k in (1, 2, 3, 4):
        ridge = 1e-6 * x.var(axis=0).mean()
        m = GaussianMixture(k, n_init=20, tol=1e-9, max_iter=5000, reg_covar=ridge, random_state=0).fit(x)
        order = np.argsort(-m.weights_)
        fits.append(dict(k=k, loglik=m.score(x), bic=m.bic(x), weights=m.weights_[order].tolist(), means=m.means_[order].tolist(), covs=m.covariances_[order].tolist()))
    out[name] = dict(x=x.tolist(), fits=fits)
print(json.dumps(out))
