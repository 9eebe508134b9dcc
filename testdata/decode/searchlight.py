"""Reference values for neuro/decode: searchlight.json.

Needs numpy 2.4.6, scikit-learn 1.9.1 and nilearn 0.14.1.

    python testdata/decode/searchlight.py
"""

import json
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
from nilearn.decoding import SearchLight
from nilearn.maskers import NiftiMasker
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
SHAPE = (7, 6, 5)
# Voxels of 3 x 3.5 x 4 mm, tilted about the first axis.
c, s = np.cos(0.3), np.sin(0.3)
AFFINE = np.array([[-3.0, 0, 0, 9], [0, 3.5 * c, -4 * s, -7], [0, 3.5 * s, 4 * c, -11], [0, 0, 0, 1]])


def main():
    rng = np.random.default_rng(2006)
    mask = (rng.uniform(size=SHAPE) < 0.8).astype("u1")
    centres = mask * (rng.uniform(size=SHAPE) < 0.4)
    groups = np.repeat(np.arange(4), [6, 6, 9, 6])
    y = np.concatenate([rng.permutation(np.arange(k) % 3) for k in (6, 6, 9, 6)])
    data = rng.standard_normal(SHAPE + (len(y),))
    data[2:5, 2:5, 1:4] += 0.8 * (y == 1) - 0.5 * (y == 2)
    data = data.round(3)
    images = [nib.Nifti1Image(v, AFFINE) for v in (data, mask, centres.astype("u1"))]
    out = dict(
        shape=SHAPE,
        affine=AFFINE.tolist(),
        mask=mask.flatten(order="F").tolist(),
        centres=centres.flatten(order="F").tolist(),
        data=data.flatten(order="F").tolist(),
        y=y.tolist(),
        group=groups.tolist(),
        maps=[],
    )
    masked = NiftiMasker(images[1], standardize=False).fit_transform(images[0])
    out["masked_sum"] = float(np.abs(masked).sum())
    for radius, model, name in (
        (4.1, LinearSVC(dual=False, tol=1e-10), "svm"),
        (6.0, LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"), "lda"),
        (7.3, GaussianNB(), "bayes"),
        (9.0, RidgeClassifier(), "ridge"),
        (0.5, GaussianNB(), "bayes"),
    ):
        for some in (None, images[2]):
            light = SearchLight(images[1], some, radius=radius, estimator=model, n_jobs=1, cv=LeaveOneGroupOut())
            light.fit(images[0], y, groups=groups)
            out["maps"].append(
                dict(radius=radius, model=name, centres=some is not None, scores=light.scores_.flatten(order="F").tolist())
            )
    Path(__file__).with_name("searchlight.json").write_text(json.dumps(out) + "\n")


main()
