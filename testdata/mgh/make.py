"""Reference volumes of FreeSurfer's format.

    python make.py

Writes files.json beside this script: files as base64 beside what nibabel 5.4.2
reads from them, with x running fastest.
"""

import base64
import gzip
import json
from pathlib import Path

import nibabel as nib
import numpy as np

rng = np.random.default_rng(11)
OBLIQUE = np.array([[-2.1, 0.3, 0.2, 9], [0.25, 2.2, -0.4, -12.5], [0.3, 0.45, 3.1, -8], [0, 0, 0, 1.0]])
out = []
for kind in ("u1", "i4", "f4", "i2", "u2"):
    for shape, affine, tr in [((3, 4, 5), np.diag([-1, 1, 1, 1.0]), 0), ((2, 3, 2, 4), OBLIQUE, 2.5), ((1, 1, 1), OBLIQUE, 0)]:
        dtype = np.dtype(kind)
        data = rng.standard_normal(shape) if dtype.kind == "f" else rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape)
        img = nib.MGHImage(data.astype(dtype), affine)
        if len(shape) == 4:
            img.header.set_zooms(img.header.get_zooms()[:3] + (tr * 1000,))
        raw = img.to_bytes()
        back = nib.MGHImage.from_bytes(raw)
        if kind == "f4":
            raw = gzip.compress(raw, mtime=0)
        out.append({"type": dtype.name, "shape": shape, "affine": back.affine.tolist(), "tr": tr,
                    "values": np.asarray(back.dataobj).astype(float).ravel(order="F").tolist(),
                    "file": base64.b64encode(raw).decode()})
(Path(__file__).resolve().parent / "files.json").write_text(json.dumps(out) + "\n")
