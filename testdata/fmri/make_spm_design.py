"""Designs and basis functions that SPM stored, from files that nipy ships, as JSON.

    python make_spm_design.py spm_dmtx.npz spm_bases.mat > spm_design.json

spm_dmtx.npz holds two designs of SPM: 100 volumes 1 s apart, three conditions
of three events, brief in the first and 10 s long in the second (the onsets are
in nipy's test_dmtx.py). spm_bases.mat holds SPM's response and its differences
in time and width every 0.01 s; the basis here is made orthogonal from the left
with NumPy's least squares, and every 16th value is kept. nipy 0.6.1, BSD-3.
"""

import json
import sys

import numpy as np
import scipy.io

stored = np.load(sys.argv[1])
bases = scipy.io.loadmat(sys.argv[2])
basis = np.hstack([bases[k] for k in ("hrf", "dhrf", "ddhrf")])
for j in range(1, 3):
    before = basis[:, :j]
    for _ in range(2):
        basis[:, j] -= before @ np.linalg.lstsq(before, basis[:, j], rcond=None)[0]
onsets = {"c0": [30, 50, 70], "c1": [10, 30, 80], "c2": [30, 40, 60]}
print(json.dumps(dict(
    onsets=onsets,
    brief=stored["arr_0"][:, :3].tolist(),
    block=stored["arr_1"][:, :3].tolist(),
    basis=basis[::16].tolist(),
)))
