"""Spikes found on many channels with SciPy: the peer of detect.go.

    go run notebooks/bench/detect.go -keep DIR -seconds 10
    python notebooks/bench/detect.py DIR/detect.dat [--channels 384]

Band-pass by sosfiltfilt, median of the channels taken off, find_peaks at 5 times the noise (the
noise of the whole recording, median|x|/0.6745, unlike detect.go, which takes 10 stretches of
0.2 s). Spikes seen on several electrodes are not told apart. One thread.
"""

import argparse
import json
import os
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.signal as ss

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--channels", type=int, default=384)
parser.add_argument("--seconds", type=float, default=0)
o = parser.parse_args()
fs = 30000
raw = np.memmap(o.file, dtype="<i2", mode="r").reshape(-1, o.channels)
if o.seconds:
    raw = raw[: int(o.seconds * fs)]
began = time.process_time()
sos = ss.butter(3, [300, 6000], "band", fs=fs, output="sos")
x = ss.sosfiltfilt(sos, raw.astype(float), axis=0)
x -= np.median(x, axis=1, keepdims=True)
x = np.ascontiguousarray(x.T)
count = 0
for y in x:
    sigma = np.median(np.abs(y)) / 0.6745
    count += len(ss.find_peaks(-y, height=5 * sigma, distance=30)[0])
cpu = time.process_time() - began
print(json.dumps(dict(bench="detect", size=raw.size, cpu_s=round(cpu, 3), real_time=round(len(raw) / fs / cpu, 3), spikes=count)))
