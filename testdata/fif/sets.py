"""Writes small FIFF files of averages, epochs, events, annotations, projectors and
covariances of made-up data with MNE, and what MNE reads of them and of the files of a
collection: python sets.py [DATA]; needs the files of make.py"""
import json, os, sys, warnings
import numpy as np
import mne
import mne._fiff.proj
from make import here, points

warnings.simplefilter("ignore")
mne.set_log_level("error")
rng = np.random.default_rng(11)
at = lambda f: os.path.join(here, f)
out = {"evoked": {}, "events": {}, "annotations": {}, "projectors": {}, "covariances": {}, "epochs": {}}
old = json.load(open(at("sets.json"))) if os.path.exists(at("sets.json")) else None


def evoked(f):
    sets = []
    for e in mne.read_evokeds(f):
        k = np.arange(0, e.data.shape[1], max(1, e.data.shape[1] // 7))
        types = e.get_channel_types()
        s = {"comment": e.comment, "kind": e.kind, "n": e.nave, "fs": e.info["sfreq"], "t0": e.times[0], "names": e.ch_names, "kinds": types,
             "bads": e.info["bads"], "samples": len(e.times), "at": k.tolist(), "x": e.data[:, k].tolist() if e.data.shape[0] < 20 else e.data[::37, k].tolist(),
             "std": {t: float(e.data[[i for i, u in enumerate(types) if u == t]].std()) for t in sorted(set(types))}}
        if types.count("mag") > 20:
            b = e.copy().pick("mag").apply_baseline((None, 0))
            g = b.data.std(0)
            w = (b.times >= .05) & (b.times <= .3)
            p = np.flatnonzero(w)[g[w].argmax()]
            s["peak"] = {"ms": 1000 * b.times[p], "gfp": g[p], "names": b.ch_names, "topography": b.data[:, p].tolist()}
        sets.append(s)
    return sets


raw = mne.io.read_raw_fif(at("short_raw.fif"), preload=True)
info = raw.info
data = rng.normal(size=(len(info["chs"]), 31)) * np.array([ch["cal"] for ch in info["chs"]])[:, None]
sets = [mne.EvokedArray(data * s, info, tmin=t / 100.5, nave=n, comment=c, kind=k)
        for s, t, n, c, k in [(1, -10, 7, "left: ä", "average"), (.1, -10, 7, "left: ä", "standard_error"), (2, 3, 1, "late", "average")]]
mne.write_evokeds(at("made-ave.fif"), sets, overwrite=True)
out["evoked"]["made-ave.fif"] = evoked(at("made-ave.fif"))
one = mne.EvokedArray(data[3:4], mne.pick_info(info, [3]), tmin=0)
one.save(at("one-ave.fif.gz"), overwrite=True)
out["evoked"]["one-ave.fif.gz"] = evoked(at("one-ave.fif.gz"))

events = mne.find_events(raw, "STI 014", min_duration=0)
mne.write_events(at("made-eve.fif"), events, overwrite=True)
np.savetxt(at("made-eve.lst"), events, fmt="%d")
for f in ["made-eve.fif", "made-eve.lst"]:
    out["events"][f] = mne.read_events(at(f)).tolist()
raw.annotations.save(at("made-annot.fif"), overwrite=True)
out["annotations"]["made-annot.fif"] = [[float(a["onset"]), float(a["duration"]), str(a["description"])] for a in mne.read_annotations(at("made-annot.fif"))]

projs = mne.compute_proj_raw(raw, n_grad=1, n_mag=0, n_eeg=1, reject=None) + [mne._fiff.proj.make_eeg_average_ref_proj(info)]
projs[0]["active"] = True
mne.write_proj(at("made-proj.fif"), projs, overwrite=True)
mne.compute_raw_covariance(raw.copy().pick(["meg", "eeg"], exclude=()), tmin=0, tmax=5).save(at("made-cov.fif"), overwrite=True)
mne.make_ad_hoc_cov(info).save(at("adhoc-cov.fif"), overwrite=True)
ep = mne.Epochs(raw, events, {"face/left": 3, "car": 5}, -.2, .3, baseline=(None, 0), preload=True, proj=False)
ep.save(at("made-epo.fif"), overwrite=True, fmt="double")
ep = mne.read_epochs(at("made-epo.fif"))
out["epochs"]["made-epo.fif"] = {"events": ep.events.tolist(), "ids": ep.event_id, "t0": ep.times[0], "fs": ep.info["sfreq"], "names": ep.ch_names, "x": ep.get_data().tolist()}


def projectors(f):
    return [{"name": p["desc"], "kind": int(p["kind"]), "active": bool(p["active"]), "names": p["data"]["col_names"], "vectors": p["data"]["data"].tolist(),
             "explained": p["explained_var"]} for p in mne.read_proj(f)]


def covariance(f):
    c = mne.read_cov(f)
    d = c.data if c.data.ndim == 2 else np.diag(c.data)
    i, j = np.meshgrid(np.arange(0, len(d), max(1, len(d) // 9)), np.arange(0, len(d), max(1, len(d) // 7)), indexing="ij")
    return {"names": c.ch_names, "free": c.nfree, "diagonal": bool(c["diag"]), "bads": c["bads"], "i": i.ravel().tolist(), "j": j.ravel().tolist(),
            "x": d[i, j].ravel().tolist(), "sum": float(d.sum()), "trace": float(np.trace(d)), "projectors": [p["desc"] for p in c["projs"]]}


out["projectors"]["made-proj.fif"] = projectors(at("made-proj.fif"))
for f in ["made-cov.fif", "adhoc-cov.fif"]:
    out["covariances"][f] = covariance(at(f))
# What projectors do: all of them, and without the active one, on good channels.
p, _, _ = mne._fiff.proj.make_projector(mne.read_proj(at("made-proj.fif")), info["ch_names"], info["bads"])
out["projected"] = {"x": (p @ data).tolist(), "data": data.tolist()}

if len(sys.argv) > 1:
    d = os.path.join(sys.argv[1], "fetched/mne-python/fif/")
    k = lambda f: "fetched/mne-python/fif/" + f
    out["evoked"][k("test-ave.fif.gz")] = evoked(d + "test-ave.fif.gz")
    for f in ["test_raw-eve.fif", "test-eve.eve"]:
        out["events"][k(f)] = mne.read_events(d + f).tolist()
    out["projectors"][k("test-proj.fif.gz")] = projectors(d + "test-proj.fif.gz")
    out["covariances"][k("test-cov.fif.gz")] = covariance(d + "test-cov.fif.gz")
    r = mne.io.read_raw_fif(d + "test_ctf_comp_raw.fif")
    out["compensation"] = [{"kind": c["kind"], "rows": c["data"]["row_names"], "columns": c["data"]["col_names"], "sum": float(c["data"]["data"].sum()),
                            "x": c["data"]["data"][::50, ::5].tolist()} for c in r.info["comps"]]
    # The map of the magnetometers: azimuth and polar angle from the centre of their sphere.
    from mne.transforms import _cart_to_sph, _pol_to_cart
    i = mne.read_evokeds(d + "test-ave.fif.gz")[0].pick("mag").info
    place = np.array(points(i)[0])
    centre = np.linalg.lstsq(np.c_[2 * place, np.ones(len(place))], (place ** 2).sum(1), rcond=None)[0][:3]
    out["map"] = {"places": place.tolist(), "centre": centre.tolist(), "xy": (_pol_to_cart(_cart_to_sph(place - centre)[:, 1:][:, ::-1]) / (.4 * np.pi)).tolist()}
elif old:
    for k, v in old.items():
        if isinstance(v, dict):
            out.setdefault(k, {}).update({f: w for f, w in v.items() if f.startswith("fetched")})
    out["compensation"], out["map"] = old["compensation"], old["map"]
json.dump(out, open(at("sets.json"), "w"))
