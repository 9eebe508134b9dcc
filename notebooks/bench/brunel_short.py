"""brunel_short.go for Brian2's compiled C++: prints a line of JSON with the processor seconds of the loop."""

import argparse
import json
import tempfile

import brian2 as b
import numpy as np

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("--tsim", type=float, default=150, help="ms")
a.add_argument("--backend", default="brian-cpp", choices=["brian-cpp"])
a.add_argument("--json", action="store_true")
a = a.parse_args()

b.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-fno-finite-math-only", "-march=native", "-std=c++11"]
folder = tempfile.TemporaryDirectory(prefix="brian-standalone-")
b.set_device("cpp_standalone", directory=folder.name, build_on_run=False)
b.seed(1)
ms = b.ms
b.defaultclock.dt = 0.1 * ms
G = b.NeuronGroup(
    12500, "dv/dt = -v/(20*ms) : 1 (unless refractory)", threshold="v > 20", reset="v = 10", refractory=2 * ms, method="exact"
)
P = b.PoissonInput(G, "v", 1000, 20 * b.Hz, weight=0.1)
E, I = G[:10000], G[10000:]
rng = np.random.default_rng(1)


def connect(S, sources, indegree, targets):
    S.connect(
        i=rng.integers(0, sources, size=(targets, indegree), dtype=np.int32).ravel(),
        j=np.repeat(np.arange(targets, dtype=np.int32), indegree),
    )


EE = b.Synapses(
    E,
    E,
    """du/dt = -u/(50*ms) : 1 (event-driven)
       dR/dt = (1 - R)/(100*ms) : 1 (event-driven)""",
    on_pre="u += 0.5*(1 - u); v_post += 0.2*u*R; R *= 1 - u",
    delay=1.5 * ms,
)
connect(EE, 10000, 1000, 10000)
EE.R = 1
EI = b.Synapses(E, I, on_pre="v_post += 0.1", delay=1.5 * ms)
connect(EI, 10000, 1000, 2500)
IA = b.Synapses(I, G, on_pre="v_post -= 0.5", delay=1.5 * ms)
connect(IA, 2500, 250, 12500)
M = b.SpikeMonitor(G)
net = b.Network(G, P, EE, EI, IA, M)
net.run(a.tsim * ms)
d = b.get_device()
d.build(compile=True, run=False, directory=folder.name)
d.run(with_output=False)
t = np.array(M.t / ms)
late = t >= 100
print(json.dumps({
    "bench": "brunel_short", "backend": a.backend, "sim_cpu_s": round(d._last_run_time, 3), "spikes": int(len(t)),
    "rate_hz": float(late.sum() / 12500 / (a.tsim - 100) * 1000) if a.tsim > 100 else None,
}))
