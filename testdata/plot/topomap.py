"""Spherical splines from MNE-Python's interpolation matrix. Writes topomap.json.

Made with mne 1.13.2. Places and values are random; the matrix is that of
mne.channels.interpolation with alpha 1e-5, whose terms end at 50.

    python topomap.py
"""

import json
from pathlib import Path

import numpy as np
from mne.channels.interpolation import _make_interpolation_matrix

rng = np.random.default_rng(9)
unit = lambda p: p / np.linalg.norm(p, axis=1, keepdims=True)
src, dst = unit(rng.standard_normal((19, 3)) + [0, 0, 0.7]), unit(rng.standard_normal((12, 3)) + [0, 0, 0.7])
v = rng.standard_normal(19)
m = _make_interpolation_matrix(src, dst, alpha=1e-5)
out = dict(at=src.tolist(), values=v.tolist(), to=dst.tolist(), want=(m @ v).tolist())
Path(__file__).with_name("topomap.json").write_text(json.dumps(out))
