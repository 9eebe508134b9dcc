"""Reference values for operations on images.

    python operations.py

Writes operations.json beside this script: small images and what nilearn 0.14.1,
nibabel 5.4.2 and scipy 1.17.1 make of them. Arrays are base64 of
float32, masks of bytes, with x running fastest.
"""

import base64
import json
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
from nilearn.image import resample_img, smooth_img
from nilearn.maskers import NiftiLabelsMasker, NiftiSpheresMasker
from nilearn.masking import compute_background_mask, compute_epi_mask, intersect_masks
from scipy.ndimage import gaussian_filter

warnings.filterwarnings("ignore")
rng = np.random.default_rng(23)
OBLIQUE = np.array([[-2.1, 0.3, 0.2, 9], [0.25, 2.2, -0.4, -12.5], [0.3, 0.45, 3.1, -8], [0, 0, 0, 1.0]])
PERMUTED = np.array([[0, 0, -3.0, 12], [2.0, 0, 0, -9], [0, -2.5, 0, 14], [0, 0, 0, 1]])
PLAIN = np.array([[-3.0, 0, 0, 14], [0, 3, 0, -13], [0, 0, 4, -11], [0, 0, 0, 1]])


def pack(a, kind="<f4"):
    return base64.b64encode(np.asarray(a).astype(kind).tobytes(order="F")).decode()


def image(shape, affine, data=None):
    if data is None:
        data = 100 + 10 * rng.standard_normal(shape)
    data = np.asarray(data).astype("f4").astype("f8")  # nilearn works in double precision on these
    return nib.Nifti1Image(data, affine)


def described(img):
    return {"shape": img.shape, "affine": img.affine.tolist(), "values": pack(img.get_fdata())}


out = {"smooth": [], "resample": [], "epi": [], "background": [], "intersect": [], "labels": [], "spheres": [], "canonical": []}

for shape, affine, fwhm in [
    ((9, 11, 7), PLAIN, 6), ((9, 11, 7), PLAIN, [4, 5, 6]), ((7, 5, 3, 2), OBLIQUE, 8), ((1, 1, 1), PLAIN, 5),
    ((13, 1, 2), PERMUTED, 20), ((9, 11, 7), PLAIN, [0, 6, 0]),
]:
    img = image(shape, affine)
    if len(shape) == 4:
        img.get_fdata()[2, 2, 1, 0] = np.nan
        img = nib.Nifti1Image(img.get_fdata(), affine)
    out["smooth"].append({"image": described(img), "fwhm": fwhm if isinstance(fwhm, list) else [fwhm] * 3,
                          "want": pack(smooth_img(img, fwhm).get_fdata())})

fine = np.diag([2.2, 2.5, 3.1, 1.0])
fine[:3, 3] = [-12, -12, -10]
turned = np.array([[2.0137, 0.4071, 0.1193, -11.03], [-0.3119, 2.4213, 0.2057, -10.07], [0.1171, -0.2093, 2.9131, -9.011], [0, 0, 0, 1]])
for shape, affine, to, to_shape in [
    ((9, 11, 7), PLAIN, fine, (11, 9, 8)), ((9, 11, 7), PLAIN, turned, (8, 9, 7)), ((8, 7, 9), PERMUTED, fine, (9, 9, 8)),
    ((7, 5, 3, 2), OBLIQUE, turned, (7, 8, 5)), ((9, 1, 5), PLAIN, PLAIN @ np.diag([0.5, 1, 0.5, 1]), (17, 1, 9)),
    ((9, 11, 7), PLAIN, PLAIN @ np.array([[1, 0, 0, 2], [0, 1, 0, -1], [0, 0, 1, 0], [0, 0, 0, 1.0]]), (9, 11, 7)),
]:
    img = image(shape, affine)
    holed = img.get_fdata().copy()
    holed[3:5, :2, 1:3] = np.nan
    for name, source in (("whole", img), ("holed", nib.Nifti1Image(holed, affine))):
        if name == "holed" and shape != (9, 11, 7):
            continue
        case = {"image": described(source), "to": np.asarray(to).tolist(), "shape": to_shape, "want": {}}
        for how, theirs in (("nearest", "nearest"), ("linear", "linear"), ("cubic", "continuous")):
            got = resample_img(source, target_affine=to, target_shape=to_shape, interpolation=theirs,
                               force_resample=True, copy_header=True)
            case["want"][how] = pack(got.get_fdata())
        out["resample"].append(case)

x, y, z = np.mgrid[:15, :13, :11]
for k in range(3):
    brain = ((x - 7) / 5.5) ** 2 + ((y - 6) / 4.5) ** 2 + ((z - 5) / 4) ** 2 < 1
    data = gaussian_filter(brain * 800.0, 0.6) + 30 * np.abs(rng.standard_normal(brain.shape))
    data[:2, :2, :2] += 900  # an artefact apart from the brain
    run = image(brain.shape + (2,), PLAIN, data[..., None] + 20 * rng.standard_normal(brain.shape + (2,)))
    options = [{}, {"opening": 1}, {"opening": False, "connected": False}][k]
    out["epi"].append({"image": described(run), "opening": options.get("opening", 2) or -1, "all": not options.get("connected", True),
                       "want": pack(compute_epi_mask(run, **options).get_fdata(), "u1")})
    cut = np.where(brain, data, 0 if k < 2 else np.nan)
    img = image(brain.shape, PLAIN, cut)
    out["background"].append({"image": described(img), "want": pack(compute_background_mask(img).get_fdata(), "u1")})
masks = [nib.Nifti1Image((rng.random((9, 8, 7)) < 0.6).astype("u1"), PLAIN) for _ in range(4)]
for share in (0, 0.5, 1):
    for connected in (True, False):
        got = intersect_masks(masks, threshold=share, connected=connected)
        out["intersect"].append({"masks": [described(m) for m in masks], "share": share, "all": not connected,
                                 "want": pack(got.get_fdata(), "u1")})

run = image((9, 11, 7, 4), OBLIQUE)
labels = nib.Nifti1Image(rng.choice([0, 0, 3, 7, 12], (9, 11, 7)).astype("i2"), OBLIQUE)
got = NiftiLabelsMasker(labels, standardize=None).fit_transform(run)
out["labels"].append({"image": described(run), "labels": described(labels), "want": got.tolist()})
centres = [(OBLIQUE @ [4, 5, 3, 1])[:3].tolist(), (OBLIQUE @ [2.3, 8.4, 2.2, 1])[:3].tolist(), (OBLIQUE @ [0, 0, 0, 1])[:3].tolist()]
for radius in (3, 5.5, 9):
    got = NiftiSpheresMasker(centres, radius=radius, allow_overlap=True, standardize=None).fit_transform(run)
    out["spheres"].append({"image": described(run), "centres": centres, "radius": radius, "want": got.tolist()})
for affine in (PLAIN, OBLIQUE, PERMUTED, np.eye(4)):
    img = image((3, 4, 2, 2), affine)
    got = nib.as_closest_canonical(img)
    out["canonical"].append({"image": described(img), "want": described(got)})

(Path(__file__).resolve().parent / "operations.json").write_text(json.dumps(out) + "\n")
