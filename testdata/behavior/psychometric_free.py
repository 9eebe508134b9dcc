"""Reference values for neuro/behavior: psychometric_free.json.

Needs NumPy and SciPy. Curves with guess or lapse rate, or both, fitted by
bounded maximum likelihood (L-BFGS-B from many starts, then Nelder-Mead), with the
profile interval of the threshold halfway between the asymptotes' starts.

    python testdata/behavior/psychometric_free.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import ndtr, ndtri, xlogy
from scipy.stats import chi2

CURVE = dict(
    weibull=(lambda t, m, k: -np.expm1(-np.exp(k * (t - m))), lambda f: np.log(-np.log1p(-f)), np.log),
    logistic=(lambda t, m, k: 1 / (1 + np.exp(-k * (t - m))), lambda f: np.log(f / (1 - f)), lambda x: x),
    normal=(lambda t, m, k: ndtr(k * (t - m)), ndtri, lambda x: x),
)
MOST_GUESS, MOST_LAPSE = 0.5, 0.1


def fit(nll, starts, bounds):
    best = None
    for s in starts:
        r = minimize(nll, s, method="L-BFGS-B", bounds=bounds)
        if best is None or r.fun < best.fun:
            best = r
    for _ in range(6):
        r = minimize(nll, best.x, method="Nelder-Mead", bounds=bounds, options=dict(xatol=1e-11, fatol=1e-13, maxiter=20000, maxfev=20000))
        if r.fun <= best.fun:
            best = r
    return best


def main():
    rng = np.random.default_rng(8)
    out = []
    for shape, levels, n, truth, guess, lapse, prob in (
        ("logistic", [-3, -2, -1, 0, 1, 2, 3], 60, (0.2, 2.0, 0.12, 0.05), None, None, 0.5),
        ("normal", [-3, -2, -1, 0, 1, 2, 3], 80, (-0.3, 1.0, 0.05, 0.03), None, None, 0.5),
        ("weibull", [1, 2, 3, 4, 6, 8, 12], 60, (np.log(4), 3.0, 0.5, 0.04), 0.5, None, 0.75),
        ("logistic", [1, 2, 3, 4, 5, 6], 50, (3.5, 2.0, 0.5, 0.0), 0.5, None, 0.75),
        ("normal", [1, 2, 3, 4, 5, 6], 70, (3.0, 1.5, 0.2, 0.02), None, 0.02, 0.6),
    ):
        f, inverse, scale = CURVE[shape]
        t = scale(np.array(levels, float))
        p = truth[2] + (1 - truth[2] - truth[3]) * f(t, truth[0], truth[1])
        k = rng.binomial(n, p)

        def rates(v):
            v = list(v)
            g = v.pop(0) if guess is None else guess
            return g, v.pop(0) if lapse is None else lapse

        def nll(v):
            g, l = rates(v[2:])
            p = np.clip(g + (1 - g - l) * f(t, v[0], np.exp(v[1])), 1e-300, 1 - 1e-16)
            return -(xlogy(k, p) + xlogy(n - k, 1 - p)).sum()

        free = ([(0, MOST_GUESS)] if guess is None else []) + ([(0, MOST_LAPSE)] if lapse is None else [])
        width = np.ptp(t)
        starts = [
            [t.min() + width * a, np.log(b / width)] + [u * hi for _, hi in free]
            for a in (0.2, 0.4, 0.6, 0.8)
            for b in (3, 8, 20)
            for u in (0.1, 0.6)
        ]
        best = fit(nll, starts, [(None, None), (None, None)] + free)

        def threshold(v):
            g, l = rates(v[2:])
            return v[0] + inverse((prob - g) / (1 - g - l)) / np.exp(v[1])

        def profile(at):
            def inner(v):
                g, l = rates(v[1:])
                share = (prob - g) / (1 - g - l)
                if not 0 < share < 1:
                    return 1e9
                return nll(np.r_[at - inverse(share) / np.exp(v[0]), v])

            s = [[best.x[1] + d] + [np.clip(u, 0.01 * hi, 0.99 * hi) for u, (_, hi) in zip(best.x[2:], free)] for d in (-0.5, 0, 0.5)]
            return min(fit(inner, [v], [(best.x[1] - 4, best.x[1] + 4)] + free).fun for v in s)

        drop = chi2.ppf(0.95, 1) / 2
        centre = threshold(best.x)
        ends = []
        for sign in (-1, 1):
            far = centre
            while profile(far) - best.fun < drop:
                far += sign * width / 20
            ends.append(brentq(lambda at: profile(at) - best.fun - drop, far - sign * width / 20, far, xtol=1e-7))
        g, l = rates(best.x[2:])
        back = (lambda v: float(np.exp(v))) if shape == "weibull" else float
        out.append(
            dict(
                shape=shape, level=levels, correct=k.tolist(), total=[n] * len(levels), fixed_guess=guess, fixed_lapse=lapse, prob=prob,
                position=back(best.x[0]), k=float(np.exp(best.x[1])), guess=float(g), lapse=float(l), nll=float(best.fun),
                threshold=back(centre), lo=back(ends[0]), hi=back(ends[1]),
            )
        )
        print(out[-1])
    path = Path(__file__).resolve().parent / "psychometric_free.json"
    path.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
