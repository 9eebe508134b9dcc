"""Reference values for neuro/behavior: irt.json.

Needs NumPy, SciPy and girth 0.8. For each model the maximum of the marginal
likelihood over 61 abilities from -6 to 6 by BFGS and Newton steps with
differences, standard errors from the second differences, and EAP, MAP and WLE
abilities by quadrature and brentq. girth's own estimates on the same complete
data are given with the likelihood that they have.

    python testdata/behavior/irt.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import expit, logsumexp

THETA = np.linspace(-6, 6, 61)
PRIOR = np.exp(-(THETA**2) / 2)
PRIOR /= PRIOR.sum()


def probabilities(model, p, theta):
    """[category][ability] of one item: slope, intercepts, logit of guessing."""
    if model == "3PL":
        c = expit(p[2])
        z = p[0] * theta + p[1]
        return np.array([(1 - c) * expit(-z), c + (1 - c) * expit(z)])
    above = np.array([np.ones_like(theta)] + [expit(p[0] * theta + d) for d in p[1:]] + [np.zeros_like(theta)])
    out = above[:-1] - above[1:]
    out[0] = expit(-p[0] * theta - p[1])
    return out


def unpack(model, v, tops):
    if model == "1PL":
        return [np.array([v[0], d]) for d in v[1:]]
    out, at = [], 0
    for top in tops:
        n = 3 if model == "3PL" else 1 + top
        out.append(v[at : at + n])
        at += n
    return out


def minus_log_likelihood(model, v, x, tops, guess):
    total = np.tile(np.log(PRIOR), (len(x), 1))
    penalty = 0
    for j, p in enumerate(unpack(model, v, tops)):
        prob = probabilities(model, p, THETA)
        if (prob < 0).any():
            return 1e9
        log = np.log(np.maximum(prob, 1e-300))
        seen = x[:, j] >= 0
        total[seen] += log[x[seen, j]]
        if model == "3PL" and guess:
            c = expit(p[2])
            penalty += 20 * guess * np.log(c) + 20 * (1 - guess) * np.log(1 - c)
    return -logsumexp(total, axis=1).sum() - penalty


def derivatives(f, v, h=1e-4):
    n = len(v)
    g, hess = np.zeros(n), np.zeros((n, n))
    e = np.eye(n) * h
    f0 = f(v)
    up, down = [f(v + e[i]) for i in range(n)], [f(v - e[i]) for i in range(n)]
    for i in range(n):
        g[i] = (up[i] - down[i]) / (2 * h)
        hess[i, i] = (up[i] - 2 * f0 + down[i]) / h**2
        for j in range(i):
            hess[i, j] = hess[j, i] = (f(v + e[i] + e[j]) - f(v + e[i] - e[j]) - f(v - e[i] + e[j]) + f(v - e[i] - e[j])) / (4 * h**2)
    return g, hess


def fit(model, x, tops, guess=0):
    start = []
    for j, top in enumerate(tops):
        seen = x[x[:, j] >= 0, j]
        d = [np.log((seen >= k).mean() / (seen < k).mean()) for k in range(1, top + 1)]
        start += ([] if model == "1PL" else [1.0]) + d + ([np.log(0.25)] if model == "3PL" else [])
    if model == "1PL":
        start = [1.0] + start
    f = lambda v: minus_log_likelihood(model, v, x, tops, guess)
    v = minimize(f, start, method="Nelder-Mead", options=dict(maxiter=2000)).x
    v = minimize(f, v, method="BFGS", options=dict(gtol=1e-4, maxiter=2000)).x
    for _ in range(4):
        g, hess = derivatives(f, v)
        v = v - np.linalg.solve(hess, g)
    _, hess = derivatives(f, v)
    cov = np.linalg.inv(hess)
    items, at = [], 0
    for p in unpack(model, v, tops):
        index = [0, at + 1] if model == "1PL" else list(range(at, at + len(p)))
        at += 1 if model == "1PL" else len(p)
        steps = p[1:2] if model == "3PL" else p[1:]
        item = dict(a=p[0], se_a=np.sqrt(cov[index[0], index[0]]), b=[-d / p[0] for d in steps], se_b=[], c=0.0, se_c=0.0)
        for k, d in enumerate(steps):
            grad = np.array([d / p[0] ** 2, -1 / p[0]])
            pair = [index[0], index[1 + k]]
            item["se_b"].append(np.sqrt(grad @ cov[np.ix_(pair, pair)] @ grad))
        if model == "3PL":
            c = expit(p[2])
            item.update(c=c, se_c=c * (1 - c) * np.sqrt(cov[index[2], index[2]]))
        items.append(item)
    plain = minus_log_likelihood(model, v, x, tops, 0)
    return v, dict(model=model, x=x.tolist(), guess=guess, loglik=-plain, items=items, abilities=abilities(model, v, x, tops))


def abilities(model, v, x, tops):
    params = unpack(model, v, tops)
    rows = []
    for row in x[:12]:
        seen = [j for j in range(len(tops)) if row[j] >= 0]
        log = np.log(PRIOR) + sum(np.log(probabilities(model, params[j], THETA)[row[j]]) for j in seen)
        w = np.exp(log - log.max())
        w /= w.sum()
        eap = (w * THETA).sum()

        def log_lik(t):
            t = np.array([t])
            return sum(np.log(probabilities(model, params[j], t)[row[j]][0]) for j in seen)

        def pieces(t, h=1e-4):
            info = warm = 0
            for j in seen:
                p = [probabilities(model, params[j], np.array([t + s * h]))[:, 0] for s in (-1, 0, 1)]
                d1, d2 = (p[2] - p[0]) / (2 * h), (p[2] - 2 * p[1] + p[0]) / h**2
                info += (d1**2 / p[1]).sum()
                warm += (d1 * d2 / p[1]).sum()
            return info, warm

        def warm_slope(t, h=1e-5):
            info, warm = pieces(t)
            return (log_lik(t + h) - log_lik(t - h)) / (2 * h) + warm / (2 * info)

        m = minimize_scalar(lambda t: -(log_lik(t) - t * t / 2), bounds=(-6, 6), method="bounded", options=dict(xatol=1e-10)).x
        wle = brentq(warm_slope, -7, 7)
        rows.append(
            dict(eap=eap, eap_sd=np.sqrt((w * (THETA - eap) ** 2).sum()), map=m, map_se=1 / np.sqrt(pieces(m)[0] + 1), wle=wle, wle_se=1 / np.sqrt(pieces(wle)[0]))
        )
    return rows


def main():
    from girth import grm_mml, twopl_mml

    rng = np.random.default_rng(12)
    out = []
    for model, persons, items, missing in (("2PL", 300, 6, 0.1), ("1PL", 200, 7, 0.1), ("3PL", 1500, 5, 0.05), ("graded", 250, 5, 0.1)):
        a = np.ones(items) * 1.3 if model == "1PL" else np.exp(rng.normal(0.2, 0.3, items))
        b = rng.normal(0, 0.9, items)
        theta = rng.normal(size=persons)
        if model == "graded":
            tops = [2, 3, 4, 1, 2]
            x = np.zeros((persons, items), int)
            for j, top in enumerate(tops):
                u = rng.random(persons)
                for k in range(top):
                    x[:, j] += u < expit(a[j] * (theta - b[j] - (k - (top - 1) / 2)))
        else:
            tops = [1] * items
            p = expit(a * (theta[:, None] - b))
            if model == "3PL":
                p = 0.2 + 0.8 * p
            x = (rng.random(p.shape) < p).astype(int)
        x[rng.random(x.shape) < missing] = -1
        _, result = fit(model, x, tops, 0.2 if model == "3PL" else 0)
        out.append(result)
        print(model, result["loglik"])
    peers = []
    for model, persons, items in (("2PL", 600, 15), ("graded", 500, 8)):
        a, b, theta = np.exp(rng.normal(0.2, 0.3, items)), rng.normal(0, 0.8, items), rng.normal(size=persons)
        if model == "2PL":
            x = (rng.random((persons, items)) < expit(a * (theta[:, None] - b))).astype(int)
            g = twopl_mml(x.T)
            v = np.ravel(np.c_[g["Discrimination"], -g["Discrimination"] * g["Difficulty"]])
            tops = [1] * items
        else:
            x = np.zeros((persons, items), int)
            u = rng.random((persons, items))
            for k in range(3):
                x += u < expit(a * (theta[:, None] - b - (k - 1)))
            g = grm_mml(x.T)
            tops = [3] * items
            v = np.ravel(np.c_[g["Discrimination"], -g["Discrimination"][:, None] * g["Difficulty"]])
        peers.append(dict(model=model, x=x.tolist(), loglik=-minus_log_likelihood(model, v, x, tops, 0), a=g["Discrimination"].tolist(), b=np.reshape(g["Difficulty"], (items, -1)).tolist()))
        print("girth", model, peers[-1]["loglik"])
    path = Path(__file__).resolve().parent / "irt.json"
    path.write_text(json.dumps(dict(fits=out, girth=peers), default=lambda v: v.tolist()) + "\n")


if __name__ == "__main__":
    main()
