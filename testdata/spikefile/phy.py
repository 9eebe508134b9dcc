"""Folders as Kilosort and phy leave them, and trains as NumPy and pynapple save them,
with what they hold. NumPy 2.4.6, pynapple 0.11.4.

    python phy.py > phy.json
"""
import base64, io, json, tempfile, os
import numpy as np
import pynapple as nap


def npy(a):
    b = io.BytesIO()
    np.save(b, a)
    return b.getvalue()


def pack(files):
    return {k: base64.b64encode(v if isinstance(v, bytes) else v.encode()).decode() for k, v in files.items()}


def folder(seed, spikes, clusters, channels, samples, sparse, whitened, column):
    r = np.random.default_rng(seed)
    fs = 30000.0
    times = np.sort(r.integers(0, 90000, spikes)).astype(np.uint64)
    templates = r.integers(0, clusters + 2, spikes).astype(np.uint32)
    cl = templates.astype(np.int32).copy()
    cl[cl == 1] = 0                      # two templates merged
    cl[(cl == 2) & (r.random(spikes) < .5)] = 40  # one was split
    amplitudes = r.uniform(5, 30, spikes)
    kept = 4 if sparse else channels
    t = r.normal(size=(clusters + 2, samples, kept)).astype(np.float32)
    index = np.array([np.sort(r.choice(channels, kept, replace=False)) for _ in range(clusters + 2)])
    if sparse:
        index[0, -1] = -1                # padding
    wmi = r.normal(size=(channels, channels)) * .2 + np.eye(channels) * 3
    cmap = r.permutation(channels + 3)[:channels].astype(np.int32)
    pos = r.uniform(0, 500, (channels, 2))
    files = {
        "spike_times.npy": npy(times[:, None] if column else times), "spike_clusters.npy": npy(cl), "spike_templates.npy": npy(templates[:, None] if column else templates),
        "amplitudes.npy": npy(amplitudes[:, None] if column else amplitudes), "templates.npy": npy(t), "channel_map.npy": npy(cmap[None].T if column else cmap), "channel_positions.npy": npy(pos),
        "params.py": "dat_path = ['raw # 1.dat']\nn_channels_dat = %d\ndtype = 'int16'\noffset = 0\nsample_rate = 30000.   # Hz\nhp_filtered = False\nimport os\n" % (channels + 3),
        "cluster_KSLabel.tsv": "cluster_id\tKSLabel\n" + "".join(f"{k}\t{'good' if k % 2 else 'mua'}\n" for k in range(clusters + 2)),
        "cluster_group.tsv": "cluster_id\tgroup\n0\tnoise\n3\tgood\n40\tunsorted\n",
    }
    if sparse:
        files["templates_ind.npy"] = npy(index)
    if whitened:
        files["whitening_mat_inv.npy"] = npy(wmi)
    units = []
    for u in np.unique(cl):
        mine = cl == u
        dense = np.zeros((samples, channels))
        has = np.zeros(channels, bool)
        for k in np.unique(templates[mine]):
            w = amplitudes[mine & (templates == k)].sum() / mine.sum()
            for j in range(kept):
                c = index[k, j] if sparse else j
                if c >= 0:
                    dense[:, c] += w * t[k, :, j].astype(float)
                    has[c] = True
        if whitened:
            dense = dense @ wmi
        ptp = np.where(has, np.ptp(dense, axis=0), -1)
        label = {0: "noise", 3: "good", 40: "unsorted"}.get(int(u)) or ("good" if u % 2 else "mua")
        units.append(dict(id=int(u), label=label, channel=int(cmap[ptp.argmax()]), channels=cmap[has].tolist(), mean=amplitudes[mine].mean(),
                          waveform=dense[:, ptp.argmax()].tolist(), times=(times[mine] / fs * 1000).tolist(), position=pos[ptp.argmax()].tolist()))
    return dict(files=pack(files), units=units)


def trains():
    r = np.random.default_rng(5)
    trains = {0: np.sort(r.uniform(0, 10, 7)), 3: np.sort(r.uniform(0, 10, 4)), 10: np.sort(r.uniform(0, 10, 9))}
    g = nap.TsGroup({k: nap.Ts(v) for k, v in trains.items()})
    d = tempfile.mkdtemp()
    g.save(os.path.join(d, "g.npz"))
    t = np.concatenate([v for v in trains.values()])
    who = np.concatenate([np.full(len(v), k) for k, v in trains.items()])
    order = np.argsort(t)
    # pynapple keeps more than numbers in its file: the two arrays are taken from it
    z = np.load(os.path.join(d, "g.npz"), allow_pickle=True)
    b = io.BytesIO()
    np.savez(b, t=z["t"], index=z["index"])
    c = io.BytesIO()
    np.savez(c, **{f"unit{k}": v for k, v in trains.items()})
    csv = "cluster,when (s)\n" + "".join(f"{k},{x!r}\n" for k, x in zip(who[order].tolist(), t[order].tolist()))
    return dict(files=pack({"group.npz": b.getvalue(), "each.npz": c.getvalue(), "rows.csv": csv, "times.npy": npy(t[order]), "labels.npy": npy(who[order].astype(np.int16))}),
                names=[str(k) for k in trains], times=[(v * 1000).tolist() for v in trains.values()])


print(json.dumps(dict(
    folders=[folder(1, 200, 6, 8, 21, False, True, False), folder(2, 61, 3, 5, 11, False, False, True), folder(3, 150, 5, 7, 13, True, True, False), folder(4, 1, 3, 1, 5, False, False, True)],
    trains=trains())))
