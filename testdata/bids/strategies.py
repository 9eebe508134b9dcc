"""Which confounds nilearn's load_confounds takes, with which values and volumes:
strategies.json.

    python strategies.py

Values are those of rows 0, 1 and 20. The table has the columns of fMRIPrep and random values, n/a in the first row
where fMRIPrep has it, volumes that move, and one that is not steady.
"""

import json
import pathlib
import tempfile

import nilearn
import numpy as np
from nilearn.interfaces.fmriprep import load_confounds

rng = np.random.default_rng(3)
n = 40
cols, meta = {}, {}
for base in ["csf", "white_matter", "global_signal", "trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"]:
    x = rng.normal(5, 1, n).round(4)
    d = np.r_[np.nan, np.diff(x)]
    cols |= {base: x, base + "_derivative1": d, base + "_power2": x**2, base + "_derivative1_power2": d**2}
cols["std_dvars"] = np.r_[np.nan, rng.uniform(0.8, 1.3, n - 1)].round(4)
cols["framewise_displacement"] = np.r_[np.nan, rng.uniform(0.05, 0.3, n - 1)].round(4)
for t, v in [(3, 0.9), (9, 0.7), (14, 0.6), (30, 2.0), (37, 0.8)]:
    cols["framewise_displacement"][t] = v
for t in (10, 22):
    cols["std_dvars"][t] = 1.8
for k in range(6):
    cols[f"a_comp_cor_{k:02d}"] = rng.normal(size=n).round(4)
    meta[f"a_comp_cor_{k:02d}"] = {"Method": "aCompCor", "Retained": True, "Mask": ["combined", "combined", "WM", "WM", "CSF", "CSF"][k]}
for p in "wc":
    for k in range(2):
        cols[f"{p}_comp_cor_{k:02d}"] = rng.normal(size=n).round(4)
        meta[f"{p}_comp_cor_{k:02d}"] = {"Method": "aCompCor", "Retained": True, "Mask": {"w": "WM", "c": "CSF"}[p]}
for k in range(3):
    cols[f"t_comp_cor_{k:02d}"] = rng.normal(size=n).round(4)
    meta[f"t_comp_cor_{k:02d}"] = {"Method": "tCompCor", "Retained": True}
for k in range(3):
    cols[f"cosine{k:02d}"] = np.cos(np.pi * (np.arange(n) + 0.5) * (k + 1) / n).round(6)
cols["non_steady_state_outlier00"] = np.eye(n)[0].astype(int)
cols["aroma_motion_02"] = rng.normal(size=n).round(4)
cols["aroma_motion_11"] = rng.normal(size=n).round(4)

root = pathlib.Path(tempfile.mkdtemp())
stem = "sub-01_task-rest"
rows = ["\t".join(cols)] + ["\t".join("n/a" if np.isnan(c[t]) else repr(float(c[t])) for c in cols.values()) for t in range(n)]
tsv = "\n".join(rows) + "\n"
(root / f"{stem}_desc-confounds_timeseries.tsv").write_text(tsv)
(root / f"{stem}_desc-confounds_timeseries.json").write_text(json.dumps(meta))
image = root / f"{stem}_space-MNI_desc-preproc_bold.nii.gz"
image.write_text("")
out = {"nilearn": nilearn.__version__, "tsv": tsv, "json": json.dumps(meta), "cases": []}
for options, args in [
    ({}, {}),
    ({"Motion": "basic"}, {"motion": "basic"}),
    ({"Motion": "power2", "WMCSF": "derivatives"}, {"motion": "power2", "wm_csf": "derivatives"}),
    ({"Motion": "derivatives", "WMCSF": "none", "NoHighPass": True}, {"strategy": ("motion",), "motion": "derivatives"}),
    ({"Motion": "none", "WMCSF": "full"}, {"strategy": ("high_pass", "wm_csf"), "wm_csf": "full"}),
    ({"GlobalSignal": "full"}, {"strategy": ("motion", "high_pass", "wm_csf", "global_signal"), "global_signal": "full"}),
    ({"GlobalSignal": "basic", "KeepMeans": True}, {"strategy": ("motion", "high_pass", "wm_csf", "global_signal"), "demean": False}),
    ({"Scrub": True}, {"strategy": ("motion", "high_pass", "wm_csf", "scrub")}),
    ({"Scrub": True, "MinSegment": 2, "FD": 0.65, "DVARS": 5}, {"strategy": ("motion", "high_pass", "wm_csf", "scrub"), "scrub": 2, "fd_threshold": 0.65, "std_dvars_threshold": 5}),
    ({"Scrub": True, "MinSegment": 1}, {"strategy": ("motion", "high_pass", "wm_csf", "scrub"), "scrub": 1}),
    ({"CompCor": "anat_combined"}, {"strategy": ("motion", "high_pass", "wm_csf", "compcor"), "compcor": "anat_combined"}),
    ({"CompCor": "anat_separated", "NCompCor": 1, "WMCSF": "none"}, {"strategy": ("motion", "high_pass", "compcor"), "compcor": "anat_separated", "n_compcor": 1}),
    ({"CompCor": "temporal", "NCompCor": 2}, {"strategy": ("motion", "high_pass", "wm_csf", "compcor"), "compcor": "temporal", "n_compcor": 2}),
    ({"CompCor": "temporal_anat_combined"}, {"strategy": ("motion", "high_pass", "wm_csf", "compcor"), "compcor": "temporal_anat_combined"}),
    ({"AROMA": True, "Motion": "none"}, {"strategy": ("high_pass", "wm_csf", "ica_aroma"), "ica_aroma": "basic"}),
]:
    c, kept = load_confounds(str(image), **args)
    out["cases"].append(
        {"options": options, "names": list(c.columns), "values": c.to_numpy()[[0, 1, 20]].round(12).tolist(), "kept": None if kept is None else [int(k) for k in kept]}
    )
with open(pathlib.Path(__file__).parent / "strategies.json", "w") as f:
    json.dump(out, f)
    f.write("\n")
