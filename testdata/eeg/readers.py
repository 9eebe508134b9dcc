"""Reads EDF, BDF and BrainVision files with MNE and writes the mean, the standard
deviation and some samples of every channel: python readers.py DATA > readers.json"""
import json, os, sys, warnings
import numpy as np
import mne

warnings.simplefilter("ignore")
mne.set_log_level("error")
root, out = sys.argv[1], {}
files = [
    "fetched/mne-python/edf/test.bdf", "fetched/mne-python/edf/test.edf",
    "fetched/mne-python/edf/test_bdf_stim_channel.bdf", "fetched/mne-python/edf/test_edf_stim_channel.edf",
    "fetched/mne-python/edf/test_uneven_samp.edf", "packaged/pyedflib/test_generator.bdf",
    "packaged/pyedflib/test_generator_datarec_generator_2.bdf", "packaged/pyedflib/test_subsecond.edf",
    "packaged/pyedflib/test_utf8.edf", "fetched/mne-python/brainvision/test.vhdr",
    "fetched/mne-python/brainvision/test_old_layout_latin1_software_filter.vhdr"]
for f in files:
    p = os.path.join(root, f)
    bv = f.endswith("vhdr")
    raw = mne.io.read_raw_brainvision(p, misc=[]) if bv else (mne.io.read_raw_bdf if f.endswith("bdf") else mne.io.read_raw_edf)(p, stim_channel=None)
    x = raw.get_data()
    n = x.shape[1]
    at = sorted({0, 1, 2, n // 3, n // 2, n - 2, n - 1})
    ann = [[float(a["onset"]), float(a["duration"]), str(a["description"])] for a in raw.annotations]
    out[f] = {"fs": raw.info["sfreq"], "names": raw.ch_names, "at": at, "x": x[:, at].tolist(), "mean": x.mean(1).tolist(),
              "std": x.std(1).tolist(), "n": n, "annotations": ann, "units": [raw._orig_units.get(c, "") for c in raw.ch_names],
              "uneven": bool(not bv and len(set(raw._raw_extras[0]["n_samps"][raw._raw_extras[0]["sel"]])) > 1)}
print(json.dumps(out))
