"""Slices brought to one time, with NumPy and SciPy.

    python make_slicetiming.py > slicetiming.json

"fourier" is what SPM12's spm_slice_timing does, written with numpy.fft; "cubic" is
scipy.ndimage.map_coordinates of order 3 with mode "mirror". The run has nt volumes of
2 x 1 voxels in as many slices as there are times; it is a formula that the test
repeats. Made with numpy 2.4.6, scipy 1.17.1.
"""

import json

import numpy as np
from scipy.ndimage import map_coordinates

CASES = [
    (7, 2.0, [0, 1.0, 0.5, 1.5], 0.75),
    (20, 2.5, [0, 0.5, 1.0, 1.5, 2.0], 1.0),
    (31, 0.8, [0.4, 0, 0.6, 0.2], 0.0),
    (64, 2.0, [0, 0.9, 1.8], 0.9),
    (121, 2.5, [1.2, 2.4, 0], 2.5),
    (2, 2.0, [1.0, 0.0], 0.5),
]


def series(nt, slices):
    t = np.arange(nt)[:, None, None]
    s = np.arange(slices)[None, :, None]
    x = np.arange(2)[None, None, :]
    return 100 + 10 * s + 3 * x + 0.1 * t + 5 * np.sin(0.4 * t + s + 2 * x) + 2 * np.cos(1.9 * t * (1 + x) + s)


def fourier(y, ahead):
    n = len(y)
    m = 2 ** (int(np.floor(np.log2(n))) + 1)
    pad = np.linspace(y[-1], y[0], m - n) if m - n > 1 else y[:1]
    x = np.concatenate([y, pad])
    phi = np.zeros(m)
    phi[1 : m // 2 + 1] = ahead * 2 * np.pi * np.arange(1, m // 2 + 1) / m
    phi[m // 2 + 1 :] = -phi[1 : m // 2][::-1]
    return np.real(np.fft.ifft(np.fft.fft(x) * (np.cos(phi) + 1j * np.sin(phi))))[:n]


out = []
for nt, tr, times, to in CASES:
    y = series(nt, len(times))
    f, c = np.empty_like(y), np.empty_like(y)
    for s, time in enumerate(times):
        a = (to - time) / tr
        for x in range(2):
            f[:, s, x] = fourier(y[:, s, x], a)
            c[:, s, x] = map_coordinates(y[:, s, x], [np.arange(nt) + a], order=3, mode="mirror")
    out.append(dict(nt=nt, tr=tr, times=times, to=to, fourier=np.round(f, 10).ravel().tolist(), cubic=np.round(c, 10).ravel().tolist()))
print(json.dumps(out))
