"""Writes testdata/neuron/cells.json: cells of the catalogue as Brian2 runs them,
by the same Runge-Kutta method with the same step, under constant currents. The
equations are those of the papers, written for Brian2.

    python3 testdata/neuron/cells_brian.py > testdata/neuron/cells.json

brian2 2.9.0, numpy code generation.
"""
import json

from brian2 import *

prefs.codegen.target = "numpy"

GATES = """
dV/dt = (I - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - GL*(V - EL))/C : volt
dn/dt = an*(1 - n) - bn*n : 1
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
I : amp/meter**2 (constant)
"""
HH = GATES + """
an = 0.1/exprel(-(V + 55*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(V + 65*mV)/(80*mV))/ms : Hz
am = 1/exprel(-(V + 40*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(V + 65*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(V + 65*mV)/(20*mV))/ms : Hz
bh = 1/(1 + exp(-(V + 35*mV)/(10*mV)))/ms : Hz
"""
TRAUB = GATES + """
an = 0.032*(15*mV - V + VT)/(exp((15*mV - V + VT)/(5*mV)) - 1)/mV/ms : Hz
bn = 0.5*exp((10*mV - V + VT)/(40*mV))/ms : Hz
am = 0.32*(13*mV - V + VT)/(exp((13*mV - V + VT)/(4*mV)) - 1)/mV/ms : Hz
bm = 0.28*(V - VT - 40*mV)/(exp((V - VT - 40*mV)/(5*mV)) - 1)/mV/ms : Hz
ah = 0.128*exp((17*mV - V + VT)/(18*mV))/ms : Hz
bh = 4/(1 + exp((40*mV - V + VT)/(5*mV)))/ms : Hz
"""
WANG = """
dV/dt = (I - GNa*(am/(am + bm))**3*h*(V - ENa) - GK*n**4*(V - EK) - GL*(V - EL))/C : volt
dh/dt = 5*(ah*(1 - h) - bh*h) : 1
dn/dt = 5*(an*(1 - n) - bn*n) : 1
am = 1/exprel(-(V + 35*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(V + 60*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(V + 58*mV)/(20*mV))/ms : Hz
bh = 1/(1 + exp(-(V + 28*mV)/(10*mV)))/ms : Hz
an = 0.1/exprel(-(V + 34*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(V + 44*mV)/(80*mV))/ms : Hz
I : amp/meter**2 (constant)
"""
ADEX = """
dV/dt = (GL*(EL - V) + GL*DeltaT*exp((clip(V, -1*volt, VCut) - VT)/DeltaT) - w + I)/C : volt
dw/dt = (A*(clip(V, -1*volt, VCut) - EL) - w)/TauW : amp
I : amp (constant)
"""
IZHI = """
dv/dt = (0.04*v**2/mV + 5*v + 140*mV - u + I*mV)/ms : volt
du/dt = A*(B*v - u)/ms : volt
I : 1 (constant)
"""
uF, mS, area = ufarad / cm**2, msiemens / cm**2, uA / cm**2
cases = []


def run_case(name, eqs, i, unit, dt, dur, params, start, threshold="V > 0*mV", reset=None, refractory="V > 0*mV", v="V"):
    start_scope()
    defaultclock.dt = dt * ms
    kw = {"reset": reset} if reset else {"refractory": refractory}
    g = NeuronGroup(1, eqs, threshold=threshold, method="rk4", namespace=params, **kw)
    g.I = i * unit
    for key, value in start.items():
        setattr(g, key, value)
    sp = SpikeMonitor(g)
    mon = StateMonitor(g, v, record=True, when="start")
    net = Network(g, sp, mon)
    net.run(dur * ms)
    every = int(round(0.5 / dt))
    cases.append({"Name": name, "I": i, "Dt": dt, "Dur": dur, "Every": every,
                  "V": [float(x) for x in getattr(mon, v)[0][::every] / mV], "Spikes": [float(t) for t in sp.t / ms]})


rest = lambda *g: {x: f"a{x}/(a{x} + b{x})" for x in g}
p = dict(C=1 * uF, GNa=120 * mS, GK=36 * mS, GL=0.3 * mS, ENa=50 * mV, EK=-77 * mV, EL=-54.387 * mV)
for i in (5, 10):
    run_case("HH", HH, i, area, 0.01, 60, p, {"V": -65 * mV, **rest(*"nmh")})
p = dict(C=1 * uF, GNa=100 * mS, GK=80 * mS, GL=0.1 * mS, ENa=50 * mV, EK=-100 * mV, EL=-67 * mV, VT=-67 * mV)
run_case("Olufsen 2003", TRAUB, 1.5, area, 0.02, 80, p, {"V": -67 * mV, **rest(*"nmh")})
p = dict(C=1 * uF, GNa=100 * mS, GK=30 * mS, GL=0.05 * mS, ENa=50 * mV, EK=-90 * mV, EL=-60 * mV, VT=-63 * mV)
run_case("Brette 2007", TRAUB, 1.5, area, 0.02, 80, p, {"V": -60 * mV, **rest(*"nmh")})
p = dict(C=1 * uF, GNa=35 * mS, GK=9 * mS, GL=0.1 * mS, ENa=55 * mV, EK=-90 * mV, EL=-65 * mV)
run_case("Wang-Buzsaki", WANG, 1, area, 0.02, 80, p, {"V": -65 * mV, **rest(*"hn")})


def adex(name, i, c, gl, el, vt, dt, a, tw, b, vr, vc):
    p = dict(C=c * pF, GL=gl * nS, EL=el * mV, VT=vt * mV, DeltaT=dt * mV, A=a * nS, TauW=tw * ms, B=b * pA, VReset=vr * mV, VCut=vc * mV)
    run_case(name, ADEX, i, pA, 0.05, 300, p, {"V": el * mV}, "V > VCut", "V = VReset; w += B")


adex("AdEx", 800, 281, 30, -70.6, -50.4, 2, 4, 144, 80.5, -70.6, 20)
adex("regular bursting", 210, 200, 10, -58, -50, 2, 2, 120, 100, -46, 0)
adex("delayed accelerating", 300, 200, 12, -70, -50, 2, -10, 300, 0, -58, 0)
for name, a, b, c, d in (("RS", 0.02, 0.2, -65, 8), ("CH", 0.02, 0.2, -50, 2), ("FS", 0.1, 0.2, -65, 2)):
    run_case(name, IZHI, 10, 1, 0.1, 200, dict(A=a, B=b), {"v": -65 * mV, "u": b * -65 * mV}, "v >= 30*mV", f"v = {c}*mV; u += {d}*mV", v="v")
print(json.dumps(cases))
