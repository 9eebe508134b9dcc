"""Peers' values on recordings that are not part of this repository, for real_test.go of
neuro/decode: python real.py FETCHED > real.json

FETCHED is the folder of downloads: pynapple/A8604-211122.nwb (three units of a mouse's head-direction
system), PySpike/PySpike_testdata.txt (40 trains) and rsatoolbox/92_*.mat (Kriegeskorte et al. 2008).
Only what the peers make of them is kept. Peers: pynapple 0.11.4, pyspike 0.9.0, elephant 1.2.1, scipy.
"""
import hashlib
import json
import sys
import warnings

import h5py
import neo
import numpy as np
import pynapple as nap
import pyspike
import quantities as pq
import scipy.io
import scipy.stats
from elephant.spike_train_correlation import spike_time_tiling_coefficient
from elephant.spike_train_dissimilarity import van_rossum_distance, victor_purpura_distance
from elephant.statistics import cv, cv2, isi, lv, lvr

warnings.filterwarnings("ignore")
root = sys.argv[1]

# Trains of PySpike, and odd ones: without spikes, one spike, one at each end, ties with another train,
# the same train again.
trains = [np.array(line.split(), float) for line in open(f"{root}/PySpike/PySpike_testdata.txt") if line.strip() and line[0] != "#"]
few = trains[:12] + [np.array([]), np.array([2000.0]), np.array([0.0, 4000.0]), trains[0][::2], trains[3], np.array([1322.2, 1576.1, 1576.2])]
ps = [pyspike.SpikeTrain(t, (0.0, 4000.0)) for t in few]
el = [neo.SpikeTrain(t * pq.ms, t_start=0 * pq.ms, t_stop=4000 * pq.ms) for t in few]
sttc = [[0.0] * len(el) for _ in el]
for i, a in enumerate(el):
    for j, b in enumerate(el):
        v = float(spike_time_tiling_coefficient(a, b, dt=20 * pq.ms))
        sttc[i][j] = v if v == v else None
pairs = dict(
    isi=pyspike.isi_distance_matrix(ps).tolist(), spike=pyspike.spike_distance_matrix(ps).tolist(), sync=pyspike.spike_sync_matrix(ps).tolist(),
    victor=np.asarray(victor_purpura_distance(el, 0.02 / pq.ms)).tolist(), rossum=np.asarray(van_rossum_distance(el, 15 * pq.ms)).tolist(), sttc=sttc)

# Units of the NWB file. Where the numbers lie in it tells those who do not read HDF5.
path = f"{root}/pynapple/A8604-211122.nwb"
with h5py.File(path) as f:
    d = f["units/spike_times"]
    offset, ends = d.id.get_offset(), [int(v) for v in f["units/spike_times_index"][:]]
    units = np.split(d[:], ends[:-1])
units = [np.sort(u) for u in units]
sts = [neo.SpikeTrain(u * 1000 * pq.ms, t_stop=1088000 * pq.ms) for u in units]
group = nap.TsGroup({i: nap.Ts(u) for i, u in enumerate(units)}, time_support=nap.IntervalSet(0, 1088))
# Bins whose borders no lag is on: times are thirtieths of a millisecond.
cross = nap.compute_crosscorrelogram(group, 1.999, 99.95, ep=nap.IntervalSet(0, 1088), norm=False, time_units="ms")
# An angle that turns at changing speed: the file has none of the animal.
t = np.arange(0, 1088, 0.02)
angle = np.mod(t / 3 + 2 * np.sin(t / 11), 2 * np.pi)
feature = nap.Tsd(t, angle)
curves = nap.compute_tuning_curves(group, feature, bins=36, range=(0, 2 * np.pi))
best, posterior = nap.decode_bayes(curves, group, nap.IntervalSet(100, 160), 0.25, uniform_prior=True)
nwb = dict(sha256=hashlib.sha256(open(path, "rb").read()).hexdigest(), offset=int(offset), ends=ends,
           cv=[float(cv(isi(s))) for s in sts], cv2=[float(cv2(isi(s))) for s in sts], lv=[float(lv(isi(s))) for s in sts],
           lvr=[float(lvr(isi(s), R=5 * pq.ms)) for s in sts],
           cross={"%d-%d" % k: cross[k].values.tolist() for k in cross.columns},
           curves=curves.values.tolist(), best=np.asarray(best.values).ravel().tolist(), probability=np.asarray(posterior.values).max(axis=1).tolist())

# Dissimilarities of 92 pictures: four people's (mean of two sessions) and models.
upper = np.triu_indices(92, 1)
brain = scipy.io.loadmat(f"{root}/rsatoolbox/92_brainRDMs.mat")["RDMs"]
people = [np.mean([brain["RDM"][0, p, s][upper].astype(float) for s in range(2)], axis=0) for p in range(4)]
models = scipy.io.loadmat(f"{root}/rsatoolbox/92_modelRDMs.mat")["Models"]
names, spearman, pearson = [], [], []
for m in range(models.shape[1]):
    v = np.asarray(models["RDM"][0, m], float)[upper]
    names.append(str(models["name"][0, m][0]))
    spearman.append([float(scipy.stats.spearmanr(v, p)[0]) for p in people])
    pearson.append([float(np.corrcoef(v, p)[0, 1]) for p in people])
print(json.dumps(dict(pairs=pairs, nwb=nwb, rdm=dict(names=names, spearman=spearman, pearson=pearson))))
