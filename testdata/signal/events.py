"""Reference values for the detectors of package signal: bursts of neurodsp, ripples
of ripple_detection.

Writes events.json beside this script.  Signals are filtered already, so that only the
detection is compared.  Made with
neurodsp 2.4.0.dev, ripple_detection 1.7.1 and scipy 1.17.1.

    python events.py [sample_data_1.npy]
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)  # this folder has a file of the name of a package

import numpy as np
from neurodsp.burst import detect_bursts_dual_threshold
from ripple_detection import Karlsson_ripple_detector, Kay_ripple_detector
from scipy.signal import butter, sosfiltfilt

rng = np.random.default_rng(20)
out = {}

fs, n = 500.0, 4000
t = np.arange(n) / fs
x = np.cumsum(rng.standard_normal(n)) * 0.1 + 0.5 * rng.standard_normal(n)
for at in (0.9, 2.5, 3.4, 5.0, 6.6):
    x += 2 * np.exp(-(((t - at) / 0.2) ** 2)) * np.sin(2 * np.pi * 20 * t)
x = np.round(sosfiltfilt(butter(4, (15, 25), "band", fs=fs, output="sos"), x), 4)
out["burst_x"], out["burst_fs"] = x.tolist(), fs
out["bursts"] = []
for low, high, average, magnitude, cycles in ((1, 2, "median", "amplitude", 3), (1.5, 3, "median", "amplitude", 2), (0.8, 1.7, "mean", "amplitude", 4), (1, 4, "median", "power", 3)):
    b = detect_bursts_dual_threshold(x.copy(), fs, (low, high), min_burst_duration=cycles / 15, avg_type=average, magnitude_type=magnitude)
    edges = np.flatnonzero(np.diff(np.r_[0, b.astype(int), 0]))
    out["bursts"].append(dict(low=low, high=high, average=average, power=magnitude == "power", cycles=cycles,
                              first=(edges[::2] + 1).tolist(), last=edges[1::2].tolist()))  # neurodsp's mask is one sample early

fs, n = 1500.0, 4500
t = np.arange(n) / fs
y = rng.standard_normal((3, n))
for at, size, width in ((0.4, 5, 0.02), (0.9, 2.2, 0.03), (1.3, 6, 0.012), (1.34, 6, 0.012), (2.1, 3, 0.03), (2.7, 5, 0.02)):
    for c in range(3):
        y[c] += size * rng.uniform(0.3, 1) * np.exp(-(((t - at - 0.004 * c) / width) ** 2)) * np.sin(2 * np.pi * 190 * t + c)
y = np.round(sosfiltfilt(butter(4, (150, 250), "band", fs=fs, output="sos"), y), 4)
out["ripple_x"], out["ripple_fs"] = y.tolist(), fs
speed = np.where(t > 2.5, 10.0, 1.0)
out["ripples"] = []
for name, f in (("karlsson", Karlsson_ripple_detector), ("kay", Kay_ripple_detector)):
    for threshold in (1.5, 2, 3):
        for limit in (4, 1e6):
            r = f(t, y.T, speed, fs, speed_threshold=limit, zscore_threshold=threshold)
            out["ripples"].append(dict(method=name, threshold=threshold, still=limit == 4, start=r.start_time.tolist(), end=r.end_time.tolist(),
                                       z=r.max_zscore.tolist()))
# A recording of neurodsp's own, by its path: sample_data_1.npy, 1000 Hz.
if len(sys.argv) > 1:
    x = sosfiltfilt(butter(4, (13, 30), "band", fs=1000, output="sos"), np.load(sys.argv[1]))
    b = detect_bursts_dual_threshold(x, 1000, (1, 2), min_burst_duration=3 / 13)
    edges = np.flatnonzero(np.diff(np.r_[0, b.astype(int), 0]))
    out["real"] = dict(first=(edges[::2] + 1).tolist(), last=edges[1::2].tolist())
(Path(__file__).resolve().parent / "events.json").write_text(json.dumps(out) + "\n")
