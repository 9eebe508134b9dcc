"""The work of anova.go with pingouin: rm_anova and mixed_anova, detailed, with corrections.

    python anova.py [-seconds S]
"""
import argparse
import resource
import time
import warnings

import numpy as np
import pandas as pd
import pingouin as pg

warnings.filterwarnings("ignore")
ap = argparse.ArgumentParser()
ap.add_argument("-seconds", type=float, default=1)
a = ap.parse_args()


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def design(subjects, na, nb):
    rows = []
    for s in range(subjects):
        for i in range(na):
            for j in range(nb):
                k = float((s * na + i) * nb + j)
                y = (k * 0.6180339887) % 1 + 0.3 * ((s * 0.7548776662) % 1) + 0.02 * i * j
                rows.append((f"s{s}", f"g{s % 2}", f"a{i}", f"b{j}", y))
    return pd.DataFrame(rows, columns=["subject", "group", "a", "b", "y"])


def first(t):
    return float(t["F"].iloc[0])


for name, n, na, nb, f in [
    ("within", 20, 3, 1, "a"), ("within", 100, 5, 1, "a"), ("within", 1000, 10, 1, "a"),
    ("within2", 20, 3, 2, ["a", "b"]), ("within2", 100, 4, 3, ["a", "b"]), ("within2", 500, 5, 4, ["a", "b"]),
    ("mixed", 20, 3, 1, None), ("mixed", 100, 5, 1, None), ("mixed", 1000, 10, 1, None),
]:
    t = design(n, na, nb)
    if f is None:
        run = lambda: pg.mixed_anova(t, dv="y", within="a", subject="subject", between="group", correction=True)
    else:
        run = lambda: pg.rm_anova(t, dv="y", within=f, subject="subject", correction=True, detailed=True)
    value = first(run())
    calls, begun, start = 0, time.time(), cpu()
    while cpu() - start < a.seconds:
        run()
        calls += 1
    print(f'{{"bench":"anova {name}","peer":"pingouin {pg.__version__}","size":{n * na * nb},"wall_s":{(time.time() - begun) / calls:.6f},'
          f'"cpu_s":{(cpu() - start) / calls:.6f},"value":{value:.9g}}}', flush=True)
