"""The work of clusters.go with MNE: python clusters.py [signs|F|tfce] [subjects] [times] [n]"""
import json
import resource
import sys
import time

import mne
import numpy as np
from scipy import stats

mne.set_log_level("ERROR")
step = sys.argv[1] if len(sys.argv) > 1 else "signs"
subjects, times, n = (int(a) for a in (sys.argv[2:] + ["20", "300", "1000"][len(sys.argv[2:]):]))
names = ("Fp1 AF7 AF3 F1 F3 F5 F7 FT7 FC5 FC3 FC1 C1 C3 C5 T7 TP7 CP5 CP3 CP1 P1 P3 P5 P7 P9 PO7 PO3 O1 Iz Oz POz Pz CPz "
         "Fpz Fp2 AF8 AF4 AFz Fz F2 F4 F6 F8 FT8 FC6 FC4 FC2 FCz Cz C2 C4 C6 T8 TP8 CP6 CP4 CP2 P2 P4 P6 P8 P10 PO8 PO4 O2").split()
rng = np.random.default_rng(1)
x = rng.standard_normal((subjects, times, len(names)))
for t in range(1, times):
    x[:, t] += 0.9 * x[:, t - 1]
x += np.exp(-((np.arange(times) / times - 0.5) / 0.05) ** 2 / 2)[:, None]
info = mne.create_info(names, 250.0, "eeg")
info.set_montage("spherical_1005")
near, _ = mne.channels.find_ch_adjacency(info, "eeg")
best = [np.inf, np.inf]
for _ in range(3):
    cpu, wall = time.process_time(), time.perf_counter()
    if step == "signs":
        r = mne.stats.spatio_temporal_cluster_1samp_test(x, adjacency=near, n_permutations=n, seed=1, n_jobs=1)
    elif step == "tfce":
        r = mne.stats.spatio_temporal_cluster_1samp_test(x, adjacency=near, n_permutations=n, seed=1, n_jobs=1, threshold=dict(start=0, step=0.08))
    else:
        half = subjects // 2
        r = mne.stats.spatio_temporal_cluster_test([x[:half], x[half:]], adjacency=near, n_permutations=n, seed=1, n_jobs=1)
    best = [min(best[0], time.perf_counter() - wall), min(best[1], time.process_time() - cpu)]
    if step == "tfce":
        break
print(json.dumps(dict(bench="clusters", step=step, size=x.size, wall_s=best[0], cpu_s=best[1], clusters=len(r[1]),
                      peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
