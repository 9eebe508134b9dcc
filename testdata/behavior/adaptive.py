"""Reference values for neuro/behavior: adaptive.json.

Needs NumPy and SciPy. QUEST by the equations of Watson and Pelli 1983 (the
parametrisation, prior grid and best quantile of the authors' programs), Psi by
equations 1 to 9 of Kontsevich and Tyler 1999 with explicit posteriors, and the
proportions at which up-down staircases settle by the stationary distribution of
the run counters.

    python testdata/behavior/adaptive.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr


def quest(guess_t, sd, target, beta, delta, gamma, grain, width, choose, responses):
    half = round(width / grain / 2)
    x = np.arange(-half, half + 1) * grain
    pdf = np.exp(-0.5 * (x / sd) ** 2)
    pdf /= pdf.sum()

    def weibull(d):
        return delta * gamma + (1 - delta) * (1 - (1 - gamma) * np.exp(-(10 ** (beta * d))))

    shift = brentq(lambda d: weibull(d) - target, -5, 2, xtol=1e-15)

    def p(d):
        return weibull(d + shift)

    low, high = p(2 * x[0]), p(2 * x[-1])
    h = lambda v: v * np.log(v) + (1 - v) * np.log(1 - v)
    best = 1 / (1 + np.exp((h(high) - h(low)) / (low - high)))
    order = (best - low) / (high - low)
    levels = []
    for r in responses:
        cumulative = np.cumsum(pdf)
        if choose == "mean":
            at = (pdf * x).sum()
        elif choose == "mode":
            at = x[np.argmax(pdf)]
        else:
            at = np.interp(order * cumulative[-1], cumulative, x)
        levels.append(guess_t + at)
        like = p(at - x)
        pdf = pdf * (like if r else 1 - like)
        pdf /= pdf.sum()
    mean = (pdf * x).sum()
    return dict(
        choose=choose,
        responses=responses,
        levels=levels,
        mean=guess_t + mean,
        sd=np.sqrt((pdf * (x - mean) ** 2).sum()),
        quantile=order,
        guess_t=guess_t,
        prior_sd=sd,
        target=target,
        beta=beta,
        delta=delta,
        gamma=gamma,
    )


def psi(shape, levels, thresholds, slopes, guess, lapse, responses):
    t, s = np.meshgrid(thresholds, slopes, indexing="ij")
    curve = dict(normal=ndtr, logistic=lambda z: 1 / (1 + np.exp(-z)), gumbel=lambda z: -np.expm1(-(10**z)))[shape]
    p = np.array([guess + (1 - guess - lapse) * curve(s * (x - t)) for x in levels])
    prior = np.full(t.shape, 1 / t.size)
    shown = []
    for r in responses:
        expected = []
        for like in p:
            total = 0
            for q in (like, 1 - like):
                joint = prior * q
                marginal = joint.sum()
                posterior = joint / marginal
                total += marginal * -(posterior * np.log(np.where(posterior > 0, posterior, 1))).sum()
            expected.append(total)
        k = int(np.argmin(np.round(expected, 11)))
        shown.append(levels[k])
        prior = prior * (p[k] if r else 1 - p[k])
        prior /= prior.sum()
    mean = (prior * t).sum()
    log_mean = (prior * np.log(s)).sum()
    return dict(
        shape=shape,
        levels=list(levels),
        thresholds=list(thresholds),
        slopes=list(slopes),
        guess=guess,
        lapse=lapse,
        responses=responses,
        shown=shown,
        threshold=mean,
        threshold_sd=np.sqrt((prior * (t - mean) ** 2).sum()),
        slope=np.exp(log_mean),
        slope_sd=np.sqrt((prior * (np.log(s) - log_mean) ** 2).sum()),
    )


def settles(down, up, ratio):
    """Where expected steps cancel, from the chain of the two run counters."""

    def drift(p):
        # states: runs of correct 0..down-1, then runs of wrong 1..up-1
        n = down + up - 1
        chain, moves = np.zeros((n, n)), np.zeros((n, 2))
        for state in range(n):
            right = state if state < down else 0
            wrong = state - down + 1 if state >= down else 0
            if right + 1 == down:
                chain[state, 0] += p
                moves[state, 0] = p
            else:
                chain[state, right + 1] += p
            if wrong + 1 == up:
                chain[state, 0] += 1 - p
                moves[state, 1] = 1 - p
            else:
                chain[state, down + wrong] += 1 - p
        a = np.vstack([chain.T - np.eye(n), np.ones(n)])
        stationary = np.linalg.lstsq(a, np.r_[np.zeros(n), 1], rcond=None)[0]
        lower, higher = stationary @ moves
        return lower - ratio * higher

    return brentq(drift, 1e-6, 1 - 1e-6, xtol=1e-14)


def main():
    rng = np.random.default_rng(5)
    answers = [int(v) for v in rng.random(24) < 0.8]
    out = dict(
        quest=[
            quest(-1.0, 0.8, 0.82, 3.5, 0.01, 0.5, 0.01, 5, choose, answers) for choose in ("quantile", "mean", "mode")
        ]
        + [quest(0.3, 2.0, 0.6, 2.5, 0.02, 0.25, 0.01, 5, "quantile", answers)],
        psi=[
            psi("normal", np.arange(-10, 11.0), np.linspace(-8, 8, 33), np.geomspace(0.1, 3, 15), 0.5, 0.02, answers),
            psi("logistic", np.arange(0, 21.0), np.linspace(0, 20, 31), np.geomspace(0.2, 5, 12), 0.1, 0.05, answers),
            psi("gumbel", np.linspace(-2, 0, 21), np.linspace(-2, 0, 41), np.geomspace(1, 8, 10), 0.25, 0.03, answers),
        ],
        staircase=[
            dict(down=d, up=u, ratio=r, target=settles(d, u, r))
            for d, u, r in ((1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1), (1, 2, 1), (3, 2, 1), (1, 1, 3), (1, 1, 1 / 3), (2, 1, 1.5))
        ],
    )
    path = Path(__file__).resolve().parent / "adaptive.json"
    path.write_text(json.dumps(out, indent=1, default=lambda v: v.tolist()) + "\n")


if __name__ == "__main__":
    main()
