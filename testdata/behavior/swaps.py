"""Mixture models of continuous report, written a second time with SciPy.

Reports are simulated here; each maximum is the best of many starts of SciPy's
L-BFGS-B on the likelihood from scipy.special.i0e.

    python testdata/behavior/swaps.py    writes swaps.json beside this file
Made with numpy 2.4 and scipy 1.17.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import i0e

TAU = 2 * np.pi


def von_mises(x, k):
    return np.exp(k * (np.cos(x) - 1)) / (TAU * i0e(k))


def nll(p, response, target, others):
    kappa, guess, share = p
    t = von_mises(response - target, kappa)
    mixed = (1 - guess) * t
    if others is not None:
        mixed = (1 - guess) * ((1 - share) * t + share * von_mises(response[:, None] - others, kappa).mean(axis=1))
    return -np.log(mixed + guess / TAU).sum()


def main():
    rng = np.random.default_rng(5)
    out = []
    for kappa, guess, swap, n, m in [(8, 0.2, 0.15, 120, 3), (20, 0.05, 0.3, 90, 5), (3, 0.3, 0.1, 200, 2), (12, 0.0, 0.2, 100, 1), (6, 0.25, 0.0, 100, 0)]:
        target = rng.uniform(-np.pi, np.pi, n)
        others = rng.uniform(-np.pi, np.pi, (n, m)) if m else None
        kind = rng.choice(3, size=n, p=[1 - guess - swap, guess, swap])
        centre = np.where(kind == 2, others[:, 0] if m else 0, target)
        response = np.where(kind == 1, rng.uniform(-np.pi, np.pi, n), centre + rng.vonmises(0, kappa, n))
        response, target = response.round(4), target.round(4)
        if m:
            others = others.round(4)
        best = (np.inf, None)
        top = 1 if m else 0
        for _ in range(30):
            x0 = [np.exp(rng.uniform(0, 4)), rng.uniform(0.02, 0.8), rng.uniform(0.02, 0.8) * top]
            r = minimize(nll, x0, args=(response, target, others), method="L-BFGS-B", bounds=[(1e-3, 5000), (0, 1), (0, top)], options=dict(maxiter=5000, ftol=1e-15, gtol=1e-10))
            if r.fun < best[0]:
                best = (float(r.fun), r.x.tolist())
        truth = [kappa, guess, swap / (1 - guess)]
        out.append(dict(response=response.tolist(), target=target.tolist(), others=others.tolist() if m else None, truth=truth, loglik_truth=-float(nll(truth, response, target, others)), loglik=-best[0], best=best[1]))
    Path(__file__).with_name("swaps.json").write_text(json.dumps(out) + "\n")


main()
