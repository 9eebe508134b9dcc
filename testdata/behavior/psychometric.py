"""Reference values for neuro/behavior: psychometric.json.

Needs numpy and SciPy. Each curve is the maximum of the binomial likelihood by
Nelder-Mead, restarted at its own answer until it stands still. The interval of
the threshold is the profile of the same likelihood, found by brentq.

    python testdata/behavior/psychometric.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import ndtr, ndtri
from scipy.stats import chi2

SHAPES = {
    "weibull": (lambda x, a, b: -np.expm1(-((x / a) ** b)), lambda f, b: (-np.log1p(-f)) ** (1 / b), True),
    "logistic": (lambda x, a, b: 1 / (1 + np.exp(-(x - a) / b)), lambda f, b: b * np.log(f / (1 - f)), False),
    "normal": (lambda x, a, b: ndtr((x - a) / b), lambda f, b: b * ndtri(f), False),
}


def nll(shape, x, correct, total, guess, lapse, a, b):
    p = guess + (1 - guess - lapse) * SHAPES[shape][0](x, a, b)
    p = np.clip(p, 1e-300, 1 - 1e-16)
    return -(correct * np.log(p) + (total - correct) * np.log1p(-p)).sum()


def fit(shape, x, correct, total, guess, lapse):
    scale = np.ptp(x)
    centre = np.median(x)

    def unpack(u):
        a = np.exp(u[0]) if shape == "weibull" else centre + scale * u[0]
        return a, np.exp(u[1]) * (1 if shape == "weibull" else scale)

    f = lambda u: nll(shape, x, correct, total, guess, lapse, *unpack(u))
    start = [np.log(centre), np.log(2.0)] if shape == "weibull" else [0.0, np.log(0.15)]
    best = None
    for _ in range(8):
        best = minimize(f, start if best is None else best.x, method="Nelder-Mead", options=dict(xatol=1e-13, fatol=1e-14, maxiter=20000, maxfev=20000))
    return (*unpack(best.x), best.fun)


def interval(shape, x, correct, total, guess, lapse, prob, a, b, lowest):
    share = (prob - guess) / (1 - guess - lapse)
    _, place, ratio = SHAPES[shape]
    threshold = a * place(share, b) if ratio else a + place(share, b)

    def profile(t):
        def g(logb):
            bb = np.exp(logb)
            aa = t / place(share, bb) if ratio else t - place(share, bb)
            return nll(shape, x, correct, total, guess, lapse, aa, bb)

        grid = np.log(b) + np.linspace(-4, 4, 161)
        k = int(np.argmin([g(v) for v in grid]))
        r = minimize_scalar(g, bounds=(grid[max(k - 1, 0)], grid[min(k + 1, 160)]), method="bounded", options=dict(xatol=1e-12))
        return 2 * (r.fun - lowest) - chi2.ppf(0.95, 1)

    span = np.ptp(x)
    lo = brentq(profile, max(threshold - span, threshold * 0.2 if ratio else -1e9), threshold, xtol=1e-13)
    hi = brentq(profile, threshold, threshold + span, xtol=1e-13)
    return float(threshold), float(lo), float(hi)


def case(name, shape, guess, lapse, levels, correct, total, prob):
    x, c, n = (np.asarray(v, float) for v in (levels, correct, total))
    a, b, lowest = fit(shape, x, c, n, guess, lapse)
    threshold, lo, hi = interval(shape, x, c, n, guess, lapse, prob, a, b, lowest)
    return dict(
        name=name, shape=shape, guess=guess, lapse=lapse, level=levels, correct=correct, total=total,
        alpha=a, beta=b, nll=lowest, prob=prob, threshold=threshold, lo=lo, hi=hi,
    )


def main():
    rng = np.random.default_rng(2001)

    def draw(shape, a, b, guess, lapse, levels, n):
        p = guess + (1 - guess - lapse) * SHAPES[shape][0](np.asarray(levels, float), a, b)
        return rng.binomial(n, p).tolist(), [n] * len(levels)

    cases = []
    contrast = [0.5, 1, 2, 3, 4, 6, 8, 12]
    for shape, a, b in (("weibull", 4, 2.5), ("logistic", 4, 0.8), ("normal", 4, 1.5)):
        cases.append(case(f"{shape}, two alternatives", shape, 0.5, 0.02, contrast, *draw(shape, a, b, 0.5, 0.02, contrast, 60), 0.75))
    bias = [-8, -4, -2, -1, 0, 1, 2, 4, 8]
    for shape, a, b in (("logistic", 0.7, 1.1), ("normal", -0.5, 2.0)):
        cases.append(case(f"{shape}, yes or no", shape, 0.0, 0.05, bias, *draw(shape, a, b, 0.0, 0.05, bias, 40), 0.5))
    with_zero = [0] + contrast
    cases.append(case("weibull, level 0, four alternatives", "weibull", 0.25, 0.01, with_zero, *draw("weibull", 3, 1.7, 0.25, 0.01, with_zero, 45), 0.6))
    Path(__file__).with_name("psychometric.json").write_text(json.dumps(cases) + "\n")


main()
