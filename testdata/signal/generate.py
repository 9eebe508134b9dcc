"""Reference values for package signal, from SciPy.

Writes signal.json beside this script: two signals and, for many settings and
for prefixes of them of many lengths (1, odd, prime, shorter than a segment),
what scipy.signal gives.  Made with scipy 1.17.1 and numpy 2.4.6.

    python generate.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy.signal as ss

warnings.filterwarnings("ignore")

rng = np.random.default_rng(20)
n = 997
t = np.arange(n) / 200.0
x = np.sin(2 * np.pi * 10 * t) + 0.7 * np.sin(2 * np.pi * 35.5 * t + 1) + 0.5 * rng.standard_normal(n) + 3 + 0.2 * t
y = 0.8 * np.roll(x, 3) + 0.6 * rng.standard_normal(n)
x, y = np.round(x, 4), np.round(y, 4)


def plain(v):
    if isinstance(v, np.ndarray):
        return [plain(i) for i in v]
    if isinstance(v, (np.floating, np.integer)):
        return v.item()
    if isinstance(v, dict):
        return {k: plain(i) for k, i in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(i) for i in v]
    return v


def detrend(name):
    return False if name == "none" else name


names = "hann hamming blackman blackmanharris nuttall flattop bartlett cosine boxcar".split()
windows = [dict(name=name, n=m, w=ss.get_window(name, m)) for name in names for m in (1, 2, 3, 8, 13)]

welch = []


def add_welch(length, fs=200.0, window="hann", seglen=1024, overlap=-1, trend="constant", scaling="density", average="mean"):
    size = min(seglen, length)
    f, p = ss.welch(
        x[:length], fs, window=window, nperseg=size, noverlap=size // 2 if overlap < 0 else overlap,
        detrend=detrend(trend), scaling=scaling, average=average,
    )
    welch.append(dict(len=length, fs=fs, window=window, seglen=seglen, overlap=overlap, detrend=trend,
                      scaling=scaling, average=average, f=f, p=p))


for length in (1, 2, 3, 4, 5, 7, 31, 64, 97, 100, 211):
    add_welch(length)
for length, seglen in ((997, 64), (997, 65), (997, 67), (500, 125), (128, 128), (128, 127), (256, 1000), (300, 1), (300, 2), (300, 3)):
    add_welch(length, seglen=seglen)
for name in names:
    add_welch(500, window=name, seglen=60)
    add_welch(500, window=name, seglen=61)
for overlap in (0, 1, 17, 59, 60):
    add_welch(500, seglen=61, overlap=overlap)
for trend in ("linear", "none"):
    for seglen in (1, 2, 60, 61):
        add_welch(431, seglen=seglen, trend=trend)
for scaling in ("density", "spectrum"):
    for length in (60, 100, 431, 500):
        add_welch(length, fs=1250.5, seglen=60, scaling=scaling, average="median")
    add_welch(431, fs=0.5, seglen=61, scaling=scaling)

coherence = []
for length, seglen, overlap, window, trend in (
    (997, 64, -1, "hann", "constant"),
    (997, 97, -1, "hamming", "linear"),
    (500, 61, 7, "blackman", "constant"),
    (500, 100, 0, "boxcar", "none"),
    (431, 101, 100, "hann", "none"),
    (200, 1024, -1, "hann", "constant"),
):
    size = min(seglen, length)
    f, c = ss.coherence(x[:length], y[:length], 200.0, window=window, nperseg=size,
                        noverlap=size // 2 if overlap < 0 else overlap, detrend=detrend(trend))
    coherence.append(dict(len=length, seglen=seglen, overlap=overlap, window=window, detrend=trend, f=f, p=c))

bandpower = []
for length, fs, lo, hi in (
    (997, 200.0, 8, 13), (500, 250.0, 4, 8), (500, 250.0, 8, 13), (499, 250.0, 30, 100), (100, 100.0, 0, 50),
    (997, 1000.0, 1, 4), (211, 200.0, 8, 12.5), (64, 64.0, 3, 4), (64, 64.0, 3.1, 5),
):
    f, p = ss.welch(x[:length], fs, nperseg=min(1024, length))
    inside = (f >= lo) & (f <= hi)
    bandpower.append(dict(len=length, fs=fs, lo=lo, hi=hi, power=np.trapezoid(p[inside], f[inside])))

kinds = dict(low="lowpass", high="highpass", band="bandpass", stop="bandstop")
filters = []


def add_filter(order, kind, fs, cut, lengths):
    sos = ss.butter(order, cut, kinds[kind], fs=fs, output="sos")
    runs = []
    for length in lengths:
        runs.append(dict(len=length, filtfilt=ss.sosfiltfilt(sos, x[:length]), filter=ss.sosfilt(sos, x[:length])))
    f = np.array([0, 0.003, 0.05, 0.1, 0.25, 0.4, 0.49]) * fs
    gain = np.abs(ss.freqz_sos(sos, f, fs=fs)[1])
    filters.append(dict(order=order, kind=kind, fs=fs, cut=np.atleast_1d(cut), sos=sos, runs=runs, f=f, gain=gain))


for order in range(1, 9):
    add_filter(order, "low", 200.0, 30, (67,))
    add_filter(order, "high", 200.0, 5, (71,))
    add_filter(order, "band", 200.0, [8, 13], (73, 60))
    add_filter(order, "stop", 200.0, [44, 57], (79,))
# Two poles equally far from the circle: SciPy orders the sections by rounding errors.
add_filter(4, "stop", 200.0, [45, 55], (79,))
add_filter(1, "low", 200.0, 99, (7, 8))
add_filter(1, "high", 200.0, 0.5, (7,))
add_filter(2, "low", 200.0, 30, (10, 11))
add_filter(3, "low", 200.0, 30, (13, 14))
add_filter(1, "band", 200.0, [1, 90], (101,))
add_filter(3, "band", 200.0, [1, 95], (101,))
add_filter(3, "stop", 200.0, [1, 95], (101,))
add_filter(4, "band", 1000.0, [1, 40], (211,))
add_filter(3, "band", 30000.0, [300, 6000], (151,))
add_filter(4, "high", 1000.0, 0.5, (211,))
add_filter(12, "low", 200.0, 20, (149,))
add_filter(10, "band", 200.0, [8, 30], (149,))
add_filter(15, "high", 200.0, 60, (149,))

hilbert = [dict(len=m, im=ss.hilbert(x[:m]).imag) for m in (1, 2, 3, 4, 5, 8, 13, 97, 100, 101, 202)]

out = dict(x=x, y=y, windows=windows, welch=welch, coherence=coherence, bandpower=bandpower, filters=filters, hilbert=hilbert)
Path(__file__).with_name("signal.json").write_text(json.dumps(plain(out), separators=(",", ":")) + "\n")
