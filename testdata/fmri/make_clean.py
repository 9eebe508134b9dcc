"""Series cleaned by nilearn.signal.clean.

    python make_clean.py > clean.json

Each case holds what goes in (as formulas of the time and the series, which the
test repeats), the options, and what comes out. Where volumes are dropped before a
Butterworth filter none is as far from one end as another dropped one is from the
other: nilearn 0.14.1 inverts indexes bit by bit (~mask) and fills the mirrored
places. Made with nilearn 0.14.1, numpy 2.4.6, scipy 1.17.1.
"""

import json
import warnings

import numpy as np
from nilearn.signal import clean

warnings.filterwarnings("ignore")


def series(n, m):
    t, j = np.arange(n)[:, None], np.arange(m)[None, :]
    return 500 + 40 * j + 0.3 * t * (1 + j % 3) + 9 * np.sin(0.9 * t * t + 1.7 * j) + 6 * np.cos(0.05 * t + j)


def confounds(n, k):
    t, j = np.arange(n)[:, None], np.arange(k)[None, :]
    return np.sin(0.31 * (j + 1) * t + 0.01 * t * t) + 0.2 * j + 0.02 * (j - 1) * t


CASES = [
    dict(n=120, m=5),
    dict(n=101, m=1, standardize="psc"),
    dict(n=101, m=3, detrend=False, standardize=None, k=4),
    dict(n=101, m=3, detrend=False, k=4, standardize_confounds=False),
    dict(n=101, m=3, detrend=False, k=4, standardize_confounds=False, standardize="psc"),
    dict(n=97, m=130, k=6, filter="butterworth", low_pass=0.1, high_pass=0.01),
    dict(n=97, m=3, k=6, filter="butterworth", low_pass=0.1, high_pass=0.01, standardize="psc"),
    dict(n=97, m=2, filter="butterworth", low_pass=0.08, standardize=None),
    dict(n=97, m=2, detrend=False, filter="butterworth", low_pass=0.08, standardize="psc"),
    dict(n=97, m=2, detrend=False, filter="butterworth", high_pass=0.02, standardize=None),
    dict(n=50, m=2, filter="butterworth", high_pass=0.02, order=2, k=1),
    dict(n=150, m=3, filter="cosine", high_pass=0.01, k=3),
    dict(n=150, m=3, filter="cosine", high_pass=0.01, detrend=False, standardize="psc"),
    dict(n=150, m=2, filter="cosine", high_pass=0.008, t_r=0.72, k=2),
    dict(n=90, m=3, k=2, drop=[0, 1, 5, 6, 40, 41, 42, 70]),
    dict(n=90, m=3, filter="cosine", high_pass=0.01, k=2, drop=[0, 1, 5, 6, 40, 41, 42, 70], standardize="psc"),
    dict(n=91, m=3, k=2, filter="butterworth", low_pass=0.1, high_pass=0.01, drop=[3, 4, 5, 30, 41, 42, 70]),
    dict(n=91, m=3, k=2, filter="butterworth", low_pass=0.1, drop=[0, 1, 2, 30, 41, 42, 70], standardize="psc"),
    dict(n=91, m=3, k=2, filter="butterworth", low_pass=0.1, drop=[30, 41, 87, 88, 89, 90], standardize=None),
    dict(n=91, m=3, k=2, filter="butterworth", high_pass=0.01, drop=[0, 1, 30, 41, 42, 70], extrapolate=True, standardize=None),
]


def run(c):
    o = dict(c)
    n, m, k, drop = o.pop("n"), o.pop("m"), o.pop("k", 0), o.pop("drop", [])
    if k:
        o["confounds"] = confounds(n, k)
    if drop:
        o["sample_mask"] = np.setdiff1d(np.arange(n), drop)
    if "order" in o:
        o["butterworth__order"] = o.pop("order")
    o.setdefault("filter", False)
    o.setdefault("t_r", 2.0)
    out = clean(series(n, m), **o)
    keep = slice(None) if m < 100 else slice(None, None, 43)
    return dict(c, out=[[float("%.13g" % v) for v in row] for row in out[:, keep]])


def main():
    print("[")
    print(",\n".join(json.dumps(run(c)) for c in CASES))
    print("]")


main()
