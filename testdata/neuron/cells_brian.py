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


def run_case(name, eqs, i, unit, dt, dur, params, start, threshold="V > 0*mV", reset=None, refractory="V > 0*mV", v="V",
             method="rk4", per=mV):
    start_scope()
    defaultclock.dt = dt * ms
    kw = {"reset": reset} if reset else {}
    if refractory and (not reset or isinstance(refractory, Quantity)):
        kw["refractory"] = refractory
    g = NeuronGroup(1, eqs, threshold=threshold, method=method, namespace=params, **kw)
    g.I = i * unit
    for key, value in start.items():
        setattr(g, key, value)
    sp = SpikeMonitor(g)
    mon = StateMonitor(g, v, record=True, when="start")
    net = Network(g, sp, mon)
    net.run(dur * ms)
    every = int(round(0.5 / dt))
    spikes = [float(t) for t in sp.t / ms]
    until = int((spikes[0] if spikes else dur) / 0.5) + 1  # what is compared
    cases.append({"Name": name, "I": i, "Dt": dt, "Dur": dur, "Every": every,
                  "V": [float(x) for x in getattr(mon, v)[0][::every] / per][:until],
                  "Spikes": spikes})


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

# Integrate-and-fire cells
QIF = """
dV/dt = (GL*(clip(V, -1*volt, VPeak) - EL)*(clip(V, -1*volt, VPeak) - VT)/(VT - EL) + I)/C : volt
I : amp (constant)
"""
run_case("QIF", QIF, 120, pA, 0.05, 300, dict(C=200 * pF, GL=20 * nS, EL=-65 * mV, VT=-50 * mV, VPeak=20 * mV), {"V": -65 * mV},
         "V > VPeak", "V = -80*mV")
EIF = """
dV/dt = (GL*(EL - V) + GL*DeltaT*exp((clip(V, -1*volt, VCut) - VT)/DeltaT) + I)/C : volt (unless refractory)
I : amp/meter**2 (constant)
"""
p = dict(C=1 * uF, GL=0.1 * mS, EL=-65 * mV, VT=-59.9 * mV, DeltaT=3.48 * mV, VCut=-30 * mV)
run_case("EIF", EIF, 0.5, area, 0.05, 200, p, {"V": -65 * mV}, "V > VCut", "V = -68*mV", 1.7 * ms)
MAT = """
dV/dt = (EL - V + R*I)/(5*ms) : volt
dt1/dt = -t1/(10*ms) : volt
dt2/dt = -t2/(200*ms) : volt
I : amp (constant)
"""
for name, omega, a1, a2 in (("MAT RS", -45, 30, 2), ("MAT IB", -46, 7.5, 1.5), ("MAT FS", -55, 10, 0.2), ("MAT CH", -39, -0.5, 0.4)):
    run_case(name, MAT, 600, pA, 0.1, 300, dict(EL=-65 * mV, R=50 * Mohm, omega=omega * mV), {"V": -65 * mV},
             "V >= omega + t1 + t2", f"t1 += {a1}*mV; t2 += {a2}*mV", 2 * ms, method="exact")
GLIF = """
dV/dt = J1 + J2 + I - 50/second*(V - EL) : volt
dTheta/dt = a*(V - EL) - 10/second*(Theta + 50*mV) : volt
dJ1/dt = -200/second*J1 : volt/second
dJ2/dt = -20/second*J2 : volt/second
I : volt/second (constant)
"""
for name, i, a, a1, a2 in (("GLIF A", 1.5, 0, 0, 0), ("GLIF D", 1.5, 5, 0, 0), ("GLIF K", -1, 30, 0, 0), ("GLIF L", -1, 30, 10, -0.6), ("GLIF M", 2, 5, 10, -0.6)):
    run_case(name, GLIF, i, volt / second, 0.1, 400, dict(EL=-70 * mV, a=a / second), {"V": -70 * mV, "Theta": -50 * mV}, "V >= Theta",
             f"J1 = {a1}*volt/second; J2 += {a2}*volt/second; V = EL; Theta = clip(Theta, -60*mV, 1*volt)", method="exact")

# Cells of two or three variables
LECAR = """
dV/dt = (I - 2*gS*(V - EL) - GCa*0.5*(1 + tanh((V - V1)/V2))*(V - ECa) - 8*gS*(V - EK)*n)/(20*cF) : volt
dn/dt = Phi*cosh((V - V3)/(2*V4))*(0.5*(1 + tanh((V - V3)/V4)) - n) : 1
I : amp/meter**2 (constant)
"""


def lecar(name, i, dur, gca, el, eca, ek, v1, v2, v3, v4, phi):
    p = dict(gS=mS, cF=uF, GCa=gca * mS, EL=el * mV, ECa=eca * mV, EK=ek * mV, V1=v1 * mV, V2=v2 * mV, V3=v3 * mV, V4=v4 * mV, Phi=phi / ms)
    run_case(name, LECAR, i, area, 0.05, dur, p, {"V": el * mV, "n": "0.5*(1 + tanh((V - V3)/V4))"})


lecar("Morris 1981", 300, 200, 4, -50, 100, -70, 10, 15, -1, 14.5, 1 / 15)
lecar("Hopf", 120, 300, 4.4, -60, 120, -84, -1.2, 18, 2, 30, 0.04)
lecar("SNLC", 45, 300, 4, -60, 120, -84, -1.2, 18, 12, 17.4, 0.067)
FITZHUGH = """
dv/dt = (v - v**3/3 - w + I)/ms : 1
dw/dt = 0.08*(v + 0.7 - 0.8*w)/ms : 1
I : 1 (constant)
"""
run_case("FitzHugh-Nagumo", FITZHUGH, 0.5, 1, 0.1, 200, {}, {"v": -1.1994, "w": -0.6243}, "v > 1", None, "v > 1", "v", per=1)
ROSE = """
dx/dt = (y - x**3 + 3*x**2 - z + I)/ms : 1
dy/dt = (1 - 5*x**2 - y)/ms : 1
dz/dt = 0.001*(4*(x + 1.6) - z)/ms : 1
I : 1 (constant)
"""
for i in (0.4, 2):
    run_case("Hindmarsh-Rose", ROSE, i, 1, 0.05, 300, {}, {"x": -1.6, "y": 1 - 5 * 1.6**2, "z": 0}, "x > 1", None, "x > 1", "x", per=1)

# Cells with ion channels
CONNOR = """
dV/dt = (I - 120*gS*m**3*h*(V - 55*mV) - 20*gS*n**4*(V + 72*mV) - 47.7*gS*a**3*b*(V + 75*mV) - 0.3*gS*(V + 17*mV))/cF : volt
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
da/dt = (ainf - a)/(0.3632*ms + 1.158*ms/(1 + exp(0.0497*(u + 55.96)))) : 1
db/dt = (binf - b)/(1.24*ms + 2.678*ms/(1 + exp(0.0624*(u + 50)))) : 1
u = V/mV : 1
am = 0.38*(u + 29.7)/(1 - exp(-0.1*(u + 29.7)))/ms : Hz
bm = 15.2*exp(-0.0556*(u + 54.7))/ms : Hz
ah = 0.266*exp(-0.05*(u + 48))/ms : Hz
bh = 3.8/(1 + exp(-0.1*(u + 18)))/ms : Hz
an = 0.02*(u + 45.7)/(1 - exp(-0.1*(u + 45.7)))/ms : Hz
bn = 0.25*exp(-0.0125*(u + 55.7))/ms : Hz
ainf = (0.0761*exp(0.0314*(u + 94.22))/(1 + exp(0.0346*(u + 1.17))))**(1.0/3) : 1
binf = (1/(1 + exp(0.0688*(u + 53.3))))**4 : 1
I : amp/meter**2 (constant)
"""
run_case("Connor-Stevens", CONNOR, 10, area, 0.02, 100, dict(gS=mS, cF=uF), {"V": -68 * mV, **rest(*"mhn"), "a": "ainf", "b": "binf"})
SPIKES = TRAUB[TRAUB.index("dn/dt"):].replace("I : amp/meter**2 (constant)", "")
BASE = """
dV/dt = (I - GL*(V - EL) - 50*gS*m**3*h*(V - 50*mV) - GK*n**4*(V + 100*mV) - more)/cF : volt
I : amp/meter**2 (constant)
""" + SPIKES
SLOW = """
dp/dt = (1/(1 + exp(-(V + 35*mV)/(10*mV))) - p)*(3.3*exp((V + 35*mV)/(20*mV)) + exp(-(V + 35*mV)/(20*mV)))/second : 1
"""
HIGH = """
dq/dt = aq*(1 - q) - bq*q : 1
dr/dt = ar*(1 - r) - br*r : 1
aq = 0.055*(-27 - V/mV)/(exp((-27 - V/mV)/3.8) - 1)/ms : Hz
bq = 0.94*exp((-75 - V/mV)/17)/ms : Hz
ar = 0.000457*exp((-13 - V/mV)/50)/ms : Hz
br = 0.0065/(exp((-15 - V/mV)/28) + 1)/ms : Hz
"""
LOW = """
s = 1/(1 + exp(-(V + 59*mV)/(6.2*mV))) : 1
du/dt = (uinf - u)/(30.8 + (211.4 + exp((V + 115.2*mV)/(5*mV)))/(1 + exp((V + 86*mV)/(3.2*mV))))*3**1.2/ms : 1
uinf = 1/(1 + exp((V + 83*mV)/(4*mV))) : 1
"""
slow = {"p": "1/(1 + exp(-(V + 35*mV)/(10*mV)))"}
for name, i, gl, gk, el, more, eqs, start in (
        ("Pospischil RS", 3, 0.1, 5, -70, "0.07*gS*p*(V + 100*mV)", SLOW, slow), ("Pospischil FS", 3.5, 0.15, 10, -70, "0*gS*mV", "", {}),
        ("Pospischil IB", 1.5, 0.01, 5, -85, "0.03*gS*p*(V + 100*mV) + 0.17*gS*q**2*r*(V - 120*mV)", SLOW + HIGH, {**slow, **rest(*"qr")}),
        ("Pospischil LTS", 1, 0.01, 5, -85, "0.03*gS*p*(V + 100*mV) + 0.4*gS*s**2*u*(V - 120*mV)", SLOW + LOW, {**slow, "u": "uinf"})):
    run_case(name, BASE.replace("more", "(" + more + ")") + eqs, i, area, 0.02, 120, dict(gS=mS, cF=uF, GL=gl * mS, GK=gk * mS, EL=el * mV, VT=-55 * mV),
             {"V": el * mV, **rest(*"nmh"), **start})
RINZEL = """
dVs/dt = (-0.1*gS*(Vs + 60*mV) - 30*gS*(am/(am + bm))**2*h*(Vs - 60*mV) - 15*gS*n*(Vs + 75*mV) + 2.1*gS*(Vd - Vs)/0.5 + I/0.5)/(3*cF) : volt
dVd/dt = (-0.1*gS*(Vd + 60*mV) - J - 0.8*gS*q*(Vd + 75*mV) - 15*gS*c*clip(Ca/250, 0, 1)*(Vd + 75*mV) + 2.1*gS*(Vs - Vd)/0.5)/(3*cF) : volt
J = 10*gS*s**2*(Vd - 80*mV) : amp/meter**2
dCa/dt = (-0.13*J/(uA/cm**2) - 0.075*Ca)/ms : 1
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
ds/dt = as_*(1 - s) - bs*s : 1
dc/dt = ac*(1 - c) - bc*c : 1
dq/dt = clip(0.00002*Ca, 0, 0.01)/ms*(1 - q) - 0.001/ms*q : 1
x = Vs/mV + 60 : 1
y = Vd/mV + 60 : 1
am = 0.32*(13.1 - x)/(exp((13.1 - x)/4) - 1)/ms : Hz
bm = 0.28*(x - 40.1)/(exp((x - 40.1)/5) - 1)/ms : Hz
ah = 0.128*exp((17 - x)/18)/ms : Hz
bh = 4/(1 + exp((40 - x)/5))/ms : Hz
an = 0.016*(35.1 - x)/(exp((35.1 - x)/5) - 1)/ms : Hz
bn = 0.25*exp(0.5 - 0.025*x)/ms : Hz
as_ = 1.6/(1 + exp(-0.072*(y - 65)))/ms : Hz
bs = 0.02*(y - 51.1)/(exp((y - 51.1)/5) - 1)/ms : Hz
ac = (int(y <= 50)*exp((y - 10)/11 - (y - 6.5)/27)/18.975 + int(y > 50)*2*exp((6.5 - y)/27))/ms : Hz
bc = int(y <= 50)*(2*exp((6.5 - y)/27) - exp((y - 10)/11 - (y - 6.5)/27)/18.975)/ms : Hz
I : amp/meter**2 (constant)
"""
run_case("Pinsky-Rinzel", RINZEL, 0.75, area, 0.02, 300, dict(gS=mS, cF=uF),
         {"Vs": -64.6 * mV, "Vd": -64.5 * mV, **rest(*"hnc"), "s": "as_/(as_ + bs)", "q": 0.01, "Ca": 0.2}, "Vs > -10*mV", None, "Vs > -10*mV", "Vs")
CALCIUM = """
dCa/dt = clip(-JT/(2*96489*coulomb/mole*um), 0*mM/ms, 1*mM/ms) + (0.00024*mM - Ca)/(5*ms) : mM
E = 8.31441*309.15/(2*96489)*volt*log(2*mM/Ca) : volt
"""
RELAY = """
dV/dt = (I - 0.01*gS*(V + 70*mV) - 0.0138*gS*(V + 100*mV) - 90*gS*m**3*h*(V - 50*mV) - 10*gS*n**4*(V + 100*mV) - JT
         - 0.02*gS*(o1 + 2*o2)*(V + 40*mV))/cF : volt
JT = 2*gS*s**2*u*(V - E) : amp/meter**2
do1/dt = H/T*c1 - (1 - H)/T*o1 - 0.001/ms*(p/0.01*o1 - o2) : 1
do2/dt = 0.001/ms*(p/0.01*o1 - o2) : 1
c1 = 1 - o1 - o2 : 1
dp/dt = K*(1 - p) - 0.0004/ms*p : 1
H = 1/(1 + exp((V + 75*mV)/(5.5*mV))) : 1
T = 20*ms + 1000*ms/(exp((V + 71.5*mV)/(14.2*mV)) + exp(-(V + 89*mV)/(11.6*mV))) : second
K = 0.0004/ms*(Ca/(0.002*mM))**4 : Hz
I : amp/meter**2 (constant)
""" + LOW + CALCIUM + SPIKES
k = dict(gS=mS, cF=uF, mM=mmolar)
for i in (-0.5, 3):
    run_case("thalamocortical", RELAY, i, area, 0.02, 250, dict(VT=-25 * mV, **k),
             {"V": -65 * mV, **rest(*"nmh"), "u": "uinf", "Ca": 0.00024 * mmolar, "p": "K/(K + 0.0004/ms)", "o1": "H/(1 + H*p/0.01)", "o2": "o1*p/0.01"})
RETICULAR = """
dV/dt = (I - 0.05*gS*(V + 90*mV) - 200*gS*m**3*h*(V - 50*mV) - 20*gS*n**4*(V + 100*mV) - JT)/cF : volt
JT = 3*gS*s**2*u*(V - E) : amp/meter**2
ds/dt = (sinf - s)*5**1.2/ms/(3 + 1/(exp((x + 25)/10) + exp(-(x + 100)/15))) : 1
du/dt = (uinf - u)*3**1.2/ms/(85 + 1/(exp((x + 46)/4) + exp(-(x + 405)/50))) : 1
sinf = 1/(1 + exp(-(x + 50)/7.4)) : 1
uinf = 1/(1 + exp((x + 78)/5)) : 1
x = V/mV + 2 : 1
I : amp/meter**2 (constant)
""" + CALCIUM + SPIKES
run_case("reticular", RETICULAR, 1, area, 0.02, 120, dict(VT=-55 * mV, **k),
         {"V": -90 * mV, **rest(*"nmh"), "s": "sinf", "u": "uinf", "Ca": 0.00024 * mmolar})
print(json.dumps(cases))
