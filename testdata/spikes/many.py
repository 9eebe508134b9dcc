"""Reference values of spikes detected on several channels: numpy 2.4.6, scipy 1.17.1.

    python many.py > many.json

The samples are whole numbers that a hash makes, so that the test makes them again: see samples().
Band-pass, reference and peaks are SciPy's and NumPy's; that of spikes near each other in time and
place the largest stays is written out here, and so is the nonlinear energy (Choi, Jung and Kim
2006, with a Hamming window).
"""

import json

import numpy as np
import scipy.signal as ss

CHANNELS, N, FS = 13, 30011, 30000.0
SHAPE = [0, -100, -400, -900, -1500, -1900, -2000, -1800, -1300, -700, -200, 200, 450, 600, 650, 600, 500, 350, 200, 100]


def mix(h):
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


def noise(stream, n):
    """Sums of eight bytes of a hash, about normal with a standard deviation of 209."""
    with np.errstate(over="ignore"):
        h = mix((np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(stream * 1000003))
    return sum(((h >> np.uint64(8 * k)) & np.uint64(255)).astype(np.int64) for k in range(8)) - 1020


def samples():
    """Noise, half as much that is common, and a spike every 311 samples on three channels."""
    common = noise(99, N)
    x = np.stack([noise(c, N) + common // 2 + 100 * c for c in range(CHANNELS)])
    for k, at in enumerate(range(50, N - 50, 311)):
        c = k * 5 % CHANNELS
        for d in (-1, 0, 1):
            if 0 <= c + d < CHANNELS:
                x[c + d, at + d : at + d + len(SHAPE)] += np.array(SHAPE) // (1 + abs(d))
    return x


def greedy(at, channel, size, dead, window, near):
    """Of spikes near each other the largest stays."""
    kept = []
    for i in sorted(range(len(at)), key=lambda i: (-size[i], at[i], channel[i])):
        if all(abs(at[i] - at[j]) >= dead if channel[i] == channel[j] else abs(at[i] - at[j]) > window or not near[channel[i]][channel[j]] for j in kept):
            kept.append(i)
    return sorted([int(at[i]), int(channel[i])] for i in kept)


raw = samples().astype(float)
clean = {}
y = ss.sosfiltfilt(ss.butter(3, [300, 6000], "band", fs=FS, output="sos"), raw, axis=1)
clean["none"] = y
clean["median"] = y - np.median(y, axis=0)
clean["average"] = y - np.mean(y, axis=0)
out = dict(note="made by many.py", check=[int(raw.sum()), float(raw[3, 777])])
places = np.stack([np.zeros(CHANNELS), 25.0 * np.arange(CHANNELS)], axis=1)
near = np.linalg.norm(places[:, None] - places[None], axis=2) <= 60
for name, y in clean.items():
    sigma = np.median(np.abs(y), axis=1) / 0.6745
    peaks = [ss.find_peaks(-v, height=4.5 * s, distance=30)[0] for v, s in zip(y, sigma)]
    out[name] = dict(sigma=sigma.tolist(), peaks=[p.tolist() for p in peaks])
    both = [(p, c) for c, v in enumerate(y) for p in ss.find_peaks(-v, height=4.5 * sigma[c])[0]]
    at, channel = [p for p, _ in both], [c for _, c in both]
    out[name]["local"] = greedy(at, channel, [-y[c, p] for p, c in both], 30, 15, near)

y, k = clean["median"], 3
psi = y[:, k:-k] ** 2 - y[:, : -2 * k] * y[:, 2 * k :]
w = np.hamming(4 * k + 1)
psi = np.stack([np.convolve(v, w / w.sum(), "valid") for v in psi])  # psi[0] is at 3k
level = 8 * psi.mean(axis=1)
at, channel, size = [], [], []
for c in range(CHANNELS):
    found = set()
    for p in ss.find_peaks(psi[c], height=level[c])[0]:
        lo = max(p, 0)  # p + 3k - 3k
        found.add(lo + int(np.argmin(y[c, lo : p + 6 * k + 1])))
    for p in sorted(found):
        at.append(p), channel.append(c), size.append(-y[c, p])
out["neo"] = dict(threshold=level.tolist(), local=greedy(at, channel, size, 30, -1, near))
print(json.dumps(out))
