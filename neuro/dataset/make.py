"""Makes the files below data/ from the packages that they come from.

    python make.py FOLDER      # holds nitime/, nipype/, mricron-data/, facts/

Text is recompressed, images are copied as they are but for the brain, of which
the differences from what neighbours predict are stored: two thirds of the file
that it comes in, and the same voxels; imaging.go reads them. The stimuli of the
grasshopper recordings are printed with six significant digits and sampled far
above their cut-off frequency, so each sample is stored as the difference from
what a cubic through the four samples before it predicts: a ninth (cut-off
200 Hz) and a quarter (800 Hz) of the compressed text, and the same numbers to
the last bit. grasshopper.go reads them.
Needs nothing but Python.
"""

import gzip
import sys
import zlib
from decimal import Decimal
from pathlib import Path

source, out = Path(sys.argv[1]), Path(__file__).resolve().parent / "data"
DIGITS = 7  # after the point; six significant digits of values from 0.01


def pack(name, data):
    with open(out / name, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(data)


def varint(n):
    b = bytearray()
    while n >= 128:
        b.append(n & 127 | 128)
        n >>= 7
    b.append(n)
    return bytes(b)


def stimulus(number):
    with gzip.open(source / f"nitime/grasshopper_stimulus{number}.txt.gz", "rt") as f:
        rows = [line.split() for line in f if line.strip()]
    assert all(float(t) == 50 * i for i, (t, _) in enumerate(rows)), "one sample every 50 us"
    values = [Decimal(v).scaleb(DIGITS) for _, v in rows]
    assert all(v == int(v) for v in values)
    values = [int(v) for v in values]
    # Runs of samples that are multiples of 10 or not, by size alone.
    quantum = [10 if v >= 10 ** (DIGITS - 1) else 1 for v in values]
    assert all(v % q == 0 for v, q in zip(values, quantum))
    runs = [0]
    for i, q in enumerate(quantum):
        if q != (10 if len(runs) % 2 else 1):
            runs.append(0)
        runs[-1] += 1
    b = bytearray(varint(len(values)) + varint(len(runs)))
    for r in runs:
        b += varint(r)
    past = [0, 0, 0, 0]
    for v, q in zip(values, quantum):
        guess = 4 * past[0] - 6 * past[1] + 4 * past[2] - past[3]
        d = v // q - (guess + q // 2) // q
        b += varint(2 * d if d >= 0 else -2 * d - 1)
        past = [v] + past[:3]
    pack(f"grasshopper_stimulus{number}.bin.gz", bytes(b))


def brain():
    with gzip.open(source / "mricron-data/ch2bet.nii.gz") as f:
        data = f.read()
    start, nx, ny, nz = 352, 181, 217, 181
    b = bytearray(data)  # the header, and voxels of one byte
    for i in range(start, len(data)):
        x, y, z = (i - start) % nx, (i - start) // nx % ny, (i - start) // nx // ny
        at = lambda dx, dy, dz: data[i - dx - nx * (dy + ny * dz)] if x >= dx and y >= dy and z >= dz else 0
        w, n, u = at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)
        guess = sorted((w + n - at(1, 1, 0), w + u - at(1, 0, 1), n + u - at(0, 1, 1)))[1]
        b[i] = (data[i] - min(max(guess, 0), 255)) & 255
    # Matches other than runs cost more than they save in what is left.
    c = zlib.compressobj(9, zlib.DEFLATED, 31, 9, zlib.Z_RLE)
    (out / "ch2bet.bin.gz").write_bytes(c.compress(bytes(b)) + c.flush())


for number in (1, 2):
    stimulus(number)
brain()
for name in (
    "nitime/grasshopper_spike_times1.txt",
    "nitime/grasshopper_spike_times2.txt",
    "nitime/event_related_fmri.csv",
    "nitime/fmri_timeseries.csv",
    "nipype/fsl_mcflirt_movpar.txt",
    "nipype/fsl_motion_outliers_fd.txt",
    "facts/sleepstudy_rt.csv",
    "facts/theophylline_pk.csv",
    "facts/puromycin_enzyme.csv",
    "facts/toothgrowth_dose_response.csv",
):
    pack(name.split("/")[1] + ".gz", (source / name).read_bytes())
for name in (
    "nipype/ds003_sub-01_mc.nii.gz",
    "nipype/ds003_sub-01_mc_brainmask.nii.gz",
):
    (out / name.split("/")[1]).write_bytes((source / name).read_bytes())
