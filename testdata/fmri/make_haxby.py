"""Reference values for the contrast of faces with houses in Haxby et al. 2001: haxby.json.

Needs nilearn 0.14.1, scikit-learn 1.9.1, and the folder with run001 to run012 of
subject 1 (bold_1slice.nii.gz and bold_events.tsv each). The files hold statistics of
each voxel, no image.

    python testdata/fmri/make_haxby.py FOLDER
"""

import json
import sys
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from nilearn.glm.first_level import FirstLevelModel

warnings.filterwarnings("ignore")


def main():
    folders = [Path(sys.argv[1]) / f"run{k:03d}" for k in range(1, 13)]
    runs = [nib.load(f / "bold_1slice.nii.gz") for f in folders]
    events = [pd.read_csv(f / "bold_events.tsv", sep="\t") for f in folders]
    mean = np.mean([r.get_fdata().mean(-1) for r in runs], axis=0)
    mask = nib.Nifti1Image((mean > 600).astype("u1"), runs[0].affine)
    out = dict(mask=mask.get_fdata().astype(int).flatten(order="F").tolist(), models=[])
    inside = mask.get_fdata().flatten(order="F") > 0
    for noise in ("ols", "ar1"):
        model = FirstLevelModel(
            t_r=2.5, hrf_model="spm", drift_model="cosine", high_pass=0.01, noise_model=noise, mask_img=mask,
            signal_scaling=False, minimize_memory=False, slice_time_ref=0.0,
        ).fit(runs, events)
        maps = model.compute_contrast("face - house", output_type="all")
        out["models"].append(
            dict(noise=noise)
            | {
                name: maps[key].get_fdata().flatten(order="F")[inside].tolist()
                for name, key in dict(effect="effect_size", var="effect_variance", t="stat", z="z_score").items()
            }
        )
    Path(__file__).with_name("haxby.json").write_text(json.dumps(out) + "\n")


main()
