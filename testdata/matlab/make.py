"""Files of MATLAB as SciPy writes them, others that it reads (big endian), and what
scipy.io.loadmat reads in them and in the .mat files of DATA; data sets of EEGLAB with
what MNE reads: python make.py DATA > files.json"""
import base64, glob, io, json, os, struct, sys, tempfile, warnings
import numpy as np
import scipy.io, scipy.sparse

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
root = sys.argv[1]


def num(x):
    x = float(x)
    return x if np.isfinite(x) else str(x)


def tree(v, full=True):
    """What a Value of Go is to be."""
    if scipy.sparse.issparse(v):
        logical = v.dtype == bool
        t = tree(np.asarray(v.todense()).astype(complex if v.dtype.kind == "c" else float), full)
        t["class"] = "logical" if logical else "double"
        return t
    if isinstance(v, str):
        v = np.array(list(v), dtype="U1").reshape(1, -1)
    v = np.asarray(v)
    if v.dtype.names is not None or isinstance(v, scipy.io.matlab.MatlabObject):
        names = list(v.dtype.names or [])
        return {"class": "struct", "shape": list(v.shape), "fields": names, "items": [tree(x[n], full) for x in v.flatten("F") for n in names]}
    if v.dtype == object:
        return {"class": "cell", "shape": list(v.shape), "items": [tree(x, full) for x in v.flatten("F")]}
    if v.dtype.kind == "U":
        return {"class": "char", "shape": list(v.shape), "text": ["".join(c if c else "\0" for c in row) for row in v.reshape(v.shape[0], -1)] if v.size else []}
    name = {"float64": "double", "complex128": "double", "float32": "single", "complex64": "single", "bool": "logical"}.get(v.dtype.name, v.dtype.name)
    f = v.flatten("F")
    out = {"class": name, "shape": list(v.shape)}
    for key, part in [("values", f.real)] + ([("imag", f.imag)] if f.dtype.kind == "c" else []):
        out[key] = [num(x) for x in (part if full else part[:: max(1, len(part) // 7)])]
    if not full:
        out["step"] = max(1, len(f) // 7)
        ok = f[np.isfinite(f)] if f.dtype.kind == "f" else f
        out["sum"] = num(np.sum(ok.real, dtype=np.float64))
    return out


def load(b):
    read = lambda m: scipy.io.loadmat(io.BytesIO(b) if isinstance(b, bytes) else b, chars_as_strings=False, mat_dtype=m)
    d, stored = read(True), read(False)  # the first drops imaginary parts
    return {k: stored[k] if stored[k].dtype.kind == "c" else v for k, v in d.items() if not k.startswith("__")}


def written(d, **o):
    f = io.BytesIO()
    scipy.io.savemat(f, d, **o)
    b = f.getvalue()
    if o.get("format") != "4":
        b = b"MATLAB 5.0 MAT-file, written by SciPy".ljust(116) + b[116:]
    return b


kinds = ["float64", "float32", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def of(kind, shape):
    if kind.startswith("f"):
        return rng.standard_normal(shape).astype(kind)
    i = np.iinfo(kind)
    return rng.integers(max(i.min, -(2**53)), min(i.max, 2**53), shape, dtype=np.int64 if kind != "uint64" else np.uint64, endpoint=True).astype(kind)


everything = {}
for k in kinds:
    for n, s in enumerate([(1, 1), (3, 5), (1, 7), (0, 3), (2, 3, 4)]):
        everything[f"{k}_{n}"] = of(k, s)
everything["nan"] = np.array([[np.nan, np.inf, -np.inf, -0.0]])
everything["z"] = rng.standard_normal((3, 2)) + 1j * rng.standard_normal((3, 2))
everything["zs"] = (rng.standard_normal((1, 3)) + 1j).astype("complex64")
everything["yes"] = np.array([[True, False, True]])
everything["text"] = "Hello, world"
everything["none"] = ""
everything["greek"] = "10 \u00b5V, \u0394f, \u03b8"
everything["rows"] = np.array(["Fz", "Cz", "POz "])
everything["sp"] = scipy.sparse.csc_matrix(np.diag([1.0, 2, 0, 4])[:, :3])
everything["spz"] = scipy.sparse.csc_matrix(np.array([[0, 1 + 2j], [3, 0]]))
everything["spe"] = scipy.sparse.csc_matrix((3, 2))
c = np.empty((2, 3), object)
for k in range(6):
    c.flat[k] = [1.5, "two", np.arange(3), {"a": 1}, np.zeros((0, 0)), "six"][k]
everything["c"] = c
everything["s"] = {"name": "s1", "fs": 250.0, "inner": {"x": np.arange(4.0), "deep": {"er": "yes"}}, "list": c}
a = np.zeros((2, 2), dtype=[("label", object), ("pos", object)])
for k in range(4):
    a.flat[k] = (f"E{k}", np.arange(k + 1.0))
everything["arr"] = a
everything["empty"] = np.zeros((0, 0), dtype=[("label", object)])

files = {}
files["compressed"] = written(everything, do_compression=True, oned_as="row", long_field_names=True)
files["plain"] = written(everything, do_compression=False, oned_as="row", long_field_names=True)
simple = {k: v for k, v in everything.items() if not isinstance(v, dict) and k not in ("c", "arr", "empty", "spe", "greek", "none", "zs") and getattr(v, "ndim", 2) == 2 and "int64" not in k and "int8_" not in k and "uint32" not in k and 0 not in getattr(v, "shape", (1,))}
files["level4"] = written(simple, format="4", oned_as="row")


# Big endian, by hand: SciPy reads it but does not write it.
def el(typ, data):
    if 0 < len(data) <= 4:
        return struct.pack(">HH", len(data), typ) + data.ljust(4, b"\0")
    return struct.pack(">II", typ, len(data)) + data + b"\0" * (-len(data) % 8)


def mat(name, cls, shape, *parts, flags=0):
    body = el(6, struct.pack(">II", cls | flags << 8, 0)) + el(5, struct.pack(">%di" % len(shape), *shape)) + el(1, name.encode()) + b"".join(parts)
    return struct.pack(">II", 14, len(body)) + body


big = b"MATLAB 5.0 MAT-file, big endian".ljust(116) + b"\0" * 8 + struct.pack(">H", 0x100) + b"MI"
big += mat("x", 6, (2, 3), el(9, struct.pack(">6d", *range(6))))
big += mat("packed", 6, (1, 3), el(2, bytes([1, 2, 250])))  # doubles stored as bytes
big += mat("i", 10, (3, 1), el(3, struct.pack(">3h", -5, 6, 700)))
big += mat("yes", 9, (1, 2), el(2, bytes([1, 0])), flags=2)
big += mat("t", 4, (1, 4), el(17, "a\u00b5V!".encode("utf-16-be")))
big += mat("u", 4, (1, 3), el(16, "a\u00b5V".encode()))
big += mat("s", 2, (1, 1), el(5, struct.pack(">i", 8)), el(1, b"fs\0\0\0\0\0\0name\0\0\0\0"),
           mat("", 6, (1, 1), el(9, struct.pack(">d", 250))), mat("", 4, (1, 2), el(17, "ab".encode("utf-16-be"))))
big += mat("sp", 5, (3, 2), el(5, struct.pack(">2i", 0, 2)), el(5, struct.pack(">3i", 0, 1, 2)), el(9, struct.pack(">2d", 7, 8)))
files["big"] = big
h = lambda m, r, c, z, name: struct.pack(">5i", m, r, c, z, len(name) + 1) + name.encode() + b"\0"
files["big4"] = h(1000, 2, 2, 0, "x") + struct.pack(">4d", 1, 2, 3, 4) + h(1030, 1, 3, 1, "z") + struct.pack(">6h", 1, 2, 3, 4, 5, 6) + h(1051, 1, 2, 0, "t") + b"ok"

out = {"files": {k: {"file": base64.b64encode(b).decode(), "values": {n: tree(v) for n, v in load(b).items()}} for k, b in files.items()}, "shared": {}}
for p in sorted(glob.glob(root + "/**/*.mat", recursive=True)):
    if "ctf275" in p:
        continue  # as its neighbours, only larger
    out["shared"][os.path.relpath(p, root)] = {n: tree(v, False) for n, v in load(p).items()}

# EEGLAB
import mne

mne.set_log_level("error")


def dataset(inside, top, trials=1, n=(3, 200)):
    labels = ["Fz", "Cz", "EOG1"][: n[0]]
    loc = np.zeros((1, n[0]), dtype=[(k, object) for k in ["labels", "type", "X", "Y", "Z", "theta", "radius"]])
    for k, l in enumerate(labels):
        loc[0, k] = (l, "EOG" if k == 2 else "EEG", 0.5 + k / 10, 0.1 * k - 0.05, 0.7, 10.0 * k, 0.2)
    ev = np.zeros((1, 3), dtype=[(k, object) for k in ["latency", "type", "duration"]])
    ev[0, 0], ev[0, 1], ev[0, 2] = (11.0, "go", 0.0), (31.5, "boundary", 40.0), (101.0, 7.0, 25.0)
    x = rng.standard_normal((n[0], n[1])).astype("float32") * 20
    if trials > 1:
        x = rng.standard_normal((n[0], n[1], trials)).astype("float32") * 20
    d = {"setname": "test", "subject": "S7", "nbchan": float(n[0]), "pnts": float(n[1]), "trials": float(trials), "srate": 250.0, "xmin": 0.0, "xmax": (n[1] - 1) / 250.0,
         "data": x if inside else "test.fdt", "ref": "common", "chanlocs": loc, "event": ev, "icawinv": np.zeros((0, 0)), "icaweights": np.zeros((0, 0)), "icasphere": np.zeros((0, 0)), "icachansind": np.zeros((0, 0)), "epoch": np.zeros((0, 0)), "urevent": np.zeros((0, 0)), "chaninfo": {"nosedir": "+X"}}
    return written(d if top else {"EEG": d}, do_compression=inside, oned_as="row"), b"" if inside else x.flatten("F").astype("<f4").tobytes()


out["eeglab"] = []
with tempfile.TemporaryDirectory() as dir:
    for inside in (True, False):
        for top in (True, False):
            s, fdt = dataset(inside, top)
            open(dir + "/test.set", "wb").write(s)
            open(dir + "/test.fdt", "wb").write(fdt)
            raw = mne.io.read_raw_eeglab(dir + "/test.set", montage_units="m")
            pos = [list(map(float, raw.info["chs"][c]["loc"][:3])) for c in range(2)]
            out["eeglab"].append({"set": base64.b64encode(s).decode(), "fdt": base64.b64encode(fdt).decode(), "fs": raw.info["sfreq"], "names": raw.ch_names,
                                  "types": raw.get_channel_types(), "uV": (raw.get_data() * 1e6).tolist(), "position": pos,
                                  "annotations": [[float(a["onset"]), float(a["duration"]), str(a["description"])] for a in raw.annotations]})
    s, fdt = dataset(True, True, trials=4, n=(2, 50))
    open(dir + "/test.set", "wb").write(s)
    ep = mne.read_epochs_eeglab(dir + "/test.set", events=np.c_[np.arange(4), np.zeros(4, int), np.ones(4, int)], event_id={"go": 1})
    out["epochs"] = {"set": base64.b64encode(s).decode(), "uV": (ep.get_data(units="uV")).tolist()}
    # The layout of FieldTrip: trials apart, trials without places, and one
    def fieldtrip(lengths, info, compressed, fsample=True):
        cell = lambda items: np.array([None] + items, object)[1:].reshape(1, -1)
        x = [rng.standard_normal((3, n)) for n in lengths]
        d = {"label": np.array([["Fz"], ["EOG1"], ["MLC11"]], object), "trial": cell(x), "time": cell([np.arange(n)[None] / 200 - 0.05 for n in lengths]),
             "hdr": {"label": np.array([["x"], ["MLC11"], ["Fz"], ["EOG1"]], object), "chantype": np.array([["eeg"], ["megaxial"], ["eeg"], ["unknown"]], object),
                     "chanunit": np.array([["uV"], ["T"], ["uV"], ["mV"]], object)}, "trialinfo": np.arange(7.0, 7 + len(x))[:, None]}
        if fsample:
            d["fsample"] = 200.0
        if info is not None:
            d["sampleinfo"] = np.array(info, float)
        return written({"cfg": {"a": 1}, "data": d}, do_compression=compressed, oned_as="row"), [v.tolist() for v in x]

    out["fieldtrip"] = []
    for lengths, info, compressed, fsample in [((40, 30, 40), [[101, 140], [141, 170], [301, 340]], True, True), ((40, 30), None, False, False), ((50,), [[1, 50]], False, True)]:
        b, x = fieldtrip(lengths, info, compressed, fsample)
        e = {"file": base64.b64encode(b).decode(), "trials": x, "info": info}
        out["fieldtrip"].append(e)
json.dump(out, sys.stdout)
