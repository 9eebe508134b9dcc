"""Reference values for neuro/connectivity: matrices.json.

Needs numpy 2.4.6, scikit-learn 1.9.1 and nilearn 0.14.1. The geometric mean goes
on to 1e-14, where nilearn's own settings stop at 1e-7.

    python testdata/connectivity/generate.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from nilearn.connectome import connectivity_matrices
from nilearn.connectome import ConnectivityMeasure, sym_matrix_to_vec
from sklearn.covariance import EmpiricalCovariance, LedoitWolf

warnings.filterwarnings("ignore")
search = connectivity_matrices._geometric_mean
connectivity_matrices._geometric_mean = lambda m, max_iter, tol: search(m, max_iter=100, tol=1e-14)
KINDS = ("covariance", "correlation", "partial correlation", "precision", "tangent")


def study(rng, name, lengths, regions, scale=1.0, offset=0.0, empirical=True):
    mix = np.eye(regions) + 0.3 * rng.standard_normal((regions, regions))
    series = [
        (offset + scale * rng.standard_normal((n, regions)) @ (mix + 0.2 * rng.standard_normal((regions, regions)))).round(4)
        for n in lengths
    ]
    out = dict(name=name, series=[s.tolist() for s in series], matrices=[])
    for estimator in ("ledoit-wolf", "empirical") if empirical else ("ledoit-wolf",):
        for kind in KINDS:
            cov = LedoitWolf(store_precision=False) if estimator == "ledoit-wolf" else EmpiricalCovariance()
            measure = ConnectivityMeasure(cov_estimator=cov, kind=kind)
            w = measure.fit_transform(series)
            out["matrices"].append(
                dict(
                    kind=kind,
                    covariance=estimator,
                    mean=measure.mean_.tolist(),
                    lower=sym_matrix_to_vec(w).tolist(),
                    off_diagonal=sym_matrix_to_vec(w[0], discard_diagonal=True).tolist(),
                )
            )
    return out


def main():
    rng = np.random.default_rng(2010)
    cases = [
        study(rng, "two regions", [20, 20, 31], 2),
        study(rng, "seven regions, runs of unequal length", [40, 53, 61, 38], 7, scale=20.0, offset=800.0),
        study(rng, "more regions than volumes", [12, 12, 13], 17, empirical=False),
        study(rng, "as many regions as volumes", [11, 11], 11, empirical=False),
    ]
    Path(__file__).with_name("matrices.json").write_text(json.dumps(cases) + "\n")


main()
