"""The work of coding.go with pynapple: python coding.py [tuning|decoding]"""
import json
import resource
import sys
import time

import numpy as np
import pynapple as nap

CELLS, SAMPLES, FS = 100, 180000, 50.0
step = sys.argv[1] if len(sys.argv) > 1 else ""
s = np.arange(SAMPLES) / FS
x = 50 + 30 * np.sin(s / 3.1) + 20 * np.sin(s / 7.7)
y = 50 + 30 * np.cos(s / 4.3) + 20 * np.sin(s / 9.1)
frac = lambda v: v - np.floor(v)
trains = {}
for c in range(CELLS):
    cx, cy = 100 * frac(c * 0.618034), 100 * frac(c * 0.754878)
    d = (x - cx) ** 2 + (y - cy) ** 2
    trains[c] = nap.Ts(s[frac(np.arange(SAMPLES) * 0.569840290998 + c * 0.3) < 0.01 + 0.3 * np.exp(-d / 450)] + 0.005)
group = nap.TsGroup(trains)
floor = nap.TsdFrame(s, np.stack([x, y], 1))


def report(what, size, began):
    print(json.dumps(dict(bench="coding", step=what, size=size, cpu_s=round(time.process_time() - began, 4),
                          peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))


if step != "decoding":
    nap.compute_tuning_curves(group, floor, bins=[20, 20])  # compiled and warm
began = time.process_time()
curves = nap.compute_tuning_curves(group, floor, bins=[20, 20])
if step != "decoding":
    report("tuning", SAMPLES, began)
if step != "tuning":
    window = nap.IntervalSet(0, 300)
    nap.decode_bayes(curves, group, nap.IntervalSet(0, 10), 0.1)
    began = time.process_time()
    best, p = nap.decode_bayes(curves, group, window, 0.1)
    report("decoding", len(best), began)
