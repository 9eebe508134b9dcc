"""Reference values of quality metrics: numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1.

    python quality.py > quality.json

The definitions are those that SpikeInterface 0.101 and the Allen Institute's ecephys use, written
out here with the libraries' own functions.
"""

import json

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.distance import cdist
from scipy.stats import chi2
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import NearestNeighbors

rng = np.random.default_rng(11)


def isolation(x, labels, which):
    own, others = x[labels == which], x[labels != which]
    mean = own.mean(axis=0, keepdims=True)
    far = np.sort(cdist(mean, others, "mahalanobis", VI=np.linalg.inv(np.cov(own.T)))[0]) ** 2
    n = min(len(own), len(others))
    y = labels == which
    f = LinearDiscriminantAnalysis(n_components=1).fit_transform(x, y)[:, 0]
    d = (f[y].mean() - f[~y].mean()) / np.sqrt(0.5 * (f[y].var() + f[~y].var()))
    a = cdist(mean, own)[0]
    b = min((cdist(x[labels == u].mean(axis=0, keepdims=True), own)[0] for u in np.unique(labels) if u != which), key=np.mean)
    both = np.concatenate([own, others])
    near = NearestNeighbors(n_neighbors=5).fit(both).kneighbors(both)[1][:, 1:]
    return dict(
        lratio=float(chi2.sf(far, x.shape[1]).sum() / len(own)),
        distance=float(far[n - 1]),
        dprime=float(abs(d)),
        silhouette=float(np.mean((b - a) / np.maximum(a, b))),
        hit=float(np.mean(near[: len(own)] < len(own))),
        miss=float(np.mean(near[len(own) :] < len(own))),
    )


def cutoff(amplitudes):
    h, edges = np.histogram(amplitudes, 100, density=True)
    pdf = gaussian_filter1d(h, 3)
    peak = np.argmax(pdf)
    at = np.argmin(np.abs(pdf[peak:] - pdf[0])) + peak
    return float(min(np.sum(pdf[at:]) * np.mean(np.diff(edges)), 0.5))


out = dict(isolation=[], cutoff=[])
for sizes, d, gap in [((40, 60, 23), 3, 2.0), ((30, 200), 5, 4.0), ((150, 20, 31), 2, 0.7)]:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    x = np.round(rng.standard_normal((len(labels), d)) * (1 + 0.3 * labels[:, None]) + gap * labels[:, None] * np.eye(d)[labels % d], 3)
    out["isolation"].append(dict(x=x.tolist(), unit=labels.tolist(), values=[isolation(x, labels, u) for u in range(len(sizes))]))
for low in (0, 50, 80, 100):
    a = np.round(100 + 15 * rng.standard_normal(1500), 2)
    a = a[a > low][:700]
    out["cutoff"].append(dict(amplitude=a.tolist(), value=cutoff(a)))
print(json.dumps(out))
