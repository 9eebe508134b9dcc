"""Writes testdata/neuron/hh.json: the Hodgkin-Huxley axon integrated by SciPy's
DOP853 with tolerances of 1e-13, at rest, under steps of current, and after a
change of parameters.

    python3 testdata/neuron/hh_reference.py > testdata/neuron/hh.json

numpy 2.4, scipy 1.17.
"""
import json

import numpy as np
from scipy.integrate import solve_ivp


def ratio(x):
    return 1 + x / 2 + x * x / 12 if abs(x) < 1e-5 else x / -np.expm1(-x)


def rates(v):
    return (
        0.1 * ratio((v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80),
        ratio((v + 40) / 10), 4 * np.exp(-(v + 65) / 18),
        0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10)),
    )


def slope(t, y, i, p):
    v, n, m, h = y
    an, bn, am, bm, ah, bh = rates(v)
    ionic = p["GNa"] * m**3 * h * (v - 50) + p["GK"] * n**4 * (v + 77) + 0.3 * (v + 54.387)
    return [(i - ionic) / p["C"], an * (1 - n) - bn * n, am * (1 - m) - bm * m, ah * (1 - h) - bh * h]


def cross(t, y, *_):
    return y[0]


cross.direction = 1

cases = []
for i, dur, p in [
    (0, 50, {}), (3, 50, {}), (7, 100, {}), (10, 100, {}), (20, 100, {}), (-15, 50, {}), (150, 60, {}),
    (10, 60, {"GNa": 0.0}), (10, 60, {"GK": 20.0, "C": 0.5}),
]:
    p = {"C": 1.0, "GNa": 120.0, "GK": 36.0, **p}
    an, bn, am, bm, ah, bh = rates(-65.0)
    start = [-65.0, an / (an + bn), am / (am + bm), ah / (ah + bh)]
    s = solve_ivp(slope, (0, dur), start, "DOP853", t_eval=np.arange(0, dur + 1, 2.0), events=cross,
                  rtol=1e-13, atol=1e-14, args=(i, p), max_step=0.05)
    assert s.success
    cases.append({"I": i, "Dur": dur, **p, "Every": 2, "State": s.y.T.tolist(), "Spikes": s.t_events[0].tolist()})
print(json.dumps(cases, indent=0))
