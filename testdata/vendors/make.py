"""Reads files of KIT, EGI, Nicolet and 4D/BTi with MNE and writes the mean, the standard
deviation and some samples of every channel, places of sensors and events:
python make.py DATA > readers.json"""
import json, os, sys, warnings
import numpy as np
import mne

warnings.simplefilter("ignore")
mne.set_log_level("error")
root, out = sys.argv[1], {}


def keep(name, raw):
    x = raw.get_data()
    n = x.shape[1]
    at = sorted({0, 1, 2, n // 3, n // 2, n - 2, n - 1})
    loc = [[None if not np.isfinite(v) else float(v) for v in c["loc"]] for c in raw.info["chs"]]
    out[name] = {
        "fs": raw.info["sfreq"], "names": raw.ch_names, "types": raw.get_channel_types(), "at": at, "x": x[:, at].tolist(), "mean": x.mean(1).tolist(),
        "std": x.std(1).tolist(), "n": n, "loc": loc, "start": raw.info["meas_date"].timestamp() if raw.info["meas_date"] else None,
        "annotations": [[float(a["onset"]), float(a["duration"]), str(a["description"])] for a in raw.annotations],
        "filter": [float(raw.info["highpass"]), float(raw.info["lowpass"])]}


p = lambda f: os.path.join(root, "fetched/mne-python", f)
keep("kit/test.sqd", mne.io.read_raw_kit(p("kit/test.sqd"), stim=None))
keep("egi/test_egi.raw", mne.io.read_raw_egi(p("egi/test_egi.raw")))
keep("nicolet/test_nicolet_raw.data", mne.io.read_raw_nicolet(p("nicolet/test_nicolet_raw.data"), ch_type="eeg", eog="auto", ecg="auto", emg="auto"))
keep("bti/test_pdf_linux", mne.io.read_raw_bti(p("bti/test_pdf_linux"), p("bti/test_config_linux"), p("bti/test_hs_linux"), convert=False, rename_channels=False, sort_by_ch_name=False))
from mne.io.bti.bti import _read_head_shape

nasion, lpa, rpa, hpi, shape = _read_head_shape(p("bti/test_hs_linux"))
out["bti/test_hs_linux"] = {"loc": [v.tolist() for v in (lpa, rpa, nasion, *hpi, shape[0], shape[-1], shape.mean(0))], "n": len(shape)}
json.dump(out, sys.stdout)
