"""Reference values for neuro/behavior: psignifit.json.

Needs psignifit 4.3. Simulated blocks of six shapes and three tasks, with and
without overdispersion, at chance, perfect, and with two levels, fitted with the
defaults of the package.

    python testdata/behavior/psychometric_bayes.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import psignifit
from psignifit.sigmoids import sigmoid_by_name

warnings.filterwarnings("ignore")

DOSES = [
    ("norm", "2AFC", "wide", [1, 2, 3, 4, 5, 6, 7], 40, (4.0, 3.0, 0.5, 0.02, 0.0)),
    ("logistic", "yes/no", "yes/no", [-3, -2, -1, 0, 1, 2, 3], 30, (0.3, 3.0, 0.08, 0.04, 0.0)),
    ("gumbel", "3AFC", "three alternatives", [-2.0, -1.2, -0.6, 0.0, 0.5, 1.1], 50, (-0.4, 2.0, 1 / 3, 0.03, 0.0)),
    ("rgumbel", "2AFC", "overdispersed", [10, 20, 25, 30, 35, 40, 50, 60], 60, (31.0, 25.0, 0.5, 0.02, 0.3)),
    ("tdist", "equal asymptote", "equal asymptote", [-4, -2, -1, 0, 1, 2, 4], 25, (0.2, 4.0, 0.05, 0.05, 0.0)),
    ("neg_logistic", "2AFC", "falling", [1, 2, 3, 4, 5, 6], 50, (3.2, 2.5, 0.5, 0.02, 0.0)),
    ("norm", "2AFC", "chance", [1, 2, 3, 4], 20, None),
    ("norm", "2AFC", "perfect", [1, 2, 3, 4], 20, None),
    ("logistic", "2AFC", "two levels", [1, 2], 30, (1.4, 1.5, 0.5, 0.02, 0.0)),
    ("norm", "2AFC", "single trials", [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6], 1, (3.0, 3.0, 0.5, 0.02, 0.0)),
]


def main():
    rng = np.random.default_rng(20)
    out = []
    for shape, task, name, level, n, truth in DOSES:
        level = np.array(level, float)
        if name == "chance":
            correct = np.array([10, 9, 11, 10])
        elif name == "perfect":
            correct = np.full(len(level), n)
        else:
            threshold, width, guess, lapse, eta = truth
            p = sigmoid_by_name(shape, PC=0.5, alpha=0.05)(level, threshold, width, guess, lapse)
            if eta > 0:
                e = 1 / eta**2 - 1
                p = rng.beta(p * e, (1 - p) * e)
            correct = rng.binomial(n, p)
        data = np.c_[level, correct, np.full(len(level), n)]
        r = psignifit.psignifit(data, sigmoid=shape, experiment_type=task, verbose=False)
        out.append(
            dict(
                name=name,
                shape=shape,
                task=task,
                level=level.tolist(),
                correct=[int(c) for c in correct],
                total=[n] * len(level),
                map=r.parameter_estimate_MAP,
                mean=r.parameter_estimate_mean,
                ci={k: v["0.95"] for k, v in r.confidence_intervals.items()},
            )
        )
        print(name, out[-1]["map"])
    path = Path(__file__).resolve().parent / "psignifit.json"
    path.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
