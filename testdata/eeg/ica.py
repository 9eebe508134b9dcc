"""Reference values for independent components of recordings of package eeg, from MNE.

Writes ica.npy (ten channels of EEG, one of EOG, one of ECG, uV, of blinks, a heart, an
alpha rhythm and noise) and ica.json beside this script: correlations of components with EOG and
ECG, those found, and the recording without them.  Made with mne 1.13.2, scikit-learn 1.9.1.

    python ica.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)

import mne
import numpy as np

mne.set_log_level("ERROR")
rng = np.random.default_rng(8)
fs, seconds = 100, 50
n = fs * seconds
t = np.arange(n) / fs
names = "Fp1 Fp2 F3 F4 C3 Cz C4 P3 P4 Oz".split()


def events(at, shape):
    y = np.zeros(n)
    for a in at:
        k = np.arange(n) - int(a * fs)
        y += shape(k / fs)
    return y


blinks = np.cumsum(rng.uniform(1.5, 5, 14))
blink = events(blinks, lambda s: np.exp(-((s / 0.1) ** 2)))
heart = events(np.arange(0.4, seconds, 0.83) + 0.02 * rng.standard_normal(60)[: len(np.arange(0.4, seconds, 0.83))],
               lambda s: np.exp(-((s / 0.015) ** 2)) - 0.4 * np.exp(-(((s - 0.04) / 0.02) ** 2)))
alpha = np.sin(2 * np.pi * 10.2 * t) * (1 + np.sin(2 * np.pi * 0.13 * t))
x = np.outer([1, 1, 0.5, 0.5, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05], 120 * blink)
x += np.outer([0.2, -0.3, 0.3, -0.4, 0.6, 0.1, -0.5, 0.9, -0.8, 0.2], 25 * heart)
x += np.outer([0.1, 0.1, 0.2, 0.2, 0.3, 0.4, 0.3, 0.8, 0.9, 1], 8 * alpha)
x += rng.standard_normal((10, 10)) @ rng.laplace(size=(10, n)) * 1.5
eog = 200 * blink + 5 * rng.standard_normal(n) + 30
ecg = 800 * heart + 20 * rng.standard_normal(n) - 100
data = np.round(np.vstack([x, eog, ecg]) * 10).astype("<i2")
np.save(Path(__file__).with_suffix(".npy"), data)

info = mne.create_info(names + ["EOG", "ECG"], fs, ["eeg"] * 10 + ["eog", "ecg"])
raw = mne.io.RawArray(data * 1e-7, info)
raw.set_annotations(mne.Annotations([20.0], [5.0], ["BAD_move"]))
ica = mne.preprocessing.ICA(method="fastica", random_state=2, fit_params=dict(tol=1e-13), max_iter=2000).fit(raw)
whole = dict(reject_by_annotation=False)
eyes, eye = ica.find_bads_eog(raw, threshold=2.5, **whole)
_, heart_r = ica.find_bads_ecg(raw, method="correlation", **whole)
order = np.argsort(-np.abs(eye))
found = sorted({int(i) for i in eyes} | {int(np.abs(heart_r).argmax())})
clean = ica.apply(raw.copy(), exclude=found).get_data(reject_by_annotation=None) * 1e6

raw.set_eeg_reference('average')
at = (blinks[blinks < seconds - 1] * fs).astype(int)
epochs = mne.Epochs(raw, np.c_[at, 0 * at, 0 * at + 1], tmin=-0.2, tmax=0.2, baseline=None, proj=False, preload=True, reject_by_annotation=False)
ssp = mne.compute_proj_epochs(epochs, n_grad=0, n_mag=0, n_eeg=2)
ssp += mne.compute_proj_evoked(epochs.average(picks="eeg"), n_grad=0, n_mag=0, n_eeg=1)
model = mne.preprocessing.EOGRegression(picks="eeg", picks_artifact=["eog", "ecg"], proj=False).fit(raw)
rest = model.apply(raw).get_data() * 1e6
Path(__file__).with_suffix(".json").write_text(json.dumps(dict(
    names=names, eog=sorted(np.abs(eye).tolist(), reverse=True), ecg=sorted(np.abs(heart_r).tolist(), reverse=True),
    eyes=len(eyes), samples=int(ica.n_samples_), sensors=np.abs(ica.get_components()[:, order[0]]).tolist(), clean=clean[:10, ::97].tolist(),
    blinks=(at / fs).tolist(), ssp=[p["data"]["data"][0].tolist() for p in ssp], explained=[float(p["explained_var"]) for p in ssp],
    coef=model.coef_.tolist(), regressed=rest[:10, ::97].tolist(),
)) + "\n")
print(len(eyes), eye, heart_r, ica.n_iter_)
