"""Bins of histograms by NumPy's rule "auto", for the tests of neuro/plot."""
import json
import pathlib

import numpy as np

rng = np.random.default_rng(20261)
data = {
    "normal": rng.normal(0, 2, 1000),
    "exponential": rng.exponential(20, 257),
    "few": np.array([1.5, 2.25, 2.5, 7.0, 9.125]),
    "two": np.array([0.25, 0.5]),
    "no_iqr": np.array([3.5] * 40 + [4.25, 9.0]),
    "outlier": np.append(rng.normal(0, 1, 101), 60.0),
}
out = {"numpy": np.__version__, "cases": []}
for name, x in data.items():
    counts, edges = np.histogram(x, bins="auto")
    out["cases"].append({"name": name, "x": x.tolist(), "counts": counts.tolist(), "edges": edges.tolist()})
pathlib.Path(__file__).with_name("hist.json").write_text(json.dumps(out) + "\n")
