"""Writes testdata/neuron/features.json: what eFEL measures on its own test traces, on
recorded cells and on made ones, with its settings and with others. The traces are not
in the file: the test reads or makes the same ones.

    python3 testdata/neuron/features_efel.py SHARED/data/fetched testdata/neuron/features.json

efel 5.7.34, pyabf 2.3.8, numpy 2.4. Steps of interpolation are powers of two, so that
eFEL's times, which it adds up, are exact.
"""
import gzip
import json
import sys
import warnings

import efel
import numpy as np
import pyabf

warnings.simplefilter("ignore")
FETCHED = sys.argv[1]
SKIP = {"time", "voltage", "current", "Spikecount", "Spikecount_stimint"}


def efel_trace(name):
    with gzip.open(f"{FETCHED}/eFEL/{name}.gz", "rt") as f:
        x = np.loadtxt(f)
    return (np.arange(len(x)) * 0.125, x) if x.ndim == 1 else (x[:, 0], x[:, 1])


def sweep(name, k):
    abf = pyabf.ABF(f"{FETCHED}/pyABF/{name}.abf")
    abf.setSweep(k)
    y = np.array(abf.sweepY, dtype=float)
    return np.arange(len(y)) / (abf.dataRate / 1000), y


def sag():
    t = np.arange(8001) / 8
    on = (t >= 200) & (t < 700)
    s, a = np.clip(t - 200, 0, None), np.clip(t - 700, 0, None)
    v = -70 - 20 * (1 - np.exp(-s / 15)) + 8 * (1 - np.exp(-s / 60))
    end = -70 - 20 * (1 - np.exp(-500 / 15)) + 8 * (1 - np.exp(-500 / 60))
    return t, np.where(on, v, np.where(t < 200, -70.0, -70 + (end + 70) * np.exp(-a / 20)))


def channel():
    t = np.arange(1601) / 8
    s = np.clip(t - 40, 0, None)
    return t, np.where(t < 40, 0.0, 5 * (1 - np.exp(-s / 2)) * np.exp(-s / 30))


def rising():
    t = np.arange(1601) / 8
    return t, 3 * (1 - np.exp(-np.clip(t - 40, 0, None) / 7))


def zap():
    """A membrane with a resonance under a current of rising frequency."""
    n, dt = 32001, 0.125
    i, v = np.zeros(n), np.zeros(n)
    w = 0.0
    for k in range(n):
        t = k * dt
        i[k] = 0.1 * np.sin(2 * np.pi * t * t * 1e-5 / 8) if t >= 100 else 0.0
    for k in range(1, n):
        v[k] = v[k - 1] + dt * (-0.05 * v[k - 1] - w + i[k - 1])
        w += dt * 0.01 * (0.3 * v[k - 1] - w)
    return np.arange(n) * dt, v - 70, i


def case(name, trace, on, off, step=0.125, settings=None, extra=None):
    efel.reset()
    efel.set_setting("interp_step", step)
    for key, value in (settings or {}).items():
        efel.set_setting(key, value)
    t, v = trace[:2]
    one = {"T": t, "V": v, "stim_start": [on], "stim_end": [off]}
    for key, value in (extra or {}).items():
        one[key] = value
    if len(trace) == 3:
        one["I"] = trace[2]
    names = sorted(set(efel.get_feature_names()) - SKIP)
    if len(trace) != 3:
        names = [n for n in names if n not in ("current_base", "impedance", "steady_state_current_stimend")]
    values = {}
    for n in names:
        try:
            x = efel.get_feature_values([one], [n])[0][n]
        except Exception as e:  # what eFEL cannot do it raises
            x = None
        if x is not None and len(x) > 0:
            values[n] = [float("%.10g" % y) for y in np.atleast_1d(x)]
    out = {"trace": name, "on": on, "off": off, "step": step, "settings": settings or {}, "extra": extra or {}, "values": values}
    return out


soma, spontaneous = efel_trace("testdata.txt"), efel_trace("spontaneous.txt")
cases = [
    case("testdata", soma, 700, 2700),
    case("testdata", soma, 700, 2700, step=0.0625),
    case("testdata", soma, 700, 2700, settings={"DerivativeWindow": 5, "DerivativeThreshold": 20.0, "DownDerivativeThreshold": -5.0, "Threshold": -30.0}),
    case("testdata", soma, 1000, 2000, settings={"strict_stiminterval": True}),
    case("testdata", soma, 700, 2700, settings={"ignore_first_ISI": False, "burst_factor": 1.2, "strict_burst_factor": 1.5, "sahp_start": 3.0}),
    case("testdata", soma, 700, 2700, settings={"rise_start_perc": 0.2, "rise_end_perc": 0.8, "AP_phaseslope_range": 4, "voltage_base_mode": "median",
         "voltage_base_start_perc": 0.5, "voltage_base_end_perc": 0.75, "initburst_freq_threshold": 4, "initial_perc": 0.5, "spike_skipf": 0.4, "max_spike_skip": 1},
         extra={"stimulus_current": [0.5], "decay_start_after_stim": [2.0], "decay_end_after_stim": [30.0], "multi_stim_start": [700, 1200], "multi_stim_end": [1000, 2700]}),
    case("testdbdata", efel_trace("testdbdata.txt"), 420, 1420),
    case("spontaneous", spontaneous, 100, 500, step=0.0625),
    case("AP_begin_indices_95810005", efel_trace("AP_begin_indices_95810005.abf.csv"), 200, 600),
    case("zero_ISI_log_slope_skip95824004", efel_trace("zero_ISI_log_slope_skip95824004.abf.csv"), 200, 600),
    case("sag", sag(), 200, 700, extra={"stimulus_current": [-0.1]}),
    case("channel", channel(), 40, 160),
    case("rising", rising(), 40, 160),
    case("zap", zap(), 100, 3900),
]
for k in (0, 10):
    cases.append(case(f"17o05028_ic_steps {k}", sweep("17o05028_ic_steps", k), 147, 647, settings={"burst_factor": 1.3, "strict_burst_factor": 1.4}))
for k in (0, 4, 7):
    cases.append(case(f"2019_07_24_0055_fsi {k}", sweep("2019_07_24_0055_fsi", k), 147, 647, settings={"Threshold": -10.0, "strict_burst_factor": 1.2}))
with open(sys.argv[2], "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
