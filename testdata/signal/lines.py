"""Reference values for the removal of lines of package signal, from MNE.

Writes lines.json beside this script.  Made with mne 1.13.2.

    python lines.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)

import mne
import numpy as np

mne.set_log_level("ERROR")
rng = np.random.default_rng(4)
fs = 250.0
n = 5003
t = np.arange(n) / fs
x = np.cumsum(rng.standard_normal(n)) * 0.05 + rng.standard_normal(n)
noise = x + 4
x = x + 2 * np.cos(2 * np.pi * 50 * t + 0.3) + 0.7 * np.sin(2 * np.pi * 100 * t) + np.sin(2 * np.pi * 17.3 * t)
x = np.round(x + 4, 4)
cases = []
for m, seconds in ((5003, 4.0), (5003, 4.004), (3000, 3.0), (2999, 10.0), (1000, 10.0), (1001, 3.0)):
    for p in (0.05, 1e-6):
        y = mne.filter.notch_filter(x[:m].copy(), fs, None, method="spectrum_fit", filter_length=f"{seconds}s", p_value=p)
        cases.append(dict(n=m, seconds=seconds, p=p, y=y[::37].tolist()))
# How far MNE stays from the noise, root mean square, where it is told the frequencies: lines on a
# frequency of the windows, and 0.03 Hz beside it.
errors = []
for off in (0.0, 0.03):
    z = noise + 2 * np.cos(2 * np.pi * (50 + off) * t + 0.3) + 0.7 * np.sin(2 * np.pi * 2 * (50 + off) * t)
    y = mne.filter.notch_filter(z, fs, [50.0, 100.0], method="spectrum_fit", filter_length="4s")
    errors.append(float(np.sqrt(np.mean((y - noise) ** 2))))
Path(__file__).with_suffix(".json").write_text(json.dumps(dict(fs=fs, x=x.tolist(), cases=cases, noise=np.round(noise, 4).tolist(), errors=errors)) + "\n")
