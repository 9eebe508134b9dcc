"""Reference files of NumPy's formats.

    python make.py

Writes files.json beside this script: files as base64 with the values in them, by
NumPy 2.4.6, and files that hold something else than numbers.
"""

import base64
import io
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(5)
out = {"arrays": [], "refused": [], "npz": None}


def saved(a, **k):
    b = io.BytesIO()
    np.lib.format.write_array(b, a, **k)
    return base64.b64encode(b.getvalue()).decode()


def plain(a):
    return [float(v) if np.isfinite(v) else repr(float(v)) for v in np.asarray(a).astype(float).ravel(order="C")]


for kind in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split():
    for order in "<>":
        for shape in [(), (1,), (5,), (0,), (3, 4), (2, 3, 4), (0, 7)]:
            dtype = np.dtype(order + kind)
            if dtype.kind == "f":
                a = rng.standard_normal(shape) * 10
            elif dtype.kind == "b":
                a = rng.random(shape) < 0.5
            else:
                info = np.iinfo(dtype)
                a = rng.integers(max(info.min, -(2**53)), min(info.max, 2**53), shape)
            a = np.asarray(a).astype(dtype)
            for fortran in (False, True):
                b = np.asfortranarray(a) if fortran and a.ndim else a
                out["arrays"].append({"type": np.dtype(kind).name, "shape": a.shape, "values": plain(a),
                                      "same": bool(b.flags.c_contiguous and (order == "<" or dtype.itemsize == 1)),
                                      "file": saved(b)})
special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 6e-8, 65504])
for kind in ("<f2", "<f4", "<f8"):
    a = special.astype(kind)
    for version in ((1, 0), (2, 0), (3, 0)):
        out["arrays"].append({"type": np.dtype(kind).name, "shape": a.shape, "values": plain(a), "same": version == (1, 0),
                              "file": saved(a, version=version)})
for what, a in {
    "complex": np.array([1j]), "text": np.array(["a"]), "dates": np.array(["2020-01-01"], "M8[D]"),
    "records": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]), "2^53": np.array([2**53 + 1]),
    "Python objects": np.array([None], dtype=object),
}.items():
    out["refused"].append({"what": what, "file": saved(a, allow_pickle=True)})
b = io.BytesIO()
np.savez_compressed(b, spike_times=np.arange(5) / 8, clusters=np.array([[1, 2], [3, 4]], "i4"))
out["npz"] = base64.b64encode(b.getvalue()).decode()
(Path(__file__).resolve().parent / "files.json").write_text(json.dumps(out) + "\n")
