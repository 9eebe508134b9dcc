"""Curves with the smallest sum of distances, by linear programming.

    python make_despike.py > despike.json

A parabola with sines and cosines of up to n // 30 periods (AFNI's 3dDespike) through
formulas that the test repeats; SciPy 1.17.1's linprog with HiGHS. `despiked` is
3dDespike's rule with that curve.
"""

import json

import numpy as np
from scipy.optimize import linprog

out = []
for n in (15, 40, 61, 100, 151):
    t = np.arange(n)
    waves = max(n // 30, 1)
    u = 2 * t / (n - 1) - 1
    b = np.column_stack([np.ones(n), u, u * u] + [f(2 * np.pi * k * t / n) for k in range(1, waves + 1) for f in (np.sin, np.cos)])
    for seed in range(3):
        x = 500 + 0.2 * t + 4 * np.sin(0.11 * t + seed) + 3 * np.sin(t * t * 0.7 + seed)
        x[(5 + 7 * seed) % n] += 40
        x[(11 + 17 * seed) % n] -= 25
        k = b.shape[1]
        r = linprog(np.r_[np.zeros(k), np.ones(2 * n)], A_eq=np.hstack([b, np.eye(n), -np.eye(n)]), b_eq=x,
                    bounds=[(None, None)] * k + [(0, None)] * (2 * n), method="highs")
        curve = b @ r.x[:k]
        sd = np.sqrt(np.pi / 2) * np.median(np.abs(x - curve))
        s = (x - curve) / sd
        m = np.sign(s) * (2.5 + 1.5 * np.tanh((np.abs(s) - 2.5) / 1.5))
        y = np.where(np.abs(s) > 2.5, curve + m * sd, x)
        out.append(dict(n=n, seed=seed, sum=r.fun, despiked=y.tolist()))
print(json.dumps(out))
