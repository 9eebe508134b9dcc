"""Writes files in Neuroscan's layout (16 and 32 bits, in blocks, all types of events) and
what MNE reads in them: python cnt.py > cnt.json"""
import base64, json, os, struct, sys, tempfile, warnings
import numpy as np
import mne

warnings.simplefilter("ignore")
mne.set_log_level("error")
rng = np.random.default_rng(5)
out = []
names = ["FP1", "CZ", "VEOG"]


def put(b, at, fmt, *v):
    struct.pack_into("<" + fmt, b, at, *v)


def make(width, block, n, kind, whole=True):
    c = len(names)
    b = bytearray(900 + 75 * c)
    b[:12] = b"Version 3.0\0"
    b[21:24], b[121:131], b[205:208] = b"017", b"Doe John\0\0", b"two"
    b[225:233], b[235:243] = b"03/24/99", b"13:14:15"
    put(b, 370, "H", c), put(b, 376, "H", 250), put(b, 438, "bb", 1, 1), put(b, 864, "i", n)
    put(b, 869, "f", 0.15), put(b, 875, "f", 70.0), put(b, 894, "i", block * width if block > 1 else 0)
    for k, name in enumerate(names):
        e = 900 + 75 * k
        b[e : e + len(name)] = name.encode()
        put(b, e + 14, "B", k == 1)
        put(b, e + 19, "ff", 1.0 + k, 2.0), put(b, e + 47, "h", 3 * k - 2), put(b, e + 59, "f", 0.84 + k / 10), put(b, e + 71, "f", 1.1 - k / 10)
    top = 2**15 if width == 2 else 2**24
    x = rng.integers(-top, top, (n, c))
    if block > 1:
        x = x.reshape(n // block, block, c).transpose(0, 2, 1)
    data = x.astype("<i%d" % width).tobytes()
    at = len(b) + len(data)
    put(b, 886, "i", at)
    frame = c * width
    ev = b""
    for stim, board, pad, sample in [(7, 0, 0, 10), (0, 3, 0, 20), (0, 0, 5, 31), (0, 0, 0xC0, 35), (0, 0, 0xD0, 40), (255, 0, 0, 50)]:
        offset = sample + (len(b) + frame - 1) // frame if kind == 3 else sample * frame + len(b)
        ev += struct.pack("<HBBi", stim, board, pad, offset)
        if kind > 1:
            ev += struct.pack("<hhfbbb", 0, 0, 0.0, 0, 0, 0)
    return bytes(b) + data + struct.pack("<Bii", kind, len(ev), 0) + ev


for width, block, n, kind in [(2, 1, 101, 1), (4, 1, 101, 2), (2, 20, 100, 1), (4, 10, 120, 3)]:
    f = make(width, block, n, kind)
    with tempfile.TemporaryDirectory() as dir:
        p = os.path.join(dir, "x.cnt")
        open(p, "wb").write(f)
        raw = mne.io.read_raw_cnt(p, eog="auto", header="new")
        out.append({"what": f"{8 * width} bits, blocks of {block}, events of type {kind}", "file": base64.b64encode(f).decode(), "fs": raw.info["sfreq"], "names": raw.ch_names,
                    "types": raw.get_channel_types(), "bads": raw.info["bads"], "uV": (raw.get_data() * 1e6).tolist(), "start": raw.info["meas_date"].timestamp(),
                    "annotations": [[float(a["onset"]), float(a["duration"]), str(a["description"])] for a in raw.annotations]})
json.dump(out, sys.stdout)
