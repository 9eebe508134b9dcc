"""Run the models of models.json in Brian2 2.9 and write golden.json.

    python golden.py

For each model: the states in base units (volt, amp, siemens, second ...) at up to
40 steps before the first spike, and the times of all spikes (ms).
"""
import json
import os

import numpy as np
import brian2 as b

b.prefs.codegen.target = "numpy"
here = os.path.dirname(os.path.abspath(__file__))
units = {n: getattr(b, n) for n in dir(b) if isinstance(getattr(b, n), b.Unit)}
units["Mohm"] = b.Mohm
out = {}
for m in json.load(open(os.path.join(here, "models.json"))):
    value = lambda s: eval(s, dict(units))
    clock = m["dt"] * b.ms
    group = b.NeuronGroup(
        1, "\n".join(m["equations"]), threshold=m["threshold"], reset=m["reset"] or None, method=m["method"], dt=clock,
        refractory=(value(m["refractory"]) if m["refractory"].endswith("ms") else m["refractory"]) if m["refractory"] else False,
        namespace={k: value(v) for k, v in m["params"].items()})
    for k, v in m["initial"].items():
        setattr(group, k, value(v))
    states = b.StateMonitor(group, list(m["initial"]), record=True, dt=clock)
    spikes = b.SpikeMonitor(group)
    net = b.Network(group, states, spikes)
    net.run(m["steps"] * clock)
    first = int(round(float(spikes.t[0] / clock))) if len(spikes.t) else m["steps"] - 1
    at = sorted(set(np.linspace(0, first, 40).astype(int).tolist()))
    out[m["name"]] = {
        "steps": at,
        "states": {k: [float(np.asarray(getattr(states, k))[0][i]) for i in at] for k in m["initial"]},
        "spikes": [round(float(t / b.ms), 6) for t in spikes.t],
    }
json.dump(out, open(os.path.join(here, "golden.json"), "w"))
