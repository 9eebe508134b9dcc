"""Interpolated channels and current source densities by MNE-Python, for the tests of neuro/eeg.

Made with mne 1.13.2. Places are random on a head that is not quite a sphere and not about 0, in
mm; writes spline.json.

    python spline.py
"""

import json
from pathlib import Path

import mne
import numpy as np

mne.set_log_level("error")
rng = np.random.default_rng(3)
cases = []
for n, bad, origin, radius, kw in [
    (19, [3], (0.001, 0.012, 0.041), 0.09, {}),
    (31, [0, 7, 30], (0.0, 0.0, 0.04), 0.095, dict(lambda2=1e-4, stiffness=3, n_legendre_terms=30)),
    (64, [5, 6], (-0.002, 0.01, 0.05), 0.1, dict(lambda2=1e-6)),
    (7, [2], (0.0, 0.0, 0.0), 0.085, {}),
]:
    p = rng.standard_normal((n, 3)) + [0, 0, 0.6]
    p = p / np.linalg.norm(p, axis=1, keepdims=True) * (0.09 + 0.004 * rng.standard_normal((n, 1))) + origin
    names = [f"E{k}" for k in range(n)]
    x = rng.standard_normal((n, 5)) * 1e-5
    info = mne.create_info(names, 100.0, "eeg")
    info.set_montage(mne.channels.make_dig_montage(dict(zip(names, p)), coord_frame="head"))
    raw = mne.io.RawArray(x, info)
    csd = mne.preprocessing.compute_current_source_density(raw, sphere=(*origin, radius), **kw).get_data()
    raw.info["bads"] = [names[b] for b in bad]
    fixed = raw.copy().interpolate_bads(method=dict(eeg="spline"), origin=origin).get_data()
    cases.append(dict(
        at=(p * 1e3).tolist(), x=(x * 1e6).tolist(), bad=bad, origin=(np.array(origin) * 1e3).tolist(), radius=radius,
        smooth=kw.get("lambda2", 0), order=kw.get("stiffness", 0), terms=kw.get("n_legendre_terms", 0),
        fixed=(fixed[bad] * 1e6).tolist(), csd=(csd * 1e6).tolist()))
Path(__file__).with_name("spline.json").write_text(json.dumps(dict(mne=mne.__version__, cases=cases)))
