"""Which files nilearn finds in a folder in the order of BIDS, and what its
first_level_from_bids makes of them: bids.json.

    python make.py

The folder is nilearn's own fake one, with two spaces and two descriptions. Tests
make it again from the list of its files.
"""

import json
import pathlib
import tempfile
import warnings

import nilearn
from nilearn._utils.data_gen import create_fake_bids_dataset
from nilearn.glm.first_level import first_level_from_bids
from nilearn.interfaces.bids import get_bids_files, parse_bids_filename

warnings.simplefilter("ignore")
root = pathlib.Path(tempfile.mkdtemp())
data = pathlib.Path(create_fake_bids_dataset(base_dir=root, n_sub=2, n_ses=2, n_runs=[1, 2], n_voxels=4))
texts = []
out = {"nilearn": nilearn.__version__, "files": [], "queries": [], "names": [], "models": []}
for p in sorted(data.rglob("*")):
    if p.is_file():
        name = str(p.relative_to(data))
        text = p.read_text() if p.suffix in (".tsv", ".json") else ""
        if "confounds" in name:  # the first columns and volumes are enough
            text = "{}" if name.endswith("json") else "".join("\t".join(row.split("\t")[:16]) + "\n" for row in text.splitlines()[:4])
        if text not in texts:
            texts.append(text)
        out["files"].append([name, texts.index(text)])
out["texts"] = texts

for where in ["", "derivatives"]:
    for args in [
        dict(file_tag="bold", file_type="nii.gz"),
        dict(file_tag="bold", file_type="*gz", sub_label="02"),
        dict(file_tag="events", file_type="tsv", filters=[("task", "main")]),
        dict(file_tag="bold", file_type="nii.gz", filters=[("task", "main"), ("run", "02")]),
        dict(file_tag="bold", file_type="nii.gz", filters=[("space", "T1w"), ("desc", "preproc")]),
        dict(file_tag="bold", file_type="nii.gz", filters=[("ses", "02"), ("space", "MNI")], sub_label="01"),
        dict(file_tag="mask", file_type="nii.gz", filters=[("task", "localizer")]),
        dict(file_tag="timeseries", file_type="tsv"),
        dict(file_tag="T1w", file_type="nii.gz", modality_folder="anat"),
        dict(file_tag="bold", file_type="json"),
        dict(file_tag="bold", file_type="nii.gz", filters=[("desc", "")]),
    ]:
        found = get_bids_files(data / where, **args)
        out["queries"].append({"pipeline": where, **args, "found": sorted(str(pathlib.Path(f).relative_to(data)) for f in found)})

for name in [
    "sub-01_ses-02_task-rest_acq-fast_dir-AP_run-3_echo-2_bold.nii.gz",
    "sub-a1_task-x_space-MNI152NLin2009cAsym_res-2_desc-preproc_bold.nii",
    "sub-01_hemi-L_space-fsaverage5_bold.func.gii",
    "sub-1_T1w.json",
    "task-rest_events.tsv",
]:
    p = parse_bids_filename(root / name)
    out["names"].append({"name": name, "suffix": p["suffix"], "extension": p["extension"], "entities": p["entities"]})

for task, space in [("main", "MNI"), ("localizer", "T1w")]:
    models, images, events, confounds = first_level_from_bids(
        data, task, space, img_filters=[("desc", "preproc")], slice_time_ref=0.5, verbose=0, derivatives_folder="derivatives"
    )
    out["models"].append(
        {
            "task": task,
            "space": space,
            "subjects": [m.subject_label for m in models],
            "tr": models[0].t_r,
            "images": [[str(pathlib.Path(i).relative_to(data)) for i in im] for im in images],
            "events": [[len(e) for e in ev] for ev in events],
            "confounds": [len(cf) for cf in confounds],
            "confound_names": list(confounds[0][0].columns[:16]),
            "confound_values": confounds[0][0].iloc[:3, :16].to_numpy().tolist(),
        }
    )
with open(pathlib.Path(__file__).parent / "bids.json", "w") as f:
    json.dump(out, f, sort_keys=True)
    f.write("\n")
