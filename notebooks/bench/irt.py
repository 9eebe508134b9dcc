"""The work of irt.go with girth 0.8: python irt.py

The log likelihood printed is that of girth's parameters over the same 61 abilities as there."""
import json
import os
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from girth import grm_mml, twopl_mml
from scipy.special import expit, logsumexp

STATE = 7


def draw():
    global STATE
    STATE = (STATE * 1103515245 + 12345) % 2147483648
    return (STATE + 0.5) / 2147483648


def normal():
    r = np.sqrt(-2 * np.log(draw()))
    return r * np.cos(2 * np.pi * draw())


def simulate(persons, items, steps):
    global STATE
    STATE = 7
    a, b = np.zeros(items), np.zeros(items)
    for j in range(items):
        a[j] = 1.2 * np.exp(0.3 * normal())
        b[j] = normal()
    x = np.zeros((persons, items), int)
    for i in range(persons):
        theta = normal()
        for j in range(items):
            u = draw()
            x[i, j] = sum(u < 1 / (1 + np.exp(-a[j] * (theta - b[j] - k + (steps - 1) / 2))) for k in range(steps))
    return x


def likelihood(x, a, b):
    theta = np.linspace(-6, 6, 61)
    log = np.tile(-(theta**2) / 2, (len(x), 1))
    log -= logsumexp(log[0])
    for j in range(x.shape[1]):
        above = expit(a[j] * (theta - b[j][:, None]))
        p = np.vstack([np.ones_like(theta), above]) - np.vstack([above, np.zeros_like(theta)])
        log += np.log(p)[x[:, j]]
    return logsumexp(log, axis=1).sum()


for model, persons, items, steps in (
    ("2PL", 500, 20, 1),
    ("2PL", 1000, 20, 1),
    ("2PL", 1000, 40, 1),
    ("2PL", 5000, 30, 1),
    ("graded", 500, 10, 3),
    ("graded", 2000, 20, 3),
):
    x = simulate(persons, items, steps)
    fit = twopl_mml if model == "2PL" else grm_mml
    fit(x.T[:, :100])
    began, times = time.process_time(), 0
    while times < 2 or time.process_time() - began < 0.5:
        r = fit(x.T)
        times += 1
    cpu = (time.process_time() - began) / times
    a, b = r["Discrimination"], np.reshape(r["Difficulty"], (items, -1))
    print(json.dumps(dict(bench="irt", model=model, size=f"{persons} x {items}", cpu_s=round(cpu, 4), loglik=round(likelihood(x, a, b), 4))))
