"""Reference values for neuro/behavior: sdt.json.

Needs SciPy. The measures are the textbook formulas (Stanislaw and Todorov
1999; standard error of Gourevitch and Galanter 1967) on SciPy's normal
quantiles.

    python testdata/behavior/generate.py
"""

import json
from math import exp, sqrt
from pathlib import Path

from scipy.stats import norm


def rates(hits, misses, alarms, rejections, rule):
    signal, noise = hits + misses, alarms + rejections
    if rule == "loglinear":
        return (hits + 0.5) / (signal + 1), (alarms + 0.5) / (noise + 1)
    h, f = hits / signal, alarms / noise
    if rule == "replace":
        h = {0.0: 0.5 / signal, 1.0: 1 - 0.5 / signal}.get(h, h)
        f = {0.0: 0.5 / noise, 1.0: 1 - 0.5 / noise}.get(f, f)
    return h, f


def measures(table, rule):
    h, f = rates(*table, rule)
    zh, zf = norm.ppf(h), norm.ppf(f)
    high, low = max(h, f), min(h, f)
    a = 0.5 + (high - low) * (1 + high - low) / (4 * high * (1 - low))
    signal, noise = table[0] + table[1], table[2] + table[3]
    variance = h * (1 - h) / (signal * norm.pdf(zh) ** 2) + f * (1 - f) / (noise * norm.pdf(zf) ** 2)
    return dict(
        table=table,
        rule=rule,
        d=zh - zf,
        c=-(zh + zf) / 2,
        beta=exp((zf**2 - zh**2) / 2),
        a=a if h >= f else 1 - a,
        se=sqrt(variance),
    )


def main():
    tables = [
        (20, 5, 10, 15), (45, 5, 5, 45), (50, 0, 3, 47), (25, 0, 0, 25), (10, 15, 20, 5), (5, 45, 5, 45),
        (0, 30, 0, 30), (30, 0, 30, 0), (1, 0, 0, 1), (7, 6, 1, 10), (999, 1, 2, 998), (1, 999999, 3, 17),
    ]
    rules = ["", "loglinear", "replace"]
    cases = [
        measures(t, r) for t in tables for r in rules if r or 0 not in t
    ]
    Path(__file__).with_name("sdt.json").write_text(json.dumps(cases) + "\n")


main()
