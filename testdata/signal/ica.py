"""Reference values for independent components of package signal, from scikit-learn,
picard and MNE.

Writes ica.json beside this script: mixed sources x, and for each of scikit-learn's
contrasts the unmixing matrix of whitened x from the start w0, the maximum-likelihood
matrices of picard, those of MNE's stochastic infomax, and x without two components as
MNE's ICA.apply leaves it.  Made with scikit-learn 1.9.1, python-picard 0.8.2, mne 1.13.2.

    python ica.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)  # a file of this folder has the name of a package

import mne
import numpy as np
from picard import picard
from picard.densities import Tanh
from sklearn.decomposition import FastICA

mne.set_log_level("ERROR")
rng = np.random.default_rng(3)
n, t = 5, 1009
k = np.arange(t)
s = np.array([
    rng.laplace(size=t),
    rng.uniform(-1, 1, t),
    np.sign(np.sin(k * 0.037)) + 0.1 * rng.standard_normal(t),
    rng.standard_normal(t) ** 3,
    np.sin(k * 0.11) + 0.05 * rng.standard_normal(t),
])
x = np.round(rng.standard_normal((n, n)) @ (s / s.std(1, keepdims=True)) + 3, 4)
centred = x - x.mean(1, keepdims=True)
values, vectors = np.linalg.eigh(centred @ centred.T / t)
values, vectors = values[::-1], vectors[:, ::-1]
vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(n)])
whitening = (vectors / np.sqrt(values)).T
z = whitening @ centred
w0 = np.linalg.qr(rng.standard_normal((n, n)))[0]

fastica = []
for algorithm in ("parallel", "deflation"):
    for fun in ("logcosh", "exp", "cube"):
        m = FastICA(whiten=False, w_init=w0, algorithm=algorithm, fun=fun, tol=1e-14, max_iter=500).fit(z.T)
        fastica.append(dict(algorithm=algorithm, fun=fun, w=m.components_.tolist(), iterations=int(m.n_iter_)))
# Iterations until scikit-learn's own tolerance.
m = FastICA(whiten=False, w_init=w0, tol=1e-4, max_iter=500).fit(z.T)
default = dict(w=m.components_.tolist(), iterations=int(m.n_iter_))


def unit(w):
    return (w / np.linalg.norm(w, axis=1, keepdims=True)).tolist()


# Peaked sources only, as infomax supposes.
peaked = np.round(rng.standard_normal((4, 4)) @ np.array([rng.laplace(size=t), rng.standard_normal(t) ** 3, rng.standard_t(3, t), rng.laplace(size=t)]), 4)
c = peaked - peaked.mean(1, keepdims=True)
d, e = np.linalg.eigh(c @ c.T / t)
d, e = d[::-1], e[:, ::-1]
e = e * np.sign(e[np.abs(e).argmax(0), range(4)])
sphere = (e / np.sqrt(d)).T
zp = sphere @ c
like = dict(
    peaked=peaked.tolist(),
    sphere=sphere.tolist(),
    infomax=unit(picard(zp, ortho=False, extended=False, whiten=False, centering=False, w_init=np.eye(4), fun=Tanh(dict(alpha=0.5)), tol=1e-11, max_iter=500)[1]),
    extended=unit(picard(z, ortho=False, extended=True, whiten=False, centering=False, w_init=w0, tol=1e-11, max_iter=500)[1]),
    mne=unit(mne.preprocessing.infomax(zp.T, random_state=1, max_iter=2000)),
    mne_extended=unit(mne.preprocessing.infomax(z.T, extended=True, random_state=1, max_iter=2000)),
)

# MNE's back projection with the matrices of the first fit, of 3 of the 5 principal components.
info = mne.create_info(n, 100.0, "eeg")
raw = mne.io.RawArray(x * 1e-6, info)
ica = mne.preprocessing.ICA(3, method="fastica", random_state=1, fit_params=dict(tol=1e-14), max_iter=500).fit(raw)
clean = ica.apply(raw.copy(), exclude=[0, 2]).get_data() * 1e6
removed = dict(
    mixing=(ica.get_components() * ica.pre_whitener_[0, 0] * 1e6).tolist(),
    unmixing=(ica.unmixing_matrix_ @ ica.pca_components_[:3] / ica.pre_whitener_[0, 0] * 1e-6).tolist(),
    mean=(ica.pca_mean_ * ica.pre_whitener_[0, 0] * 1e6).tolist(),
    sources=ica.get_sources(raw).get_data()[:, ::50].tolist(),
    clean=clean[:, ::50].tolist(),
)
Path(__file__).with_suffix(".json").write_text(
    json.dumps(dict(x=x.tolist(), whitening=whitening.tolist(), w0=w0.tolist(), fastica=fastica, default=default, like=like, removed=removed)) + "\n"
)
