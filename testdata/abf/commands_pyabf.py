"""Writes testdata/abf/commands.json: the commands (sweepC) and the tags that pyABF reads
from recordings of the shared collection, as they are and with bytes of their headers
changed, so that every kind of epoch, delays and tags are among them. A command is kept
as 60 of its samples, its mean and its standard deviation.

    python3 testdata/abf/commands_pyabf.py SHARED/data/fetched/pyABF testdata/abf/commands.json

pyabf 2.3.8.
"""
import json
import os
import struct
import sys
import tempfile
import warnings

import numpy as np
import pyabf

warnings.simplefilter("ignore")
FOLDER = sys.argv[1]


def case(name, patches=(), append=b""):
    """patches: (offset, struct format, value)"""
    data = bytearray(open(os.path.join(FOLDER, name), "rb").read())
    for offset, kind, value in patches:
        struct.pack_into("<" + kind, data, offset, value)
    data += append
    with tempfile.NamedTemporaryFile(suffix=".abf", delete=False) as f:
        f.write(data)
    abf = pyabf.ABF(f.name)
    out = {
        "file": name,
        "patches": [[offset, struct.pack("<" + kind, value).hex()] for offset, kind, value in patches],
        "append": append.hex(),
        "tags": [[round(t, 5), c.strip(" \0")] for t, c in zip(abf.tagTimesSec, abf.tagComments)],
        "commands": [],
    }
    for channel in abf.channelList[:2]:
        for sweep in sorted({0, 1, abf.sweepCount - 1} & set(abf.sweepList)):
            abf.setSweep(sweep, channel=channel)
            y = np.asarray(abf.sweepC, dtype=float)
            at = np.linspace(0, len(y) - 1, 60).astype(int)
            out["commands"].append({
                "output": channel, "sweep": sweep, "n": len(y), "at": at.tolist(), "y": [float("%.9g" % v) if v == v else None for v in y[at]],
                "mean": float("%.9g" % y.mean()) if not np.isnan(y).any() else None, "std": float("%.9g" % y.std()) if not np.isnan(y).any() else None,
            })
    os.remove(f.name)
    return out


def section(name, at):
    data = open(os.path.join(FOLDER, name), "rb").read()
    block, size, n = struct.unpack_from("<iii", data, at)
    return block * 512, size, n


def tag(ticks, text):
    return struct.pack("<i56shh", ticks, text.encode("latin-1"), 1, 0)


cases = [case(n) for n in sorted(os.listdir(FOLDER)) if n.endswith(".abf")]
# a file of steps whose second epoch becomes a train, and whose length changes by sweep
name = "model_vc_step.abf"
dac, epoch = section(name, 108)[0], section(name, 156)
second = epoch[0]
for kind in (3, 4, 5, 7):
    cases.append(case(name, [(second + 4, "h", kind), (second + 14, "i", 4000), (second + 22, "i", 500), (second + 26, "i", 150)]))
cases.append(case(name, [(second + 10, "f", 2.5), (second + 18, "i", 7), (dac + 44, "h", 1)]))
cases.append(case(name, [(dac + 40, "h", 0)]))
# tags behind the data of ABF2, in ticks and in samples
data = os.path.getsize(os.path.join(FOLDER, name))
pad = b"\0" * (-data % 512)
tags = tag(1000, "drug on") + tag(250000, "wash, 5 uM")
protocol = section(name, 76)[0]
for tick in (0.0, 20.0):
    cases.append(case(name, [(252, "i", (data + len(pad)) // 512), (256, "i", 64), (260, "i", 2), (protocol + 14, "f", tick)], pad + tags))
# ABF1: ramp, other lengths
name = "pclamp11_4ch_abf1.abf"
cases.append(case(name, [(2310, "h", 2), (2352, "f", 12.5), (2432, "f", -1.5), (2512, "i", 600), (2592, "i", 3)]))
with open(sys.argv[2], "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
