"""Reference values for neuro/connectivity: lasso.json.

Needs numpy 2.4.6 and scikit-learn 1.9.1, which runs to 1e-10 here rather than its
own 1e-4.

    python testdata/connectivity/lasso.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.covariance import GraphicalLasso

warnings.filterwarnings("ignore")


def case(rng, name, n, p, alpha):
    x = rng.standard_normal((n, p))
    for j in range(2, p, 2):
        x[:, j] += 0.8 * x[:, j - 2]
    x = (x / x.std(0)).round(4)
    fit = GraphicalLasso(alpha=alpha, tol=1e-10, enet_tol=1e-12, max_iter=10000).fit(x)
    return dict(name=name, series=x.tolist(), alpha=alpha, covariance=fit.covariance_.tolist(), precision=fit.precision_.tolist())


def main():
    rng = np.random.default_rng(2008)
    cases = [
        case(rng, "two regions", 40, 2, 0.05),
        case(rng, "nine regions", 60, 9, 0.1),
        case(rng, "nine regions, weak", 60, 9, 0.01),
        case(rng, "more regions than volumes", 15, 21, 0.3),
    ]
    Path(__file__).with_name("lasso.json").write_text(json.dumps(cases) + "\n")


main()
