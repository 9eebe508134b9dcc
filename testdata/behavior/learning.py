"""Likelihoods and maxima of learning models, written a second time with NumPy.

The choices are simulated here with NumPy's generator; each maximum is the best of
many starts of SciPy's L-BFGS-B within the bounds that the library states.

    python testdata/behavior/learning.py    writes learning.json beside this file
Made with numpy 2.4 and scipy 1.17.
"""

import json
from math import exp, log
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln


def log_softmax(logit):
    top = max(logit)
    total = top + log(sum(exp(x - top) for x in logit))
    return [x - total for x in logit]


def draw(rng, logp):
    at, c = rng.random(), 0
    while c < len(logp) - 1 and at >= exp(logp[c]):
        at -= exp(logp[c])
        c += 1
    return c


def q_model(p, data, two, sticky, forget, simulate=None):
    p = [float(v) for v in p]
    alpha, beta = p[0], p[1]
    rest = p[2:]
    minus = rest.pop(0) if two else alpha
    kappa = rest.pop(0) if sticky else 0.0
    phi = rest.pop(0) if forget else 0.0
    q, last, total = [0.0] * data["options"], -1, 0.0
    n = len(simulate["p"]) if simulate else len(data["choice"])
    for i in range(n):
        logp = log_softmax([beta * v + (kappa if k == last else 0.0) for k, v in enumerate(q)])
        if simulate:
            c = draw(simulate["rng"], logp)
            r = float(simulate["rng"].random() < simulate["p"][i][c])
            data["choice"].append(c)
            data["reward"].append(r)
        else:
            c, r = data["choice"][i], data["reward"][i]
        if c < 0:
            continue
        total += logp[c]
        d = r - q[c]
        keep = q[c] + (alpha if d >= 0 else minus) * d
        q = [v * (1 - phi) for v in q]
        q[c] = keep
        last = c
    return total


def two_step(p, data, simulate=None):
    a1, a2, lam, b1, b2, w, pers = [float(v) for v in p]
    q1, q2, last, total = [0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]], -1, 0.0
    n = len(simulate["p"]) if simulate else len(data["choice"])
    for i in range(n):
        top = [max(q2[0]), max(q2[1])]
        based = [0.7 * top[0] + 0.3 * top[1], 0.3 * top[0] + 0.7 * top[1]]
        l1 = log_softmax([b1 * (w * based[k] + (1 - w) * q1[k] + pers * (k == last)) for k in (0, 1)])
        if simulate:
            g = simulate["rng"]
            a = draw(g, l1)
            s = a if g.random() < 0.7 else 1 - a
        else:
            a, s = data["choice"][i], data["state"][i]
        l2 = log_softmax([b2 * v for v in q2[s]])
        if simulate:
            b = draw(g, l2)
            r = float(g.random() < simulate["p"][i][2 * s + b])
            for key, v in zip(("choice", "state", "second", "reward"), (a, s, b, r)):
                data[key].append(v)
        else:
            b, r = data["second"][i], data["reward"][i]
        total += l1[a] + l2[b]
        d1, d2 = q2[s][b] - q1[a], r - q2[s][b]
        q1[a] += a1 * d1 + a1 * lam * d2
        q2[s][b] += a2 * d2
        last = a
    return total


def log_prior(name, x):
    if name.startswith("beta"):
        return 0.2 * np.log(x / 5) - x / 5 - gammaln(1.2) - np.log(5)
    if name in ("kappa", "p"):
        return -x * x / 2 - 0.5 * np.log(2 * np.pi)
    return 0.1 * np.log(x * (1 - x)) + gammaln(2.2) - 2 * gammaln(1.1)


def bounds(name):
    if name.startswith("beta"):
        return 0, 100
    return (-10, 10) if name in ("kappa", "p") else (0, 1)


def best(loglik, names, rng, starts):
    box = [bounds(n) for n in names]

    def run(f, inner):
        top = (np.inf, None)
        for _ in range(starts):
            x0 = [rng.uniform(0.5, 10) if n.startswith("beta") else rng.uniform(-1, 1) if n in ("kappa", "p") else rng.uniform(0.05, 0.95) for n in names]
            r = minimize(f, x0, method="L-BFGS-B", bounds=inner, options=dict(maxiter=2000, ftol=1e-14, gtol=1e-9))
            if r.fun < top[0]:
                top = (float(r.fun), r.x.tolist())
        return top

    ml = run(lambda x: -loglik(x), box)
    eps = 1e-9
    inner = [(lo + eps, hi - eps) for lo, hi in box]
    mp = run(lambda x: -loglik(x) - sum(log_prior(n, v) for n, v in zip(names, x)), inner)
    return dict(loglik=-ml[0], ml=ml[1], log_posterior=-mp[0], map=mp[1])


def main():
    rng = np.random.default_rng(12)
    out = []
    kinds = [
        (False, False, False, 2, [0.4, 3.0]),
        (False, False, False, 2, [0.9, 12.0]),
        (True, False, False, 2, [0.5, 4.0, 0.15]),
        (False, True, False, 3, [0.3, 5.0, 0.8]),
        (True, True, True, 2, [0.5, 4.0, 0.2, 0.5, 0.2]),
        (False, False, False, 2, [0.3, 0.0]),
    ]
    for two, sticky, forget, options, truth in kinds:
        data = dict(options=options, choice=[], reward=[])
        p = [[0.3, 0.7, 0.5][:options]] * 120
        q_model(truth, data, two, sticky, forget, dict(rng=rng, p=p))
        data["choice"][17] = -1
        names = ["alpha", "beta"] + ["alpha-"] * two + ["kappa"] * sticky + ["phi"] * forget
        f = lambda x: q_model(x, data, two, sticky, forget)
        out.append(dict(model="q", two=two, sticky=sticky, forget=forget, truth=truth, loglik_truth=f(truth), **data, best=best(f, names, rng, 12)))
    names = ["alpha1", "alpha2", "lambda", "beta1", "beta2", "w", "p"]
    for truth in ([0.5, 0.4, 0.6, 5.0, 3.0, 0.4, 0.15], [0.7, 0.5, 0.9, 8.0, 4.0, 0.9, 0.1]):
        data = dict(options=2, choice=[], state=[], second=[], reward=[])
        walk = rng.uniform(0.25, 0.75, 4)
        p = []
        for _ in range(150):
            p.append(walk.tolist())
            walk = walk + 0.025 * rng.standard_normal(4)
            walk = np.where(walk > 0.75, 1.5 - walk, np.where(walk < 0.25, 0.5 - walk, walk))
        two_step(truth, data, dict(rng=rng, p=p))
        f = lambda x: two_step(x, data)
        out.append(dict(model="two-step", truth=truth, loglik_truth=f(truth), **data, best=best(f, names, rng, 8)))
    Path(__file__).with_name("learning.json").write_text(json.dumps(out) + "\n")


main()
