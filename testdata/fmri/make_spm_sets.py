"""Basis sets as spm_get_bf of SPM12 makes them, its steps written in NumPy.

    python make_spm_sets.py > spm_sets.json

Each row is a sample every 16 bins. Needs NumPy and SciPy.
"""

import json

import numpy as np
from scipy.stats import gamma


def orth(x):
    """spm_orth: each column without what those before it explain."""
    out = x[:, :1]
    for i in range(1, x.shape[1]):
        d = x[:, i] - out @ (np.linalg.pinv(out) @ x[:, i])
        out = np.column_stack([out, d])
    return out


def basis(name, dt, length, order):
    pst = np.arange(int(length / dt * (1 + 1e-12)) + 1) * dt
    if name == "spm12-gamma":  # spm_gamma_bf: means and variances 2^(i+1)
        columns = []
        for i in range(2, 2 + order):
            m = 2.0**i
            s = np.sqrt(m)
            columns.append(gamma.pdf(pst, (m / s) ** 2, scale=s**2 / m))
        return orth(np.column_stack(columns))
    pst = pst / pst.max()
    g = (1 - np.cos(2 * np.pi * pst)) / 2 if name == "spm12-hanning" else np.ones_like(pst)
    columns = [g]
    for i in range(1, order + 1):
        columns += [g * np.sin(i * 2 * np.pi * pst), g * np.cos(i * 2 * np.pi * pst)]
    return orth(np.column_stack(columns))


out = []
for name, dt, length, order in [
    ("spm12-gamma", 0.05, 32, 3),
    ("spm12-gamma", 0.1, 27.3, 5),
    ("spm12-fourier", 0.05, 32, 3),
    ("spm12-fourier", 0.125, 20, 1),
    ("spm12-hanning", 0.05, 32, 3),
    ("spm12-hanning", 0.1, 25.04, 4),
]:
    x = basis(name, dt, length, order)[::16]
    out.append(dict(name=name, dt=dt, length=length, order=order, x=x.tolist()))
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
