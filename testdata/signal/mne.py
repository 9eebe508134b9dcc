"""Reference values for multitaper spectra, wavelets and phase measures of package
signal at lengths that are odd, prime or short, from MNE.

Writes mne.json beside this script.  The F test is its formula in NumPy (Thomson
1982).  Made with mne 1.13.2, mne-connectivity 0.9.0, scipy 1.17.1, numpy 2.4.6.

    python mne.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)  # this file has the name of the package

import mne
import mne_connectivity as mc
import numpy as np
import scipy.stats as st

mne.set_log_level("ERROR")
FS = 100.0
rng = np.random.default_rng(5)
n = 211
t = np.arange(n) / FS
x = np.round(rng.standard_normal((6, 2, n)) + np.sin(2 * np.pi * 11 * t + rng.uniform(0, 1, (6, 1, 1))) + 0.5, 4)

multitaper = []
for m in (23, 50, 97, 128, 211):
    for bandwidth in (None, 12.0):
        p, f = mne.time_frequency.psd_array_multitaper(x[0, 0, :m], FS, bandwidth=bandwidth, normalization="full")
        row = dict(n=m, bandwidth=bandwidth or 0, p=p.tolist(), f=f.tolist())
        a = mne.time_frequency.psd_array_multitaper(x[0, 0, :m], FS, bandwidth=bandwidth, adaptive=True, normalization="full")[0]
        row["adaptive"] = a.tolist()
        y = x[0, 0, :m] - x[0, 0, :m].mean()
        nw = 4.0 if bandwidth is None else bandwidth * m / (2 * FS)
        v, e = mne.time_frequency.multitaper.dpss_windows(m, nw, int(2 * nw), sym=False)
        X = np.fft.rfft(v * y, axis=1)
        U = v.sum(axis=1)
        U[1::2] = 0
        mu = (U[:, None] * X).sum(0) / (U**2).sum()
        F = (len(v) - 1) * np.abs(mu) ** 2 * (U**2).sum() / (np.abs(X - mu * U[:, None]) ** 2).sum(0)
        row["F"] = F.tolist()
        row["pvalue"] = st.f.sf(F, 2, 2 * len(v) - 2).tolist()
        multitaper.append(row)

freqs = np.array([8.0, 13.0, 21.0, 34.0])
cycles = np.array([3.0, 4.0, 5.0, 7.0])
morlet = []
for m in (101, 150, 211):
    kw = dict(sfreq=FS, freqs=freqs, n_cycles=cycles, zero_mean=True)
    power = mne.time_frequency.tfr_array_morlet(x[:, :, :m], output="avg_power", **kw)
    itc = mne.time_frequency.tfr_array_morlet(x[:, :, :m], output="itc", **kw)
    morlet.append(dict(n=m, power=power[:, :, ::10].tolist(), itc=itc[:, :, ::10].tolist()))

methods = "coh imcoh plv ciplv ppc pli pli2_unbiased dpli wpli wpli2_debiased".split()
connectivity = []
for m in (50, 97, 211):
    for mode in ("fourier", "multitaper"):
        res = mc.spectral_connectivity_epochs(x[:, :, :m], method=methods, sfreq=FS, mode=mode, fmin=5, fmax=40, mt_bandwidth=10.0, verbose=False)
        connectivity.append(dict(n=m, mode=mode, values=[r.get_data("dense")[1, 0].tolist() for r in res]))

Path(__file__).with_suffix(".json").write_text(
    json.dumps(dict(fs=FS, x=x.tolist(), multitaper=multitaper, freqs=freqs.tolist(), cycles=cycles.tolist(), morlet=morlet, connectivity=connectivity)) + "\n"
)
