"""Reference values for images, designs and the general linear model.

    python make.py

Writes images.json (small NIfTI files as base64 beside what nibabel reads from
them), glm.json (designs, fits and regional means by nilearn) and run.nii.gz, the
run that they are of, beside this script. Made with nibabel 5.4.2, nilearn
0.14.1, numpy 2.4.6, scipy 1.17.1.
"""

import base64
import gzip
import io
import json
import struct
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from nilearn.glm import compute_contrast
from nilearn.glm.first_level import make_first_level_design_matrix, run_glm
from nilearn.maskers import NiftiMasker

warnings.filterwarnings("ignore")
here = Path(__file__).resolve().parent
rng = np.random.default_rng(7)
OBLIQUE = np.array([[-2.1, 0.3, 0.2, 31], [0.25, 2.2, -0.4, -40.5], [0.3, 0.45, 3.1, -22], [0, 0, 0, 1.0]])


def rigid(zooms, angles, origin, flip=1):
    a, b, c = angles
    rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    m = np.eye(4)
    m[:3, :3] = rz @ ry @ rx @ np.diag([zooms[0], zooms[1], flip * zooms[2]])
    m[:3, 3] = origin
    return m


def encoded(name, shape, dtype, *, cls=nib.Nifti1Header, endian="<", sform=None, qform=None, slope=None, inter=0.0,
            units=("mm", "sec"), zooms=None, extension=0):
    """A NIfTI file written by hand from nibabel's header, and what nibabel reads."""
    header = cls(endianness=endian)
    header.set_data_dtype(np.dtype(dtype))
    header.set_data_shape(shape)
    header.set_zooms(zooms or tuple(1.5 + 0.5 * i for i in range(len(shape))))
    header.set_xyzt_units(*units)
    if qform is not None:
        header.set_qform(qform[0], qform[1])
    if sform is not None:
        header.set_sform(sform[0], sform[1])
    header["scl_slope"], header["scl_inter"] = (np.nan, np.nan) if slope is None else (slope, inter)
    start = (352 if cls is nib.Nifti1Header else 544) + extension
    header["vox_offset"] = start
    header["magic"] = b"n+1" if cls is nib.Nifti1Header else b"n+2"
    kind = np.dtype(dtype)
    if kind.kind == "f":
        raw = rng.standard_normal(shape) * 100
    else:
        info = np.iinfo(kind)
        raw = rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)
    raw = raw.astype(kind.newbyteorder(endian))
    head = header.binaryblock + (b"\1\0\0\0" + struct.pack("<ii", extension, 6) + b"x" * (extension - 8) if extension else bytes(4))
    body = head[:start] + raw.tobytes(order="F")
    image = (nib.Nifti1Image if cls is nib.Nifti1Header else nib.Nifti2Image).from_bytes(body)
    # An image of fewer than four dimensions has no time.
    return dict(
        name=name,
        file=base64.b64encode(body).decode(),
        type=kind.name,
        shape=list(shape),
        affine=image.affine.tolist(),
        zoom4=float(image.header.get_zooms()[3]) if len(shape) > 3 else 0.0,
        # Integers of 64 bits are compared as floats, which is what is returned.
        values=[float(v) for v in image.get_fdata().ravel(order="F")],
    )


def images():
    out = []
    for dtype in "uint8 int8 uint16 int16 uint32 int32 uint64 int64 float32 float64".split():
        for endian in "<>":
            out.append(encoded(f"{dtype} {endian}", (3, 2, 2), dtype, endian=endian, sform=(OBLIQUE, 1)))
    n2 = nib.Nifti2Header
    plain = rigid((2, 2.5, 3), (0, 0, 0), (-10, 5, 7))
    for label, kw in (
        ("v2 <", dict(cls=n2, sform=(OBLIQUE, 4))),
        ("v2 >", dict(cls=n2, endian=">", sform=(OBLIQUE, 4), slope=0.1, inter=-3.7)),
        ("scaled", dict(slope=0.0625, inter=3, sform=(OBLIQUE, 1))),
        ("slope 0", dict(slope=0, inter=3, sform=(OBLIQUE, 1))),
        ("qform", dict(qform=(rigid((2, 2.5, 3), (0.1, -0.2, 0.3), (-10, 5, 7)), 1))),
        ("qform, left-handed", dict(qform=(rigid((2, 2.5, 3), (0.4, 0.2, -0.3), (-10, 5, 7), -1), 1))),
        ("qform, half turn", dict(qform=(rigid((2, 2.5, 3), (0, 0, np.pi), (-10, 5, 7)), 2))),
        ("qform, v2", dict(cls=n2, qform=(rigid((2, 2.5, 3), (0.1, 1.2, -2.3), (-10, 5, 7)), 1))),
        ("both", dict(qform=(plain, 1), sform=(OBLIQUE, 2))),
        ("neither", dict()),
        ("extension", dict(sform=(plain, 1), extension=48)),
    ):
        out.append(encoded(label, (4, 3, 2), "int16", **kw))
    out.append(encoded("4-D", (3, 2, 2, 5), "int16", sform=(plain, 1), zooms=(2, 2.5, 3, 1.35)))
    out.append(encoded("4-D, ms", (3, 2, 2, 5), "int16", sform=(plain, 1), zooms=(2, 2.5, 3, 1350), units=("mm", "msec")))
    out.append(encoded("5-D", (2, 2, 2, 3, 2), "float32", sform=(plain, 1), zooms=(2, 2.5, 3, 2, 1)))
    out.append(encoded("2-D", (4, 3), "float32"))
    out.append(encoded("1-D", (5,), "uint8"))
    out.append(encoded("one voxel", (1, 1, 1), "float64", sform=(plain, 1)))
    return out


EVENTS = pd.DataFrame(
    dict(
        onset=[4, 12.25, 21.1, 30, 41.7, 55, 63.3, 74, 86.9, -3],
        duration=[1, 1, 8, 8, 0, 2, 1.5, 6, 0.3, 2],
        trial_type=["face", "house"] * 5,
        modulation=[1, 1, 1, 0.5, 2, 1, 1, 1, -1, 1],
    )
)
N, TR = 61, 1.7


def designs():
    times = np.arange(N) * TR
    confounds = rng.standard_normal((N, 2))
    out = []
    for name, options in (
        ("spm", dict(hrf_model="spm")),
        ("spm with derivatives", dict(hrf_model="spm + derivative + dispersion", high_pass=0.02)),
        ("glover with derivatives", dict(hrf_model="glover + derivative + dispersion", drift_model="polynomial", drift_order=3)),
        ("fir", dict(hrf_model="fir", fir_delays=[0, 1, 3], drift_model=None)),
        ("none", dict(hrf_model=None, drift_model="polynomial", drift_order=1)),
        ("confounds", dict(hrf_model="glover", add_regs=confounds, add_reg_names=["c1", "c2"])),
    ):
        d = make_first_level_design_matrix(times, EVENTS, **options)
        out.append(dict(name=name, names=list(d.columns), x=d.values.tolist()))
    return out, confounds


def main():
    (here / "images.json").write_text("[\n" + ",\n".join(json.dumps(i) for i in images()) + "\n]\n")

    made, confounds = designs()
    design = pd.DataFrame(made[0]["x"], columns=made[0]["names"])
    shape = (5, 4, 3)
    rho = rng.uniform(-0.1, 0.7, shape)
    noise = rng.standard_normal(shape + (N,))
    for t in range(1, N):
        noise[..., t] = rho * noise[..., t - 1] + np.sqrt(1 - rho**2) * noise[..., t]
    beta = np.zeros(shape + (2,))
    beta[1:3, 1:3, 1, 0], beta[3, 2, 2, 1] = 20, -25
    data = 500 + 60 * rng.standard_normal(shape)[..., None] + 6 * noise
    data = data + beta @ design[["face", "house"]].values.T
    raw = np.round(data * 16).astype(np.int16)
    header = nib.Nifti1Header()
    header.set_data_shape(raw.shape)
    header.set_data_dtype(np.int16)
    header.set_zooms((3, 3, 4, TR))
    header.set_xyzt_units("mm", "sec")
    affine = np.array([[-3.0, 0, 0, 6], [0, 3, 0, -5], [0, 0, 4, -4], [0, 0, 0, 1]])
    header.set_sform(affine, 1)
    header["scl_slope"], header["scl_inter"] = 1 / 16, 0
    header["vox_offset"], header["magic"] = 352, b"n+1"
    body = header.binaryblock + b"\0\0\0\0" + raw.tobytes(order="F")
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, buffer, mtime=0) as f:
        f.write(body)
    (here / "run.nii.gz").write_bytes(buffer.getvalue())
    image = nib.Nifti1Image.from_bytes(body)
    # Voxels with x fastest, as in the file.
    series = image.get_fdata().reshape(-1, N, order="F").T

    mask = (np.arange(60).reshape(shape, order="F") % 3 == 0).astype(np.uint8)
    mask_image = nib.Nifti1Image(mask, image.affine)
    roi = NiftiMasker(mask_image, standardize=False).fit().transform(image).mean(axis=1)
    fits = []
    weights = dict(zip(design.columns, np.zeros(design.shape[1])))
    weights["face"], weights["house"] = 1.0, -0.5
    for model in ("ols", "ar1"):
        labels, results = run_glm(series, design.values, noise_model=model)
        c = compute_contrast(labels, results, np.array(list(weights.values())), stat_type="t")
        fits.append(
            dict(
                model=model,
                rho=[float(v) for v in labels],
                effect=c.effect_size().tolist(),
                var=np.ravel(c.effect_variance()).tolist(),
                t=c.stat().tolist(),
                z=c.z_score().tolist(),
                p=c.p_value().tolist(),
            )
        )
    lstsq = np.linalg.lstsq(design.values, series, rcond=None)[0]
    (here / "glm.json").write_text(
        json.dumps(
            dict(
                n=N,
                tr=TR,
                events=EVENTS.to_dict("records"),
                confounds=confounds.tolist(),
                designs=made,
                contrast="face - 0.5*house",
                fits=fits,
                betas=lstsq.tolist(),
                mask=mask.ravel(order="F").tolist(),
                roi=roi.tolist(),
                tsnr=(series.mean(axis=0) / series.std(axis=0)).tolist(),
            )
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
