"""Reference values for neuro/behavior: wald.json.

Needs NumPy and SciPy. Shifted Wald times, rounded to 0.1 ms, and the maximum of
their likelihood by Nelder-Mead, with standard errors from second differences.

    python testdata/behavior/wald.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize


def main():
    rng = np.random.default_rng(4)
    out = []
    for v, a, t0, n in ((4.0, 1.0, 0.2, 200), (2.5, 1.5, 0.15, 400), (6.0, 0.8, 0.3, 60), (3.0, 0.6, 0.25, 1000)):
        x = np.round(t0 + rng.wald(a / v, a * a, n), 4)

        def nll(p):
            v, a, t0 = np.exp(p[0]), np.exp(p[1]), x.min() - np.exp(p[2])
            t = x - t0
            return -(np.log(a) - 0.5 * np.log(2 * np.pi * t**3) - (a - v * t) ** 2 / (2 * t)).sum()

        best = None
        for gap in (0.01, 0.05, 0.15):
            s = [np.log(v), np.log(a), np.log(gap)]
            for _ in range(6):
                r = minimize(nll, s, method="Nelder-Mead", options=dict(xatol=1e-12, fatol=1e-13, maxiter=20000, maxfev=20000))
                s = r.x
            if best is None or r.fun < best.fun:
                best = r
        h, e, hess = 1e-4, np.eye(3) * 1e-4, np.zeros((3, 3))
        for i in range(3):
            for j in range(3):
                hess[i, j] = (nll(best.x + e[i] + e[j]) - nll(best.x + e[i] - e[j]) - nll(best.x - e[i] + e[j]) + nll(best.x - e[i] - e[j])) / (4 * h * h)
        se = np.sqrt(np.diag(np.linalg.inv(hess)))
        p = np.exp(best.x)
        out.append(dict(x=x.tolist(), v=p[0], a=p[1], t0=x.min() - p[2], loglik=-best.fun, se=(p * se).tolist()))
        print(p, x.min() - p[2], best.fun)
    path = Path(__file__).resolve().parent / "wald.json"
    path.write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
