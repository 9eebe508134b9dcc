"""Fixed effects of two and three runs as nilearn combines them.

    python make_fixed.py > fixed.json

Each run has its own design, length and noise; run_glm with "ols", compute_contrast, and
compute_fixed_effects with the runs' degrees of freedom. nilearn 0.14.1.
"""

import json

import nibabel as nib
import numpy as np
from nilearn.glm import compute_contrast, compute_fixed_effects
from nilearn.glm.first_level import run_glm

SHAPE = (4, 3, 2)
r = np.random.default_rng(11)
mask = nib.Nifti1Image(np.ones(SHAPE, "u1"), np.eye(4))
out = []
for lengths in ((30, 45), (24, 24, 61)):
    runs, effects, variances, dofs = [], [], [], []
    for k, n in enumerate(lengths):
        x = np.round(np.column_stack([r.standard_normal(n), r.standard_normal(n), np.ones(n)]), 3)
        y = np.round(50 + x[:, :1] * 0.4 + (1 + k) * r.standard_normal((n, 24)), 3)
        labels, results = run_glm(y, x, noise_model="ols")
        c = compute_contrast(labels, results, [1, -1, 0])
        effects.append(nib.Nifti1Image(c.effect_size().reshape(SHAPE), np.eye(4)))
        variances.append(nib.Nifti1Image(c.effect_variance().reshape(SHAPE), np.eye(4)))
        dofs.append(n - 3)
        runs.append(dict(x=x.tolist(), y=y.tolist()))
    for weighted in (False, True):
        effect, variance, t, z = compute_fixed_effects(effects, variances, mask, precision_weighted=weighted, dofs=dofs)
        maps = [m.get_fdata().ravel().tolist() for m in (effect, variance, t, z)]
        out.append(dict(weighted=weighted, runs=runs, effect=maps[0], var=maps[1], t=maps[2], z=maps[3]))
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
