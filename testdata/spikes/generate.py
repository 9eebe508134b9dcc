"""Reference values for package spikes, from elephant, NumPy and SciPy.

Writes spikes.json beside this script.  Trains are in ms.  Made with elephant
1.2.1, neo 0.14.6, numpy 2.4.6 and scipy 1.17.1.

    python generate.py
"""

import json
import warnings
from pathlib import Path

import elephant.spike_train_correlation as correlation
import elephant.spike_train_dissimilarity as distance
import elephant.statistics as statistics
import neo
import numpy as np
import quantities as pq
import scipy.signal as ss

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
T = 1000.0


def plain(v):
    if isinstance(v, np.ndarray):
        return [plain(i) for i in v]
    if isinstance(v, np.generic):
        return v.item()
    if isinstance(v, dict):
        return {k: plain(i) for k, i in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(i) for i in v]
    return v


trains = [np.sort(rng.uniform(0, T, k)) for k in (1, 2, 3, 4, 11, 40, 97, 200)]
# One train that follows another, a clock, bursts, and spikes at both ends.
trains.append(np.sort(trains[6] + rng.normal(0, 2, 97)).clip(0, T))
trains.append(np.arange(50) * 20.0 + 5)
trains.append(np.sort((np.arange(10) * 100.0 + 10)[:, None] + np.array([0, 3, 7])).ravel())
trains.append(np.array([0.0, 1.0, 999.0, 1000.0]))
neos = [neo.SpikeTrain(t * pq.ms, t_start=0 * pq.ms, t_stop=T * pq.ms) for t in trains]

out = dict(t0=0.0, t1=T, trains=trains)
long = [i for i, t in enumerate(trains) if len(t) > 2]
out["long"] = long
isis = [np.diff(trains[i]) for i in long]
out["cv"] = [statistics.cv(i) for i in isis]
out["lv"] = [statistics.lv(i) for i in isis]
out["cv2"] = [statistics.cv2(i) for i in isis]
out["fano"] = statistics.fanofactor(neos)

pairs = [(i, j) for i in range(len(trains)) for j in range(len(trains))]
out["vp"] = [dict(cost=c, d=distance.victor_purpura_distance(neos, c / pq.ms)) for c in (0.0, 0.001, 0.02, 0.1, 1.0, 50.0)]
out["vr"] = [dict(tau=t, d=distance.van_rossum_distance(neos, t * pq.ms)) for t in (0.1, 5.0, 30.0, 1000.0)]

# Elephant widens dt by 1e-5 of the spike time (numpy.isclose), which changes a
# few values; this is the definition, and "peer" says where elephant agrees.
def sttc(a, b, dt):
    def p(u, v):
        return np.mean([np.any(np.abs(v - t) <= dt) for t in u])

    def tiles(u):
        grid = sorted([(max(0.0, t - dt), min(T, t + dt)) for t in u])
        total, end = 0.0, 0.0
        for lo, hi in grid:
            total += max(0.0, hi - max(lo, end))
            end = max(end, hi)
        return total / T

    def term(x, y):
        return 1.0 if x * y == 1 else (x - y) / (1 - x * y)

    return (term(p(a, b), tiles(b)) + term(p(b, a), tiles(a))) / 2


out["sttc"] = []
for dt in (0.5, 5.0, 40.0, 400.0):
    ours = [[sttc(a, b, dt) for b in trains] for a in trains]
    peer = [[float(correlation.spike_time_tiling_coefficient(a, b, dt=dt * pq.ms)) for b in neos] for a in neos]
    same = [[abs(u - v) < 1e-12 for u, v in zip(*rows)] for rows in zip(ours, peer)]
    print("sttc, dt", dt, "elephant agrees in", np.sum(same), "of", np.size(same))
    out["sttc"].append(dict(dt=dt, c=ours, peer=same))

out["rate"] = []
for i, bin, t0, t1 in ((7, 10.0, 0.0, 1000.0), (7, 7.0, 13.0, 713.0), (6, 0.25, 100.0, 900.0), (11, 100.0, 0.0, 1000.0), (11, 999.0, 1.0, 1000.0)):
    n = round((t1 - t0) / bin)
    counts = np.histogram(trains[i], bins=n, range=(t0, t1))[0]
    out["rate"].append(dict(train=i, bin=bin, t0=t0, t1=t1, rate=counts * 1000 / bin))

# A filtered trace with known spikes.
fs = 24000.0
x = ss.sosfiltfilt(ss.butter(3, [300, 6000], "band", fs=fs, output="sos"), rng.standard_normal(6000))
x /= np.std(x)
for at in range(150, 5900, 350):
    x[at - 6 : at + 14] -= 12 * np.exp(-0.5 * ((np.arange(-6, 14)) / 2.0) ** 2) - 4 * np.exp(-0.5 * ((np.arange(-6, 14) - 8) / 3.0) ** 2)
x = np.round(x, 3)
out["detect_fs"], out["detect_x"] = fs, x
m = np.median(x)
sigma = np.median(np.abs(x - m)) / 0.6745
out["detect_sigma"] = sigma
out["detect"] = []
for threshold in (-4, -5, 4.5):
    sign = np.sign(threshold)
    peaks = ss.find_peaks(sign * x, height=sign * (m + threshold * sigma))[0]
    # Find_peaks gives every local maximum: one per excursion, the largest.
    beyond = sign * x > sign * (m + threshold * sigma)
    group = np.cumsum(np.diff(np.r_[0, beyond]) == 1)
    best = [max((p for p in peaks if group[p] == g), key=lambda p: sign * x[p]) for g in np.unique(group[peaks])]
    kept = [best[0]]
    for p in best[1:]:
        if p - kept[-1] >= fs / 1000:
            kept.append(p)
    out["detect"].append(dict(threshold=threshold, peaks=kept))

Path(__file__).with_name("spikes.json").write_text(json.dumps(plain(out), separators=(",", ":")) + "\n")
