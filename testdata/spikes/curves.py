"""Reference values of tuning curves, their information and Bayesian decoding with pynapple 0.11.4:
    python curves.py > curves.json
"""
import json
import warnings
import numpy as np
warnings.filterwarnings("ignore")
import pynapple as nap

rng = np.random.default_rng(11)
out = []
for features, bins, fixed, cells, epochs in [(1, [12], None, 5, None), (2, [5, 7], None, 4, None), (1, [9], [(-0.5, 1.2)], 3, None), (2, [4, 4], [(-1, 1), (-1.0, 0.8)], 6, [(3, 21.5), (30, 52)])]:
    n = 1500
    t = np.sort(np.round(rng.uniform(0, 60, n), 6))
    x = np.array([np.sin(2 * np.pi * t / (9 + 4 * f)) + 0.05 * rng.standard_normal(n) for f in range(features)])
    trains = []
    for c in range(cells):
        place = rng.uniform(-1, 1, features)
        p = 0.02 + 0.5 * np.exp(-((x - place[:, None]) ** 2).sum(0) / 0.3)
        s = np.sort(np.concatenate([t[rng.random(n) < p] + np.round(rng.uniform(-0.01, 0.01), 6), rng.uniform(-1, 61, 20)]))
        trains.append(np.round(s, 6))
    group = nap.TsGroup({i: nap.Ts(s) for i, s in enumerate(trains)})
    f = nap.Tsd(t, x[0]) if features == 1 else nap.TsdFrame(t, x.T)
    ep = None if epochs is None else nap.IntervalSet(*zip(*epochs))
    kw = dict(bins=bins[0] if features == 1 else bins, range=fixed, epochs=ep)
    curves = nap.compute_tuning_curves(group, f, **kw)
    info = nap.compute_mutual_information(curves)
    case = dict(t=(t * 1000).tolist(), x=x.tolist(), cells=[(s * 1000).tolist() for s in trains], bins=bins, range=fixed,
                epochs=None if epochs is None else (np.array(epochs) * 1000).tolist(),
                rate=[[None if np.isnan(v) else v for v in r.ravel()] for r in curves.values], occupancy=curves.attrs["occupancy"].ravel().tolist(),
                fs=float(curves.attrs["fs"]), second=info["bits/sec"].tolist(), spike=info["bits/spike"].tolist(), decoded=[])
    if not np.isnan(curves.values).any():
        for bin_size, flat in [(0.25, True), (0.1, False)]:
            window = nap.IntervalSet(10, 20)
            best, post = nap.decode_bayes(curves, group, window, bin_size, uniform_prior=flat)
            case["decoded"].append(dict(bin=bin_size * 1000, flat=flat, time=(best.t * 1000).tolist(), best=np.atleast_2d(best.values.T).tolist(),
                                        posterior=post.values.reshape(len(post), -1)[::7].tolist()))
    out.append(case)
print(json.dumps(json.loads(json.dumps(out), parse_float=lambda v: float("%.14g" % float(v)))))
