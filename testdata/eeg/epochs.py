"""Epochs and evoked responses by MNE-Python, for the tests of neuro/eeg. Writes epochs.json.

Made with mne 1.13.2. The simulated recording is made of integers alone, so that the
test can make it again; the real one is mne's BrainVision file, of which only means are kept.

    python epochs.py ../../../shared/data/fetched/mne-python/brainvision/test.vhdr
"""

import json
import sys
from pathlib import Path

import mne
import numpy as np

mne.set_log_level("error")


def simulated():
    """8 channels of 20011 samples at 250 Hz: sums of uniform integers, and what goes wrong in recordings."""
    n, state = 20011, 12345
    x = np.zeros((8, n))
    for c in range(8):
        last = 0
        for i in range(n):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            last = (last * 7) // 8 + (state >> 44) % 4001 - 2000
            x[c, i] = last / 256
    x[2, 4000:4010] += 300  # steps
    x[6, 9000:9400] += 500  # of the eyes
    x[1, 12000:13000] = 1.5  # flat
    return x


def kept(ep):
    """The events kept, and why the others were dropped."""
    return dict(kept=ep.selection.tolist(), drops=[list(d) for d in ep.drop_log])


out = {"mne": mne.__version__}
x = simulated()
names = ["Fp1", "Fp2", "C3", "C4", "O1", "O2", "VEOG", "Cz"]
info = mne.create_info(names, 250.0, ["eeg"] * 6 + ["eog", "eeg"])
raw = mne.io.RawArray(x * 1e-6, info)
raw.set_annotations(mne.Annotations([30.0, 61.003, 70.0], [0.5, 0.0, 1.2], ["BAD_jump", "bad point", "Badger"]))
at = [10, 50, 200] + list(range(333, 19900, 167)) + [19880, 19886, 19887, 20010]
events = np.array([[a, 0, 1 + k % 2] for k, a in enumerate(at)])
ids = {"face/left": 1, "house/left": 2}
cases = []
for name, kw in {
    "plain": {},
    "reject": dict(reject=dict(eeg=120e-6, eog=250e-6)),
    "flat": dict(flat=dict(eeg=20e-6)),
    "both": dict(reject=dict(eeg=120e-6), flat=dict(eeg=20e-6), reject_tmin=0.0, reject_tmax=0.3),
    "decimated": dict(decim=3, tmin=-0.2, tmax=0.504),
    "no baseline": dict(baseline=None, tmin=0.1, tmax=0.1),
    "baseline": dict(baseline=(-0.1013, 0.0527)),
    "end": dict(baseline=(0.4, None), tmin=-0.35, tmax=0.61),
    "odd": dict(tmin=-0.1031, tmax=0.2047),
    "keep bad": dict(reject_by_annotation=False),
}.items():
    a = dict(tmin=-0.2, tmax=0.5, baseline=(None, 0), preload=True, event_id=ids)
    a.update(kw)
    ep = mne.Epochs(raw, events, **a)
    ev = ep.average(picks="all")
    data = ep.get_data() * 1e6
    k = list(range(0, len(ep.times), 7)) if len(ep.times) > 1 else [0]
    eeg = [i for i, n in enumerate(names) if n != "VEOG"]
    case = dict(
        name=name, times=[ep.times[0], ep.times[-1], len(ep.times)], at=k, average=(ev.data[:, k] * 1e6).tolist(),
        error=(data.std(axis=0, ddof=1)[:, k] / np.sqrt(len(data))).tolist(),
        gfp=(ev.data[eeg].std(axis=0) * 1e6)[k].tolist(), face=(ep["face"].average(picks="all").data[:, k] * 1e6).tolist(), **kept(ep),
    )
    if name == "plain":
        from scipy import stats

        f, h = ep["face"].get_data()[:, :, k] * 1e6, ep["house"].get_data()[:, :, k] * 1e6
        case["band"] = [b.tolist() for b in stats.t.interval(0.9, len(f) - 1, f.mean(0), stats.sem(f, 0))]
        ci = stats.ttest_ind(f, h, equal_var=False).confidence_interval(0.95)
        case["welch"] = [ci.low.tolist(), ci.high.tolist()]
        d = mne.combine_evoked([ep["face"].average(picks="all"), ep["house"].average(picks="all")], weights=[1, -1])
        case["difference"] = (d.data[:, k] * 1e6).tolist()
        case["differenceN"] = d.nave
        w = mne.combine_evoked([ep["face"].average(picks="all"), ep["house"].average(picks="all")], weights="nave")
        case["pooledN"] = w.nave
        case["peaks"] = [[m, *ev.get_peak("eeg", tmin=0.05, tmax=0.4, mode=m)] for m in ("abs", "pos", "neg")]
    cases.append(case)
out["simulated"] = dict(checksum=float(np.abs(x).sum()), at=at, cases=cases)

# References, a channel being bad.
bad = raw.copy()
bad.info["bads"] = ["C4"]
k = list(range(0, 20011, 2003))
ref = lambda r: (r.get_data()[:, k] * 1e6).tolist()
out["reference"] = dict(
    at=k,
    average=ref(mne.set_eeg_reference(bad, "average", copy=True)[0]),
    linked=ref(mne.set_eeg_reference(bad, ["O1", "O2"], copy=True)[0]),
    one=ref(mne.set_eeg_reference(bad, ["Cz"], copy=True)[0]),
    bipolar=ref(mne.set_bipolar_reference(raw, ["Fp1", "C3"], ["C3", "O1"]).pick(["Fp1-C3", "C3-O1"])),
    added=ref(mne.set_eeg_reference(mne.add_reference_channels(raw, "FCz"), "average")[0].pick(["FCz"])),
)

raw = mne.io.read_raw_brainvision(sys.argv[1], preload=True)
events = np.array([[round(t * raw.info["sfreq"]), 0, 1] for t in raw.annotations.onset])
picks = mne.pick_types(raw.info, eeg=True, exclude=[])
for name, kw in {"plain": {}, "reject": dict(reject=dict(eeg=54.2e-6), flat=dict(eeg=51.8e-6))}.items():
    ep = mne.Epochs(raw, events, None, -0.2, 0.5, picks=picks, preload=True, event_repeated="drop", **kw)
    ev = ep.average(picks="all")
    k = list(range(0, len(ep.times), 50))
    out["brainvision " + name] = dict(
        channels=ep.ch_names, at=k, average=(ev.data[:, k] * 1e6).tolist(), gfp=(ev.data.std(axis=0) * 1e6)[k].tolist(), **kept(ep))

Path(__file__).with_name("epochs.json").write_text(json.dumps(out))
