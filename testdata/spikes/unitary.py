"""Reference values of unitary events and of surprise.

Writes unitary.json beside this script, from elephant 1.2.1 and scipy 1.17.1.
Times are in ms.

    python unitary.py
"""

import json
import warnings
from pathlib import Path

import elephant.unitary_event_analysis as ue
import neo
import numpy as np
import quantities as pq
import scipy.stats as ss

warnings.filterwarnings("ignore")
rng = np.random.default_rng(5)
T, TRIALS, CELLS = 1000.0, 12, 3
trials = []
for k in range(TRIALS):
    common = rng.uniform(400, 600, 3)
    trains = [np.sort(np.r_[rng.uniform(0, T, rng.poisson(25)), common]).round(2) for _ in range(CELLS)]
    trials.append(trains)
trials[3][1] = np.array([])
neos = [[neo.SpikeTrain(s * pq.ms, t_stop=T * pq.ms) for s in t] for t in trials]
out = dict(t1=T, trials=[[list(map(float, s)) for s in t] for t in trials], cases=[])
for pattern, method in (((1, 1, 1), "TrialByTrial"), ((1, 0, 1), "TrialByTrial"), ((1, 1, 0), "TrialAverage"), ((1, 1, 1), "TrialAverage")):
    for b, w, s in ((5, 100, 5), (10, 200, 20), (4, 500, 100)):
        r = ue.jointJ_window_analysis(
            neos, bin_size=b * pq.ms, win_size=w * pq.ms, win_step=s * pq.ms,
            pattern_hash=ue.hash_from_pattern(pattern), method="analytic_" + method,
        )
        js = r["Js"][:, 0].astype(float)
        out["cases"].append(
            dict(pattern=pattern, method=method, bin=b, window=w, step=s,
                 found=r["n_emp"][:, 0].tolist(), expected=r["n_exp"][:, 0].tolist(),
                 j=[v if np.isfinite(v) else None for v in js.tolist()],
                 rate=(1000 * r["rate_avg"][:, 0, :].magnitude.T).tolist())
        )
out["surprise"] = [dict(n=n, mean=m, s=float(-ss.poisson.logsf(n - 1, m))) for n, m in ((1, 0.01), (3, 3.0), (10, 2.5), (30, 4.0), (5, 9.0), (200, 150.0), (100, 150.0))]
Path(__file__).with_name("unitary.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
