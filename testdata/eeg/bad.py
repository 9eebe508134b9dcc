"""Measures of bad channels by NumPy and SciPy, for the tests of neuro/eeg. Writes bad.json.

Made with numpy 2.4.6 and scipy 1.17.1. The recording is made of integers, so that the test can make it again:
24 channels of 30011 samples at 250 Hz see six sources through weights that change slowly from one to the next.

    python bad.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import signal, stats

C, N, FS = 24, 30011, 250.0


def simulated():
    state = 99

    def draw():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 44) % 4001 - 2000

    source = np.zeros((6, N))
    for s in range(6):
        last = 0
        for i in range(N):
            last = (last * 31) // 32 + draw()
            source[s, i] = last
    x = np.zeros((C, N))
    for c in range(C):
        for s in range(6):
            x[c] += source[s] * max(0, 8 - min(abs(c - 4 * s), C - abs(c - 4 * s)))
        for i in range(N):
            x[c, i] += 4 * draw()
    x /= 4096
    x[3] *= 9  # loose
    for i in range(N):
        x[7, i] += draw() / 16  # noise of high frequency
    last = 0
    for i in range(N):
        last = (last * 31) // 32 + draw()
        x[11, i] = last / 128  # sees something else
    x[15, 5000:6000] = x[15, 5000]  # drops out
    x[19] = 2.5  # flat
    return x


x = simulated()
use = [c for c in range(C) if c != 19]
amp = 0.7413 * stats.iqr(x[use], axis=1)
dev = (amp - np.median(amp)) / (0.7413 * stats.iqr(amp))
h = signal.firwin(101, 50, fs=FS, window="hamming")
low = np.array([np.convolve(np.pad(x[c], 50, "reflect", reflect_type="odd"), h, "valid") for c in use])
mad = lambda a: stats.median_abs_deviation(a, axis=-1)
ratio = mad(x[use] - low) / mad(low)
noise = (ratio - np.median(ratio)) / (1.4826 * mad(ratio))
size, un, drop = 250, np.zeros(len(use)), np.zeros(len(use))
windows = N // size
for w in range(windows):
    y = low[:, w * size : (w + 1) * size]
    flat = mad(y) <= 1e-10 * amp
    with np.errstate(all="ignore"):
        r = np.abs(np.nan_to_num(np.corrcoef(y)))
    np.fill_diagonal(r, 0)
    r[:, flat] = 0
    most = np.quantile(r, 0.98, axis=1)
    drop += flat
    un += ~flat & (most < 0.4)
out = dict(checksum=float(np.abs(x).sum()), use=use, deviation=dev.tolist(), noise=noise.tolist(), uncorrelated=(un / windows).tolist(), dropout=(drop / windows).tolist())
Path(__file__).with_name("bad.json").write_text(json.dumps(out))
for k in ("deviation", "noise", "uncorrelated", "dropout"):
    print(k, np.round(out[k], 2).tolist())
