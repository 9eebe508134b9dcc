"""Headers that say everything or something wrong, and what nibabel makes of them:
headers.json.

    python headers.py

"whole" holds files in which every field is set, as nibabel writes them, in both
versions and byte orders; "wrong" holds files with one fault each and the levels
and messages of nibabel's checks.
"""

import base64
import io
import json
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.batteryrunners import BatteryRunner

out = {"nibabel": nib.__version__, "whole": [], "wrong": []}
data = np.arange(3 * 4 * 2 * 5, dtype="i2").reshape(3, 4, 2, 5)
sform = np.array([[-2.0, 0.1, 0, 90], [0, 2, 0.2, -126], [0, 0, 2.5, -72], [0, 0, 0, 1]])
qform = np.array([[-2.0, 0, 0, 91], [0, 2, 0, -125], [0, 0, 2.5, -70], [0, 0, 0, 1]])


def image(klass, order="<", dtype="i2"):
    h = klass.header_class(endianness=order)
    h.set_data_dtype(np.dtype(dtype).newbyteorder(order))
    im = klass(data.astype(dtype), None, h)
    h = im.header
    h.set_sform(sform, 4)
    h.set_qform(qform, 1)
    h.set_zooms((2, 2, 2.5, 1500))
    h.set_xyzt_units("mm", "msec")
    h.set_intent("t test", (17,), name="faces")
    h.set_dim_info(freq=0, phase=1, slice=2)
    h["slice_end"] = 1
    h["slice_code"] = 3
    h["slice_duration"] = 0.7
    h["cal_max"], h["cal_min"] = 99.5, -3
    h["toffset"] = 12
    h["descrip"] = b"made to say everything"
    h["aux_file"] = b"none.txt"
    h.extensions.append(nib.nifti1.Nifti1Extension("comment", b"a comment of more than sixteen bytes"))
    h.extensions.append(nib.nifti1.Nifti1Extension("afni", b"<AFNI_attributes/>"))
    h.extensions.append(nib.nifti1.Nifti1Extension(44, b"\x00\x01\xff"))
    return im


def bytes_of(im):
    b = io.BytesIO()
    im.to_file_map({"image": nib.FileHolder(fileobj=b), "header": nib.FileHolder(fileobj=b)})
    return b.getvalue()


for klass, version in [(nib.Nifti1Image, 1), (nib.Nifti2Image, 2)]:
    for order in "<>":
        im = image(klass, order)
        b = bytes_of(im)
        back = klass.from_bytes(b)
        out["whole"].append(
            {
                "version": version,
                "order": order,
                "file": base64.b64encode(b).decode(),
                "sform": back.get_sform().tolist(),
                "qform": back.get_qform().tolist(),
                "extensions": [[e.get_code(), base64.b64encode(e.get_content() if isinstance(e.get_content(), bytes) else e.get_content().encode()).decode()] for e in back.header.extensions],
            }
        )

cases = {
    "none": {},
    "sizeof_hdr": {"sizeof_hdr": 350},
    "datatype": {"datatype": 4096},
    "RGB": {"datatype": 128, "bitpix": 24},
    "bitpix": {"bitpix": 8},
    "pixdim zero": {"pixdim": (1, 2, 0, 2.5, 1500, 1, 1, 1)},
    "pixdim negative": {"pixdim": (1, -2, 2, 2.5, 1500, 1, 1, 1)},
    "qfac": {"pixdim": (0, 2, 2, 2.5, 1500, 1, 1, 1)},
    "magic": {"magic": b"xxx"},
    "offset low": {"vox_offset": 100},
    "offset not of 16": {"vox_offset": 366},
    "qform_code": {"qform_code": 9},
    "sform_code": {"sform_code": -3},
    "eol zero": {"eol_check": (0, 0, 0, 0)},
    "eol": {"eol_check": (13, 10, 26, 13)},
}
for klass, version in [(nib.Nifti1Image, 1), (nib.Nifti2Image, 2)]:
    for name, change in cases.items():
        im = image(klass)
        im.header.set_sform(qform, 4)
        im.header.extensions.clear()
        b = bytearray(bytes_of(im))
        h = klass.header_class(bytes(b[: klass.header_class.sizeof_hdr]), check=False)
        if any(f not in h.keys() for f in change):
            continue
        for f, v in change.items():
            h[f] = v
        b[: klass.header_class.sizeof_hdr] = h.binaryblock
        if name == "offset not of 16":
            b += bytes(14)
        reports = BatteryRunner(klass.header_class._get_checks()).check_only(h)
        out["wrong"].append(
            {
                "name": name,
                "version": version,
                "file": base64.b64encode(bytes(b)).decode(),
                "found": [[r.problem_level, r.problem_msg] for r in reports if r.problem_level],
            }
        )
with open(Path(__file__).parent / "headers.json", "w") as f:
    json.dump(out, f, indent=0)
    f.write("\n")
