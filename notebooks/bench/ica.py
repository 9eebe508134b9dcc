"""The work of ica.go with MNE: python ica.py [fastica|infomax|extended-infomax|apply|lines|lines-50] [seconds]

infomax and extended-infomax are picard's, the fastest peer; mne-infomax is MNE's own, with 10 iterations at most."""
import json
import resource
import sys
import time

import mne
import numpy as np

mne.set_log_level("ERROR")
step = sys.argv[1] if len(sys.argv) > 1 else "fastica"
seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
n = seconds * 1000
rng = np.random.default_rng(1)
s = rng.standard_normal((64, n))
s *= np.abs(s)
s[0] = 3 * np.sin(2 * np.pi * 50 * np.arange(n) / 1000)
x = rng.standard_normal((64, 64)) @ s
raw = mne.io.RawArray(x * 1e-6, mne.create_info(64, 1000.0, "eeg"))
del s


def fit(method, **kw):
    return mne.preprocessing.ICA(20, method=method, random_state=0, **kw).fit(raw, decim=5)


ica = fit("fastica") if step == "apply" else None
best = [np.inf, np.inf]
for _ in range(1 if step == "mne-infomax" else 3):
    y = raw.copy() if step == "apply" else x[:8].copy()
    cpu, wall = time.process_time(), time.perf_counter()
    if step == "fastica":
        fit("fastica")
    elif step in ("infomax", "extended-infomax"):
        fit("picard", fit_params=dict(ortho=False, extended=step != "infomax", tol=1e-6))
    elif step == "mne-infomax":
        fit("infomax", max_iter=10)
    elif step == "apply":
        ica.apply(y, exclude=[0, 3])
    elif step == "lines":
        mne.filter.notch_filter(y, 1000.0, None, method="spectrum_fit", copy=False)
    else:
        mne.filter.notch_filter(y, 1000.0, np.arange(50, 500, 50.0), method="spectrum_fit", copy=False)
    best = [min(best[0], time.perf_counter() - wall), min(best[1], time.process_time() - cpu)]
print(json.dumps(dict(bench="ica", step=step, size=x.size, wall_s=best[0], cpu_s=best[1], peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
