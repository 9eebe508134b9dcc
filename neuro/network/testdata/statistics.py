"""Spike statistics of networks in NEST and Brian2, by seed, for TestEqualToPeers.

python statistics.py nest brunel > part.json, and so on; the parts of nest (3.10) and brian
(Brian2) stand together in statistics.json. brunel is the network of Brunel (2000), model A,
with g = 5 and eta = 2, with two fifths of its cells and synapses and weights 2.5 times as
large; brunel1 the same at full size; cuba and coba are benchmarks 2 and 1 of Brette et al.
(2007), with a delay of one step in both programs. The activity of coba ends by itself for
some seeds, which are left out.
"""

import json
import sys

import numpy as np

DT, SKIP, BIN, MEMBERS = 0.1, 100.0, 5.0, 200


def statistics(steps, cells, n, ms):
    """Rate of all cells, mean CV of intervals, mean correlation of counts of the first cells."""
    keep = steps * DT >= SKIP - 1e-9
    steps, cells = steps[keep], cells[keep]
    rate = len(steps) / n / (ms - SKIP) * 1000
    order = np.lexsort((steps, cells))
    steps, cells = steps[order], cells[order]
    cvs = []
    for train in np.split(steps, np.flatnonzero(np.diff(cells)) + 1):
        if len(train) > 3:
            d = np.diff(train)
            cvs.append(np.std(d) / np.mean(d))
    per = round(BIN / DT)
    bins = round((ms - SKIP) / BIN)
    counts = []
    for c in range(n):
        k = (steps[np.searchsorted(cells, c) : np.searchsorted(cells, c, "right")] - round(SKIP / DT)) // per
        if len(k):
            counts.append(np.bincount(k, minlength=bins)[:bins])
        if len(counts) == MEMBERS:
            break
    r = np.corrcoef(np.array(counts))
    return dict(rate=float(rate), cv=float(np.mean(cvs)), correlation=float(np.mean(r[np.tril_indices(len(r), -1)])))


def initial(model, n, rng):
    if model == "cuba":
        return dict(v=-60 + 10 * rng.random(n))
    return dict(
        v=-65 + 5 * rng.standard_normal(n),
        ge=10 * np.maximum(4 + 1.5 * rng.standard_normal(n), 0),
        gi=10 * np.maximum(20 + 12 * rng.standard_normal(n), 0),
    )


def nest_run(model, seed, scale, ms):
    import nest

    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.resolution = DT
    nest.local_num_threads = 2 if scale == 1 else 1
    nest.rng_seed = seed
    if model == "brunel":
        n, ne, j = round(12500 * scale), round(10000 * scale), 0.1 / scale
        cells = nest.Create(
            "iaf_psc_delta", n, dict(C_m=1.0, tau_m=20.0, t_ref=2.0, E_L=0.0, V_reset=10.0, V_m=0.0, V_th=20.0)
        )
        poisson = nest.Create("poisson_generator", params={"rate": 20000 * scale})
        nest.Connect(poisson, cells, syn_spec={"weight": j, "delay": 1.5})
        for pop, k, w in ((cells[:ne], ne // 10, j), (cells[ne:], (n - ne) // 10, -5 * j)):
            nest.Connect(pop, cells, {"rule": "fixed_indegree", "indegree": k}, {"weight": w, "delay": 1.5})
    else:
        n, ne = 4000, 3200
        par = dict(C_m=200.0, V_th=-50.0, V_reset=-60.0, t_ref=5.0, tau_syn_ex=5.0, tau_syn_in=10.0)
        x = initial(model, n, np.random.default_rng(seed))
        if model == "cuba":
            # 10 nS: a current of 16.2 pA is 1.62 mV.
            cells = nest.Create("iaf_psc_exp", n, dict(par, tau_m=20.0, E_L=-49.0))
            weights = 16.2, -90.0
        else:
            cells = nest.Create("iaf_cond_exp", n, dict(par, g_L=10.0, E_L=-60.0, E_ex=0.0, E_in=-80.0))
            cells.set({"g_ex": list(x["ge"]), "g_in": list(x["gi"])})
            weights = 6.0, -67.0
        cells.V_m = list(x["v"])
        for pop, w in ((cells[:ne], weights[0]), (cells[ne:], weights[1])):
            nest.Connect(pop, cells, {"rule": "pairwise_bernoulli", "p": 0.02}, {"weight": w, "delay": DT})
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    nest.Simulate(ms)
    e = recorder.events
    # A spike of NEST has the time of the end of its step.
    return np.rint(e["times"] / DT).astype(int) - 1, e["senders"] - cells[0].global_id, n


def brian_run(model, seed, scale, ms):
    import brian2 as b

    b.prefs.codegen.target = "cython"
    b.start_scope()
    b.seed(seed)
    rng = np.random.default_rng(seed)
    b.defaultclock.dt = DT * b.ms
    delay = DT * b.ms
    names = {}
    if model == "brunel":
        n, ne, j = round(12500 * scale), round(10000 * scale), 0.1 / scale
        names = {"weight": j}
        cells = b.NeuronGroup(
            n, "dv/dt = -v/(20*ms) : 1 (unless refractory)", threshold="v > 20", reset="v = 10", refractory=2 * b.ms, method="exact"
        )
        more = [b.PoissonInput(cells, "v", ne // 10, 20 * b.Hz, weight=j)]
        for pop, m, w in ((cells[:ne], ne, "v_post += weight"), (cells[ne:], n - ne, "v_post -= 5*weight")):
            s = b.Synapses(pop, cells, on_pre=w, delay=1.5 * b.ms)
            s.connect(i=rng.integers(0, m, n * (m // 10)), j=np.repeat(np.arange(n), m // 10))
            more.append(s)
    else:
        n, ne = 4000, 3200
        x = initial(model, n, rng)
        if model == "cuba":
            text = """dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
                dge/dt = -ge/(5*ms) : volt
                dgi/dt = -gi/(10*ms) : volt"""
            weights, method = ("ge_post += 1.62*mV", "gi_post -= 9*mV"), "exact"
        else:
            text = """dv/dt = (10*nS*(-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v))/(200*pF) : volt (unless refractory)
                dge/dt = -ge/(5*ms) : siemens
                dgi/dt = -gi/(10*ms) : siemens"""
            weights, method = ("ge_post += 6*nS", "gi_post += 67*nS"), "euler"
        cells = b.NeuronGroup(n, text, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method=method)
        cells.v = x["v"] * b.mV
        if model == "coba":
            cells.ge, cells.gi = x["ge"] * b.nS, x["gi"] * b.nS
        more = []
        for pop, w in ((cells[:ne], weights[0]), (cells[ne:], weights[1])):
            s = b.Synapses(pop, cells, on_pre=w, delay=delay)
            s.connect(p=0.02)
            more.append(s)
    monitor = b.SpikeMonitor(cells)
    b.Network(cells, monitor, *more).run(ms * b.ms, namespace=names)
    return np.rint(np.array(monitor.t / b.ms) / DT).astype(int), np.array(monitor.i), n


def main():
    peer, name = sys.argv[1:]
    ms = dict(brunel=600.0, brunel1=300.0).get(name, 1100.0)
    scale = 1 if name == "brunel1" else 0.4
    run = nest_run if peer == "nest" else brian_run
    seeds, seed = {("brian", "brunel"): 20, ("brian", "coba"): 240}.get((peer, name), 10), 0
    while seeds:
        seed += 1
        steps, cells, n = run("brunel" if name == "brunel1" else name, seed, scale, ms)
        if name == "coba" and steps.max() * DT < ms - 50:
            continue  # its activity has ended by itself
        print(json.dumps(dict(peer=peer, network=name, seed=seed, **statistics(steps, cells, n, ms))), flush=True)
        seeds -= 1


main()
