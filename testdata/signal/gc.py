"""Reference values of Granger causality over frequency for package signal, from
mne_connectivity: from spectra by way of autocovariances and the state space.

Writes gc.json beside this script.  Made with mne 1.13.2, mne-connectivity 0.9.0.

    python gc.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)  # this folder has a file of the name of a package

import mne
import mne_connectivity as mc
import numpy as np

mne.set_log_level("ERROR")
rng = np.random.default_rng(30)
trials, n, fs = 12, 128, 128.0
x = np.zeros((trials, 3, n + 100))
for t in range(2, n + 100):
    x[:, :, t] = rng.standard_normal((trials, 3))
    x[:, 0, t] += 1.2 * x[:, 0, t - 1] - 0.7 * x[:, 0, t - 2]
    x[:, 1, t] += 0.4 * x[:, 1, t - 1] + 0.5 * x[:, 0, t - 2]
    x[:, 2, t] += 0.6 * x[:, 1, t - 1]
x = np.round(x[:, :, 100:], 4)
out = dict(x=x.tolist(), fs=fs, lags=6, bandwidth=8.0)
seeds, targets = [0, 1, 0, 2], [1, 0, 2, 1]
out["from"], out["to"] = seeds, targets
c = mc.spectral_connectivity_epochs(x, method="gc", indices=([[s] for s in seeds], [[t] for t in targets]), sfreq=fs, mode="multitaper",
                                    mt_bandwidth=8.0, fmin=0, fmax=fs / 2, gc_n_lags=6)
out["f"], out["gc"] = list(map(float, c.freqs)), c.get_data().tolist()
(Path(__file__).resolve().parent / "gc.json").write_text(json.dumps(out) + "\n")
