"""Reference values of rates, intervals and distances of trains of many sizes.

Writes trains.json beside this script, from elephant 1.2.1 and pyspike 0.9.0
with neo 0.14.6 and numpy 2.4.6.  Times are in ms from 0 to 2000.

    python trains.py
"""

import json
import warnings
from pathlib import Path

import elephant.conversion as conversion
import elephant.kernels as kernels
import elephant.spike_train_correlation as correlation
import elephant.statistics as statistics
import neo
import numpy as np
import pyspike
import quantities as pq

warnings.filterwarnings("ignore")
rng = np.random.default_rng(11)
T = 2000.0


def plain(v):
    if isinstance(v, np.ndarray):
        return [plain(i) for i in v]
    if isinstance(v, np.generic):
        return plain(v.item())
    if isinstance(v, dict):
        return {k: plain(i) for k, i in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(i) for i in v]
    if isinstance(v, float) and not np.isfinite(v):
        return None
    return float(f"{v:.13g}") if isinstance(v, float) else v


# Empty, one spike (also at an end), two, primes, many, ties within and between
# trains, spikes at both ends, a clock, a train of which the rate steps.
trains = [np.array([]), np.array([700.0]), np.array([0.0]), np.array([T]), np.array([0.0, T])]
trains += [np.sort(rng.uniform(0, T, k).round(1)) for k in (2, 3, 5, 13, 31, 97, 211)]
trains.append(np.sort(np.r_[trains[8], trains[8][::2], trains[9][::3]]))
trains.append(np.arange(40) * 50.0)
trains.append(np.sort(np.r_[rng.uniform(0, 1000, 10), rng.uniform(1000, 1500, 90)]).round(1))
trains.append(np.r_[0.0, 0.0, 5.0, 1990.0, T, T])
neos = [neo.SpikeTrain(t * pq.ms, t_start=0 * pq.ms, t_stop=T * pq.ms) for t in trains]
out = dict(t0=0.0, t1=T, trains=trains)

out["lvr"] = []
for R in (0.0, 1.5, 5.0):
    for i, t in enumerate(trains):
        if len(t) > 2:
            v = statistics.lvr(np.diff(t) * pq.ms, R=R * pq.ms)
            out["lvr"].append(dict(train=i, r=R, v=float(v)))

out["kernel"] = []
names = dict(
    gaussian=kernels.GaussianKernel,
    rectangular=kernels.RectangularKernel,
    triangular=kernels.TriangularKernel,
    epanechnikov=kernels.EpanechnikovLikeKernel,
    laplacian=kernels.LaplacianKernel,
    exponential=kernels.ExponentialKernel,
    alpha=kernels.AlphaKernel,
)
for name, kernel in names.items():
    # Cut-offs that are whole numbers of samples: see KernelRate.
    for i, dt, sigma, cutoff in ((0, 10, 50, 5), (1, 10, 50, 5), (4, 20, 40, 4), (11, 10, 80, 5), (12, 5, 15, 4), (15, 100, 900, 3)):
        for centre in (True, False):
            for corrected in (False, True):
                if corrected and (name != "gaussian" or not centre):
                    continue
                k = kernel(sigma * pq.ms)
                r = statistics.instantaneous_rate(
                    neos[i], dt * pq.ms, kernel=k, cutoff=cutoff, center_kernel=centre, border_correction=corrected
                )
                used = max(cutoff, k.min_cutoff)
                assert abs(used * sigma / dt - round(used * sigma / dt)) < 1e-9
                out["kernel"].append(
                    dict(kernel=name, train=i, dt=dt, sigma=sigma, cutoff=cutoff, onset=not centre, corrected=corrected,
                         rate=np.asarray(r.magnitude).ravel())
                )

out["bandwidth"] = [
    dict(train=i, w=1000 * float(statistics.optimal_kernel_bandwidth(t / 1000)["optw"])) for i, t in enumerate(trains) if len(np.unique(t)) > 4
]

# Shimazaki and Shinomoto 2007 by its formula, for trains 9, 10 and 14 as trials.
out["bins"] = []
for trials in ([14], [9, 10, 14]):
    cost = []
    for n in range(2, 81):
        k = sum(np.histogram(trains[i], bins=n, range=(0, T))[0] for i in trials)
        cost.append((2 * k.mean() - k.var()) / (len(trials) * T / n) ** 2)
    out["bins"].append(dict(trials=trials, cost=cost))

# Abramson 1982 by its formula.
out["adaptive"] = []
for i, dt, sigma in ((1, 10, 50), (9, 10, 60), (14, 4, 40), (12, 5, 30)):
    t = trains[i]
    p = np.array([np.exp(-0.5 * ((t[np.abs(t - u) <= 5 * sigma] - u) / sigma) ** 2).sum() for u in t])
    w = sigma * np.sqrt(np.exp(np.log(p).mean()) / p)
    grid = np.arange(round(T / dt)) * dt
    k = np.exp(-0.5 * ((grid - t[:, None]) / w[:, None]) ** 2) * (np.abs(grid - t[:, None]) <= 5 * w[:, None])
    out["adaptive"].append(dict(train=i, dt=dt, sigma=sigma, rate=(k / k.sum(1, keepdims=True)).sum(0) * 1000 / dt))

out["correlation"] = []
for b in (5.0, 50.0):
    both = conversion.BinnedSpikeTrain(neos, bin_size=b * pq.ms)
    with np.errstate(all="ignore"):
        out["correlation"].append(dict(bin=b, v=correlation.correlation_coefficient(both)))

# Without trains with a spike at T, which elephant's bins leave out.
out["cch"] = []
for i, j, b, w in ((1, 9, 10, 20), (9, 10, 5, 12), (11, 12, 2, 30), (14, 11, 20, 99), (0, 9, 10, 5)):
    x, y = (conversion.BinnedSpikeTrain(neos[k], bin_size=b * pq.ms) for k in (i, j))
    with np.errstate(all="ignore"):
        c = [
            np.asarray(correlation.cross_correlation_histogram(x, y, window=[-w, w], **o)[0].magnitude).ravel()
            for o in ({}, {"border_correction": True}, {"cross_correlation_coefficient": True})
        ]
    out["cch"].append(dict(a=i, b=j, bin=b, lags=w, counts=c[0], corrected=c[1], coefficient=c[2]))

spk = [pyspike.SpikeTrain(t, [0, T]) for t in trains]


def pairs(f):
    with np.errstate(all="ignore"):
        return [[float(f(a, b)) for b in spk] for a in spk]


out["isi"] = pairs(pyspike.isi_distance)
out["spike"] = pairs(pyspike.spike_distance)
# In whole tenths of ms, so that two spikes just half of an interval apart are that
# exactly; in ms or s rounding decides whether pyspike counts them.
spk = [pyspike.SpikeTrain(np.round(10 * t), [0, 10 * T]) for t in trains]
out["sync"] = pairs(pyspike.spike_sync)

# Distances and interval measures, by elephant.
import elephant.spike_train_dissimilarity as distance  # noqa: E402


def distances(neos):
    return dict(
        vp=[dict(cost=c, d=distance.victor_purpura_distance(neos, c / pq.ms)) for c in (0.0, 0.013, 0.4)],
        vr=[dict(tau=t, d=np.square(distance.van_rossum_distance(neos, t * pq.ms))) for t in (3.0, 70.0)],
    )


def intervals(t):
    i = np.diff(t)
    return dict(cv=statistics.cv(i), cv2=statistics.cv2(i), lv=statistics.lv(i))


out["distances"] = distances(neos)
out["intervals"] = [dict(train=i, **intervals(t)) for i, t in enumerate(trains) if len(t) > 2]
out["fano"] = statistics.fanofactor(neos)

# Long trains of a prime number of spikes.
long = [np.sort(rng.uniform(0, 60000, n)).round(1) for n in (1009, 1511)]
neos = [neo.SpikeTrain(t * pq.ms, t_stop=60000 * pq.ms) for t in long]
spk = [pyspike.SpikeTrain(np.round(10 * t), [0, 600000]) for t in long]
out["long"] = dict(
    trains=long, intervals=[intervals(t) for t in long], **distances(neos),
    isi=pyspike.isi_distance(*spk), spike=pyspike.spike_distance(*spk), sync=pyspike.spike_sync(*spk),
    sttc=[dict(dt=d, c=float(correlation.spike_time_tiling_coefficient(*(neo.SpikeTrain(t * pq.ms, t_stop=60000 * pq.ms) for t in long), dt=d * pq.ms))) for d in (2.0, 40.0)],
)

Path(__file__).with_name("trains.json").write_text(json.dumps(plain(out), separators=(",", ":")) + "\n")
