"""Reference values for time-frequency figures and confidence bands, from SciPy.

Writes timefreq.json beside this script. Made with scipy 1.17.1.

    python timefreq.py
"""

import json
from pathlib import Path

import numpy as np
import scipy.signal as ss
import scipy.stats as st

rng = np.random.default_rng(6)
x = np.round(rng.standard_normal(200) + np.sin(np.arange(200) / 5), 4)
f, t, p = ss.spectrogram(x, 50.0, window="hann", nperseg=32, noverlap=16, detrend="constant")
chi2 = [dict(df=df, x=v, p=st.chi2.cdf(v, df)) for df in (0.5, 1, 2, 3.7, 20, 150.25) for v in (0.01, 0.5, 1, 4, 30, 180)]
quantile = [dict(df=df, p=q, x=st.chi2.ppf(q, df)) for df in (0.5, 1, 2, 3.7, 20, 150.25, 4000) for q in (0.005, 0.025, 0.5, 0.975, 0.9995)]
out = dict(x=x.tolist(), fs=50.0, f=f.tolist(), t=t.tolist(), p=p.tolist(), chi2=chi2, quantile=quantile)
Path(__file__).with_name("timefreq.json").write_text(json.dumps(out))
