"""DVARS and components of noise, by nipype.

    python make_quality.py > quality.json

The run is ../imaging/run.nii.gz; the mask is where the mean is above its 60th
percentile. nipype 1.11.0 and nitime 0.12.1 with numpy 1.26 (nitime does not run with
2), in float32. Components have the sign that makes their largest value positive.
"""

import json
import os

import nibabel as nib
import numpy as np
from nipype.algorithms.confounds import TCompCor, compute_dvars, compute_noise_components, is_outlier

here = os.path.dirname(os.path.abspath(__file__))
path = os.path.join(here, "..", "imaging", "run.nii.gz")
run = nib.load(path)
data = run.get_fdata()
mean = data.mean(-1)
mask = mean > np.percentile(mean, 60)
nib.save(nib.Nifti1Image(mask.astype("u1"), run.affine), "/tmp/quality_mask.nii")
std, raw, voxel = compute_dvars(path, "/tmp/quality_mask.nii", remove_zerovariance=True)
out = dict(threshold=float(np.percentile(mean, 60)), voxels=int(mask.sum()), dvars=raw.tolist(), std=std.tolist(), voxel=voxel.tolist())


def signed(u):
    return (u * np.sign(u[np.abs(u).argmax(0), range(u.shape[1])])).round(8).T.tolist()


maskimg = nib.Nifti1Image(mask.astype("u1"), run.affine)
for name, (kind, n, degree) in dict(cosine=("cosine", 4, 0), polynomial=("polynomial", 3, 2), none=(False, 2, 0), half=("cosine", 0.5, 0)).items():
    u, _, meta = compute_noise_components(data.astype("f4"), [maskimg], n, kind, degree, 60.0, 2.0)
    out[name] = dict(n=u.shape[1], components=signed(u[:, :4]), explained=np.array(meta["variance_explained"][:6]).tolist())


class Chosen(TCompCor):
    def __init__(self):
        self._mask_files = []
        self.inputs = type("I", (), dict(percentile_threshold=0.2))


chosen = Chosen()._process_masks([maskimg], data)[0]
u, _, _ = compute_noise_components(data.astype("f4"), [chosen], 3, "cosine", 0, 60.0, 2.0)
out["temporal"] = dict(voxels=int(np.asarray(chosen.dataobj).sum()), components=signed(u))
out["outlier"] = [[x, int(is_outlier(np.array(x, float)))] for x in ([9, 7, 5.1, 5, 4.9, 5, 5.2, 5], [5, 9, 5.1, 5, 4.9], [50, 1, 2, 3, 2, 1], [1, 2, 3])]
print(json.dumps(out))
