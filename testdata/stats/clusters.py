"""Cluster tests of MNE 1.13 on made-up maps: python clusters.py > clusters.json

Maps are those of stats/cluster_test.go: point k of map i is wave(i, k), so that nothing
random has to agree. Tests take all rearrangements where there are few."""
import json
import math

import mne
import numpy as np
import scipy.sparse as sp
from mne.stats import (f_oneway, permutation_cluster_1samp_test, permutation_cluster_test,
                       spatio_temporal_cluster_test, ttest_ind_no_p)
from scipy import stats

mne.set_log_level("ERROR")


def wave(i, k):
    return math.sin(1.7 * i + 0.9 * k * (i + 1)) + 0.7 * math.sin(0.11 * k) + 0.3 * math.cos(2.3 * i * k)


def maps(n, points, first=0, shift=0.0):
    return np.array([[wave(first + i, k) + shift * math.exp(-((k - 40) / 12) ** 2) for k in range(points)] for i in range(n)])


def result(t, clusters, p, ravel):
    out = []
    for c, q in zip(clusters, p):
        points = np.sort(ravel(c))
        out.append(dict(points=points.tolist(), mass=float(t.ravel()[points].sum()), p=float(q)))
    return dict(values=t.ravel().tolist(), clusters=out)


everything = {}
for points in (1, 7, 100):
    x = maps(8, points)
    t, c, p, _ = permutation_cluster_1samp_test(x, n_permutations=1 << 20, out_type="indices", seed=1)
    everything[f"one {points}"] = result(t, c, p, lambda c: np.asarray(c[0]))
x = maps(9, 100)
t, c, p, _ = permutation_cluster_1samp_test(x, n_permutations=1 << 20, tail=1, threshold=1.2, out_type="indices", seed=1)
everything["one-sided 100"] = result(t, c, p, lambda c: np.asarray(c[0]))

# frequencies across times, as a grid
x = maps(7, 12 * 15).reshape(7, 12, 15)
t, c, p, _ = permutation_cluster_1samp_test(x, n_permutations=1 << 20, out_type="indices", seed=1)
everything["grid 12 15"] = result(t, c, p, lambda c: np.ravel_multi_index(c, (12, 15)))

# sensors in a ring with a chord, across times; MNE wants times x sensors
near = [[(i + 1) % 10, (i - 1) % 10] for i in range(10)]
near[0].append(5)
near[5].append(0)
a = sp.lil_matrix((10, 10))
for i, row in enumerate(near):
    for j in row:
        a[i, j] = a[j, i] = 1


def sensors(c):  # MNE's points are times x sensors, ours sensors x times
    time, sensor = np.asarray(c[0]), np.asarray(c[1])
    return sensor * 20 + time


def spatial(name, groups, **more):
    shaped = [g.reshape(len(g), 10, 20).transpose(0, 2, 1) for g in groups]
    t, c, p, _ = spatio_temporal_cluster_test(shaped, adjacency=sp.coo_matrix(a), n_permutations=50, seed=1, out_type="indices", **more)
    out = result(t.T, c, p, sensors)
    for k in out["clusters"]:
        del k["p"]  # of random rearrangements
    everything[name] = out


two = [maps(6, 200), maps(7, 200, 20, 1.0)]
spatial("F of two groups", two)
spatial("F of three groups", [*two, maps(5, 200, 40, -0.5)], threshold=3.0)
spatial("t of two groups", two, stat_fun=ttest_ind_no_p, threshold=2.0)

# a correlation by a statistic of its own
x, y = maps(9, 100), np.array([math.sin(3 * i) for i in range(9)])


def corr(*groups):
    v = groups[0]
    r = np.array([stats.pearsonr(v[:, k], y).statistic for k in range(v.shape[1])])
    return r * np.sqrt((len(v) - 2) / (1 - r**2))


everything["correlation"] = dict(values=corr(x).tolist(), clusters=[])

# all ways to form two groups of 4 and 4
from itertools import combinations  # noqa: E402

x = np.concatenate([maps(4, 60), maps(4, 60, 20, 2.0)])
null, first = [], None
for in_a in combinations(range(8), 4):
    out = [i for i in range(8) if i not in in_a]
    t, c, _, _ = permutation_cluster_test([x[list(in_a)], x[out]], n_permutations=1, stat_fun=ttest_ind_no_p, threshold=2.0, tail=0, out_type="indices", seed=1)
    mass = [abs(t[k[0]].sum()) for k in c]
    null.append(max(mass, default=0.0))
    if first is None:
        first = (t, c, mass)
t, c, mass = first
p = [float(np.mean(np.array(null) >= m - 1e-9)) for m in mass]
everything["two groups of 4"] = result(t, c, p, lambda c: np.asarray(c[0]))
print(json.dumps(everything))
