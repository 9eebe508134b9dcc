"""Writes small FIFF files of made-up data with MNE, and what MNE reads of them and of the
files of a collection, if its folder is given: python make.py [DATA]"""
import json, os, sys, warnings
import numpy as np
import mne
from mne.transforms import Transform, rotation

warnings.simplefilter("ignore")
mne.set_log_level("error")
here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(10)
out = {}


def points(info):
    """Places of channels and directions of coils in the frame of the head, mm."""
    place, normal = [], []
    for ch in info["chs"]:
        loc = ch["loc"].astype(float)
        p, n = loc[:3], loc[9:12]
        if ch["kind"] in (1, 301):
            t = info["dev_head_t"]["trans"] if info["dev_head_t"] is not None else np.eye(4)
            p, n = t[:3, :3] @ p + t[:3, 3], t[:3, :3] @ n
            normal.append(n.tolist())
        else:
            normal.append(None)
        ok = ch["kind"] in (1, 2, 301) and np.isfinite(p).all() and ch["loc"][:3].any()
        place.append((1000 * p).tolist() if ok else None)
        if not ok:
            normal[-1] = None
    return place, normal


def raw_values(raw, at=None):
    x = raw.get_data()
    n = x.shape[1]
    at = sorted({0, 1, n // 3, n // 2, n - 2, n - 1}) if at is None else at
    skip = [[float(a["onset"] - raw.first_time), float(a["duration"])] for a in raw.annotations if a["description"] == "BAD_ACQ_SKIP"]
    skip = [g for i, g in enumerate(skip) if i == 0 or g[0] > skip[i - 1][0] + 0.01]  # MNE tells them twice
    note = [[float(a["onset"] - raw.first_time), float(a["duration"]), str(a["description"]), list(a.get("ch_names", ()))]
            for a in raw.annotations if a["description"] != "BAD_ACQ_SKIP"]
    place, normal = points(raw.info)
    return {"fs": raw.info["sfreq"], "names": raw.ch_names, "kinds": raw.get_channel_types(), "n": n, "first": raw.first_samp, "at": [int(i) for i in at],
            "x": x[:, at].tolist(), "sum": x.sum(1).tolist(), "skips": skip, "annotations": note, "bads": raw.info["bads"], "place": place, "normal": normal,
            "grade": raw.compensation_grade or 0,
            "date": raw.info["meas_date"].timestamp() if raw.info["meas_date"] else 0}


names = ["MEG 0111", "MEG 0112", "MEG 0113", "Fz", "a long name of an electrode", "EOG 061", "STI 014", "resp", "misc"]
types = ["mag", "grad", "grad", "eeg", "eeg", "eog", "stim", "resp", "misc"]
info = mne.create_info(names, 100.5, types)
info.set_meas_date(1600000000.25)
with info._unlock():
    t = np.eye(4)
    t[:3, :3] = rotation(0.1, -0.2, 0.3)[:3, :3]
    t[:3, 3] = [0.002, -0.005, 0.04]
    info["dev_head_t"] = Transform("meg", "head", t)
    info["subject_info"] = {"his_id": "made up"}
    info["description"] = "FIFF of Müller and 東"
    info["line_freq"], info["highpass"], info["lowpass"] = 50., 0.1, 40.
    for k, ch in enumerate(info["chs"]):
        if k < 3:
            axes = rotation(0.3, 0.2 * k, 0.1)[:3, :3]
            ch["loc"][:] = np.r_[[0.06, -0.05, 0.07], axes.T.ravel()]
            ch["coil_type"] = 3024 if k == 0 else 3012
        elif k < 5:
            ch["loc"][:3] = [0.01 * k, 0.08, 0.09]
        ch["cal"] = [1e-12, 1e-11, 1e-11, 1e-6, 1e-6, 2e-6, 1, 1, 1e-3][k]
        ch["range"] = [1.5, 1, 1, .3, .3, 1, 1, 1, 1][k]
    info["bads"] = ["MEG 0112", "a long name of an electrode"]
n = 1009
cals = np.array([ch["cal"] * ch["range"] for ch in info["chs"]])
stored = np.cumsum(rng.integers(-9, 10, (len(names), n)), 1)
stored[6] = 0
stored[6, 100:110], stored[6, 500:504], stored[6, 700] = 3, 5, 3
note = mne.Annotations([1.0, 0.25, 4.5, 4.5], [0, 0.5, 1.5, 0.1], ["S  1", "BAD: a", "eye: blink", "here"], ch_names=[(), (), (), ("Fz", "EOG 061")])
for fmt in ["short", "int", "single", "double"]:
    raw = mne.io.RawArray(stored * cals[:, None] + (0 if fmt in ("short", "int") else 1e-15), info.copy(), first_samp=321)
    raw.set_annotations(note)
    f = f"{fmt}_raw.fif" + (".gz" if fmt == "int" else "")
    raw.save(os.path.join(here, f), fmt=fmt, buffer_size_sec=64 / 100.5 + 1e-6, overwrite=True)
    out[f] = raw_values(mne.io.read_raw_fif(os.path.join(here, f), preload=True))
# Buffers that were skipped, without a date.
raw = mne.io.RawArray(stored[[0, 3, 6], :750] * cals[[0, 3, 6], None], mne.pick_info(info, [0, 3, 6]), first_samp=50)
raw.set_meas_date(None)
fs = 100.5
raw.set_annotations(mne.Annotations([100 / fs, 500 / fs, 2.0], [200 / fs, 50 / fs, .1], ["BAD_ACQ_SKIP", "BAD_ACQ_SKIP", "mark"]))
raw.save(os.path.join(here, "skip_raw.fif"), fmt="short", buffer_size_sec=49.99 / fs, overwrite=True)
out["skip_raw.fif"] = raw_values(mne.io.read_raw_fif(os.path.join(here, "skip_raw.fif"), preload=True), [0, 99, 100, 299, 300, 499, 549, 550, 749])
mne.io.RawArray(stored[:3, :20] * (1 + 1j), mne.pick_info(info, [3, 4, 5])).save(os.path.join(here, "complex_raw.fif"), overwrite=True)

if len(sys.argv) > 1:
    for f in ["fetched/mne-python/brainvision/test_bin_raw.fif", "fetched/mne-python/fif/test_ctf_comp_raw.fif"]:
        out[f] = raw_values(mne.io.read_raw_fif(os.path.join(sys.argv[1], f), preload=True))
elif os.path.exists(os.path.join(here, "raw.json")):  # what was there of the collection stays
    out.update({k: v for k, v in json.load(open(os.path.join(here, "raw.json"))).items() if k.startswith("fetched")})
json.dump(out, open(os.path.join(here, "raw.json"), "w"))
