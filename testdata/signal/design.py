"""Reference values for filter designs of package signal, from SciPy.

Writes design.json beside this script: IIR filters as second-order sections with
their gain at some frequencies, orders for given specifications, and FIR filters.
Made with scipy 1.17.1 and numpy 2.4.6.

    python design.py
"""

import json
from pathlib import Path

import numpy as np
import scipy.signal as ss

FS = 250.0
FREQ = [0.0, 0.5, 3.0, 9.0, 20.0, 33.0, 47.5, 60.0, 90.0, 124.0]
CUTS = {"low": [30.0], "high": [8.0], "band": [9.0, 33.0], "stop": [45.0, 55.0]}
BTYPE = {"low": "lowpass", "high": "highpass", "band": "bandpass", "stop": "bandstop"}


def gain(sos):
    return np.abs(ss.freqz_sos(sos, FREQ, fs=FS)[1]).tolist()


iir = []
for kind, cut in CUTS.items():
    w = cut[0] if len(cut) == 1 else cut
    for order in (1, 2, 3, 4, 5, 8):
        kw = dict(btype=BTYPE[kind], fs=FS, output="sos")
        for name, sos in (
            ("Cheby1", ss.cheby1(order, 0.5, w, **kw)),
            ("Cheby2", ss.cheby2(order, 40, w, **kw)),
            ("Ellip", ss.ellip(order, 0.5, 60, w, **kw)),
            ("Bessel", ss.bessel(order, w, **kw)),
        ):
            iir.append(dict(name=name, order=order, kind=kind, cut=cut, gain=gain(sos), sections=len(sos)))
for order in (9, 12):
    sos = ss.bessel(order, 30.0, fs=FS, output="sos")
    iir.append(dict(name="Bessel", order=order, kind="low", cut=[30.0], gain=gain(sos), sections=len(sos)))

orders = []
for wp, ws in (([30.0], [40.0]), ([12.0], [8.0]), ([9.0, 33.0], [6.0, 40.0]), ([40.0, 60.0], [45.0, 55.0]), ([2.0], [30.0])):
    for gpass, gstop in ((1.0, 40.0), (3.0, 20.0), (0.1, 60.0)):
        p = wp[0] if len(wp) == 1 else wp
        s = ws[0] if len(ws) == 1 else ws
        row = dict(fs=FS, pass_=wp, stop=ws, ripple=gpass, attenuation=gstop)
        for name, f in (("Butter", ss.buttord), ("Cheby1", ss.cheb1ord), ("Cheby2", ss.cheb2ord), ("Ellip", ss.ellipord)):
            n, wn = f(p, s, gpass, gstop, fs=FS)
            row[name] = dict(order=int(n), cut=np.atleast_1d(wn).tolist())
        orders.append(row)

fir = []
for taps, cut, kind, window in (
    (31, [30.0], "low", "hamming"),
    (31, [30.0], "high", "hann"),
    (45, [8.0, 12.0], "band", "blackman"),
    (45, [45.0, 55.0], "stop", "hamming"),
    (20, [30.0], "low", "boxcar"),
    (1, [30.0], "low", "hamming"),
    (101, [9.0, 33.0], "band", "hamming"),
):
    fir.append(dict(name="FIR", taps=taps, cut=cut, kind=kind, window=window,
                    h=ss.firwin(taps, cut, pass_zero=BTYPE[kind], window=window, fs=FS).tolist()))
for taps, edges, gains in ((31, [0, 20, 30, 125], [1, 1, 0, 0]), (73, [0, 5, 8, 12, 15, 125], [0, 0, 1, 1, 0, 0]), (31, [0, 20, 30, 60, 70, 125], [1, 0.5, 0, 0, 1, 1])):
    fir.append(dict(name="FIRLS", taps=taps, edges=edges, gains=gains, h=ss.firls(taps, edges, gains, fs=FS).tolist()))
for taps, edges, gains in ((31, [0, 20, 30, 125], [1, 0]), (73, [0, 5, 8, 12, 15, 125], [0, 1, 0]), (30, [0, 20, 30, 125], [1, 0]), (21, [0, 40, 50, 125], [0, 1])):
    fir.append(dict(name="Remez", taps=taps, edges=edges, gains=gains, h=ss.remez(taps, edges, gains, fs=FS, maxiter=100).tolist()))

rng = np.random.default_rng(3)
x = np.round(rng.standard_normal(307) + 2, 4)
resample = []
for n in (307, 100, 50, 101):
    for up, down in ((1, 4), (2, 5), (3, 1), (1, 1), (7, 3), (160, 147), (1, 10)):
        resample.append(dict(n=n, up=up, down=down, y=ss.resample_poly(x[:n], up, down).tolist()))
fourier = [dict(n=n, to=to, y=ss.resample(x[:n], to).tolist()) for n in (307, 100, 101, 2, 1) for to in (50, 51, 100, 211, 307, 600)]

Path(__file__).with_suffix(".json").write_text(json.dumps(dict(fs=FS, freq=FREQ, iir=iir, orders=orders, fir=fir, x=x.tolist(), resample=resample, fourier=fourier)) + "\n")
