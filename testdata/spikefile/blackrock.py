"""Files of Blackrock written by its specification, and what neo 0.14.6 reads in them.

    python blackrock.py > blackrock.json
"""
import base64, json, os, struct, tempfile, warnings
import numpy as np
import neo.rawio

warnings.simplefilter("ignore")
CLOCK = 30000
WHEN = struct.pack("<8H", 2021, 3, 2, 16, 13, 45, 7, 250)


def widths(self):
    """In place of neo's, which cannot read waveforms of 8 bits (an array is no key)."""
    kinds = {0: "int8", 1: "int8", 2: "int16", 4: "int32"}
    h = self._nev_ext_header[b"NEUEVWAV"]
    all16 = int(self._nev_basic_header["additionnal_flags"]) & 1
    return {int(k): "int16" if all16 else kinds[int(b)] for k, b in zip(h["electrode_id"], h["bytes_per_waveform"])}


neo.rawio.BlackrockRawIO._get_waveforms_dtype = widths


def pad(s, n):
    return s.encode()[:n].ljust(n, b"\0")


def nev(version, seed, electrodes, spikes, wide_waves, events, comments):
    r = np.random.default_rng(seed)
    samples = 20
    big = version[0] >= 3
    packet = (12 if big else 8) + samples * (2 if wide_waves else 1)
    packet += -packet % 4
    ext = []
    factor = {}
    for e in electrodes:
        factor[e] = int(r.integers(100, 600))
        if version >= (2, 3):
            tail = struct.pack("<H8x", samples)
        else:
            tail = bytes(10)
        ext.append(b"NEUEVWAV" + struct.pack("<HBBHHhhBB", e, 1, e % 32 + 1, factor[e], 0, 400, -300, 2, 2 if wide_waves else 1) + tail)
        if version >= (2, 2):
            ext.append(b"NEUEVLBL" + struct.pack("<H", e) + pad(f"elec{e}", 16) + bytes(6))
            ext.append(b"NEUEVFLT" + struct.pack("<HIIHIIH", e, 250000, 4, 1, 7500000, 3, 1) + bytes(2))
    ext = [x.ljust(32, b"\0") for x in ext]
    head = b"NEURALEV" + struct.pack("<BBHIIII", *version, 1 if wide_waves else 0, 336 + 32 * len(ext), packet, CLOCK, CLOCK) + WHEN + pad("written by hand", 32) + pad("a comment", 256) + struct.pack("<I", len(ext))
    assert len(head) == 336
    packets = []
    for t in np.sort(r.integers(0, 60000, spikes)):
        e, u = int(r.choice(electrodes)), int(r.choice([0, 1, 2, 255]))
        w = r.integers(-120, 120, samples) if not wide_waves else r.integers(-3000, 3000, samples)
        packets.append((int(t), struct.pack("<HBB", e, u, 0) + w.astype("<i2" if wide_waves else "i1").tobytes()))
    for k in range(events):
        packets.append((int(r.integers(0, 60000)), struct.pack("<HBBH", 0, 1 if k % 2 else 129, 0, int(r.integers(1, 250)))))
    for k in range(comments):
        packets.append((int(r.integers(0, 60000)), struct.pack("<HBBI", 0xFFFF, 0, 0, 255) + f"note {k}".encode()))
    packets.sort(key=lambda p: p[0])
    size = packet - (8 if big else 4)
    body = b"".join(struct.pack("<Q" if big else "<I", t) + p.ljust(size, b"\0") for t, p in packets)
    return head + b"".join(ext) + body


def nsx(version, seed, channels, period, parts, ptp=False):
    r = np.random.default_rng(seed)
    n = len(channels)
    data = [r.integers(-32000, 32000, (m, n)).astype("<i2") for _, m in parts]
    if version == (2, 1):
        head = b"NEURALSG" + pad("1 kS/s", 16) + struct.pack("<II", period, n) + struct.pack(f"<{n}I", *channels)
        return head + data[0].tobytes()
    ext = b""
    for k, c in enumerate(channels):
        ext += b"CC" + struct.pack("<H", c) + pad(f"chan{c}", 16) + struct.pack("<BBhhhh", 1, 2, -32764, 32764, -8191 if k % 2 else -5000, 8191 if k % 2 else 5000 + k)
        ext += pad("uV" if k % 2 else "mV", 16) + struct.pack("<IIHIIH", 300, 1, 1, 7500000, 3, 1)
    head = b"NEURALCD" + struct.pack("<BBI", *version, 314 + 66 * n) + pad("30 kS/s", 16) + pad("a comment", 256)
    head += struct.pack("<II", period, 1_000_000_000 if ptp else CLOCK) + WHEN + struct.pack("<I", n)
    assert len(head) == 314 and len(ext) == 66 * n
    body = b""
    for (start, m), x in zip(parts, data):
        if ptp:
            for i in range(m):
                t = start + round(i * period / CLOCK * 1e9)
                body += struct.pack("<BQI", 1, t, 1) + x[i].tobytes()
        else:
            body += struct.pack("<BQI" if version[0] >= 3 else "<BII", 1, start, m) + x.tobytes()
    return head + ext + body


def read(files, **more):
    d = tempfile.mkdtemp()
    for name, b in files.items():
        with open(os.path.join(d, name), "wb") as f:
            f.write(b)
    io = neo.rawio.BlackrockRawIO(os.path.join(d, "x"), **more)
    io.parse_header()
    out = {"files": {k: base64.b64encode(v).decode() for k, v in files.items()}, "units": [], "events": [], "signals": []}
    for k, u in enumerate(io.header["spike_channels"] if "nev" in str(files.keys()) else []):
        t, w = [], []
        for s in range(io._nb_segment):
            raw = io.get_spike_timestamps(0, s, k)
            t += (np.asarray(raw, float) / CLOCK * 1000).tolist()
            x = io.get_spike_raw_waveforms(0, s, k)
            w += (np.asarray(x)[:, 0].astype(float) * u["wf_gain"]).tolist()
        out["units"].append(dict(id=int(str(u["id"]).split()[1]), times=t, waveforms=w[:3], mean=np.mean(w, 0).tolist()))
    for k, e in enumerate(io.header["event_channels"]):
        for s in range(io._nb_segment):
            t, _, label = io.get_event_timestamps(0, s, k)
            out["events"] += [dict(kind=str(e["name"]), time=float(a) / CLOCK * 1000, label=b if isinstance(b, str) else b.decode() if isinstance(b, bytes) else str(b)) for a, b in zip(t, label)]
    c = io.header["signal_channels"]
    if len(c):
        out["rate"], out["names"], out["unit"] = float(c["sampling_rate"][0]), c["name"].tolist(), c["units"].tolist()
        for s in range(io._nb_segment):
            x = io.get_analogsignal_chunk(0, s, stream_index=0)
            out["signals"].append(dict(start=float(io.get_signal_t_start(0, s, 0)), x=(np.asarray(x, float) * c["gain"] + c["offset"]).T.tolist()))
    return out


cases = {
    "2.1": read({"x.nev": nev((2, 1), 1, [1, 3, 8, 130], 60, False, 6, 0), "x.ns2": nsx((2, 1), 2, [1, 3, 8, 130], 30, [(0, 61)])}),
    "2.2": read({"x.nev": nev((2, 2), 3, [1, 2], 40, True, 5, 3)}),
    "2.2s": read({"x.ns5": nsx((2, 2), 4, [1, 2, 5], 1, [(600, 97)])}),
    "2.3": read({"x.nev": nev((2, 3), 5, [2, 7, 96], 80, True, 9, 4)}),
    "2.3s": read({"x.ns3": nsx((2, 3), 6, [1, 2], 15, [(0, 40), (6000, 1), (9000, 53)])}, gap_tolerance_ms=1),
    "3.0": read({"x.nev": nev((3, 0), 7, [1, 300], 50, True, 5, 2)}),
    "3.0s": read({"x.ns6": nsx((3, 0), 8, [9], 1, [(30000, 71)])}),
    "ptp": read({"x.ns6": nsx((3, 0), 9, [1, 2], 1, [(10**18, 64), (10**18 + 7 * 10**6, 33)], True)}, gap_tolerance_ms=1),
}
print(json.dumps(cases))
