"""SPM's stored responses, from the .mat file that nipy ships, as JSON.

    python make_spm.py spm_hrfs.mat > spm_hrfs.json

spm_hrfs.mat holds 54 outputs of SPM's spm_hrf for six parameters each
(dt, peak, undershoot, two dispersions, ratio); nipy 0.6.1, BSD-3.
Needs scipy.
"""

import json
import sys

import scipy.io

stored = scipy.io.loadmat(sys.argv[1], squeeze_me=True)
names = ("dt", "peak", "undershoot", "peak_dispersion", "undershoot_dispersion", "ratio")
out = [
    dict(zip(names, [float(v) for v in params]), hrf=[float(v) for v in hrf])
    for params, hrf in zip(stored["params"], stored["hrfs"])
]
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
