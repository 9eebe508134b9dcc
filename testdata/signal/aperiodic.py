"""Reference values for the aperiodic fit and the Lomb-Scargle spectrum of package
signal, from fooof and SciPy.

Writes aperiodic.json beside this script.  Made with fooof 1.1.1, scipy 1.17.1 and
numpy 2.4.6.

    python aperiodic.py
"""

import json
import warnings
from pathlib import Path

import fooof
import numpy as np
import scipy.signal as ss

warnings.filterwarnings("ignore")

rng = np.random.default_rng(11)
f = np.arange(1, 60.5, 0.5)
cases = []
for mode, offset, knee, exponent, peaks in (
    ("fixed", 1.0, 0, 1.3, [(10, 0.7, 1.2), (22, 0.4, 2.0)]),
    ("fixed", -2.0, 0, 2.1, []),
    ("fixed", 3.0, 0, 0.6, [(7, 0.9, 1.0), (12, 0.8, 1.0), (40, 0.5, 4.0)]),
    ("knee", 2.0, 50, 2.0, [(10, 0.5, 1.0)]),
    ("knee", 1.0, 300, 2.5, [(20, 0.4, 2.0), (45, 0.3, 2.0)]),
    ("knee", 4.0, 10, 1.6, []),
):
    bumps = sum((h * np.exp(-((f - m) ** 2) / (2 * sd**2)) for m, h, sd in peaks), 0 * f)
    p = np.round(offset - np.log10(knee + f**exponent) + bumps + 0.02 * rng.standard_normal(len(f)), 6)
    m = fooof.FOOOF(peak_width_limits=[1, 12], max_n_peaks=6, min_peak_height=0.1, aperiodic_mode=mode, verbose=False)
    m.fit(f, 10**p, [1, 60])
    cases.append(dict(mode=mode, f=f.tolist(), p=p.tolist(), aperiodic=m.aperiodic_params_.tolist(), peaks=m.peak_params_.tolist(), r2=m.r_squared_, error=m.error_))

t = np.round(np.sort(rng.uniform(0, 20, 83)), 4)
x = np.round(np.sin(2 * np.pi * 1.3 * t) + 0.5 * rng.standard_normal(len(t)) + 4, 4)
freq = np.linspace(0.05, 5, 60)
lomb = ss.lombscargle(t, x - x.mean(), 2 * np.pi * freq, normalize=True)
Path(__file__).with_suffix(".json").write_text(json.dumps(dict(cases=cases, t=t.tolist(), x=x.tolist(), freq=freq.tolist(), lomb=lomb.tolist())) + "\n")
