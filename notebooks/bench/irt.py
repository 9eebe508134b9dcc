"""The work of irt.go with girth 0.8: python irt.py

The log likelihood printed is that of girth's parameters over the same 61 abilities as there."""
import importlib
import json
import os
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from girth import grm_mml, onepl_mml, threepl_mml, twopl_mml
from scipy.special import expit, logsumexp

STATE = 7

# girth 0.8 hands its three-parameter model an array of one number where NumPy 2.4 wants a number.
rasch = importlib.import_module("girth.unidimensional.dichotomous.rasch_mml")
bounded = rasch.fminbound
rasch.fminbound = lambda f, *a, **k: bounded(lambda e: np.asarray(f(e)).item(), *a, **k)


def draw():
    global STATE
    STATE = (STATE * 1103515245 + 12345) % 2147483648
    return (STATE + 0.5) / 2147483648


def normal():
    r = np.sqrt(-2 * np.log(draw()))
    return r * np.cos(2 * np.pi * draw())


def simulate(persons, items, steps, guess):
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
            x[i, j] = sum(u < guess + (1 - guess) / (1 + np.exp(-a[j] * (theta - b[j] - k + (steps - 1) / 2))) for k in range(steps))
    return x


def likelihood(x, a, b, c):
    theta = np.linspace(-6, 6, 61)
    log = np.tile(-(theta**2) / 2, (len(x), 1))
    log -= logsumexp(log[0])
    for j in range(x.shape[1]):
        above = c[j] + (1 - c[j]) * expit(a[j] * (theta - b[j][:, None]))
        p = np.vstack([np.ones_like(theta), above]) - np.vstack([above, np.zeros_like(theta)])
        log += np.log(p)[x[:, j]]
    return logsumexp(log, axis=1).sum()


FITS = {"1PL": onepl_mml, "2PL": twopl_mml, "3PL": threepl_mml, "graded": grm_mml}
for model, persons, items, steps, guess in (
    ("1PL", 1000, 20, 1, 0),
    ("2PL", 500, 20, 1, 0),
    ("2PL", 1000, 20, 1, 0),
    ("2PL", 1000, 40, 1, 0),
    ("2PL", 5000, 30, 1, 0),
    ("3PL", 1000, 20, 1, 0.2),
    ("3PL", 5000, 20, 1, 0.2),
    ("graded", 500, 10, 3, 0),
    ("graded", 2000, 20, 3, 0),
    ("graded", 1000, 12, 6, 0),
):
    x = simulate(persons, items, steps, guess)
    fit = FITS[model]
    fit(x.T[:, :100])
    began, times = time.process_time(), 0
    while times < 2 or time.process_time() - began < 0.5:
        r = fit(x.T)
        times += 1
    cpu = (time.process_time() - began) / times
    a, b = np.broadcast_to(r["Discrimination"], items), np.reshape(r["Difficulty"], (items, -1))
    print(json.dumps(dict(bench="irt", model=model, size=f"{persons} x {items}", cpu_s=round(cpu, 4), loglik=round(likelihood(x, a, b, r.get("Guessing", np.zeros(items))), 4))))
