"""Writes testdata/vec/reference.txt: values of elementary functions with 40
digits, at arguments spread over the whole range of each function.

    python3 -m pip install mpmath==1.4.1
    python3 testdata/vec/reference.py 120 > testdata/vec/reference.txt

A line holds the function, its arguments, and its value as a sum of two float64
(the nearest one and the rest), all as hexadecimal floats.
"""
import math
import random
import struct
import sys

from mpmath import mp, mpf
import mpmath as m

mp.dps = 60
count = int(sys.argv[1])


def word(rng):
    """Any finite float64, all exponents alike."""
    while True:
        x = struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
        if math.isfinite(x):
            return x


def within(lo, hi):
    return lambda rng: rng.uniform(lo, hi)


def decades(lo, hi, signed=True):
    """Log-uniform size from 10^lo to 10^hi."""
    return lambda rng: 10 ** rng.uniform(lo, hi) * (rng.choice([-1, 1]) if signed else 1)


def near(x, lo=-16, hi=-1):
    return lambda rng: x + 10 ** rng.uniform(lo, hi) * rng.choice([-1, 1])


def ncdf(x):
    return m.erfc(-x / m.sqrt(mpf(2))) / 2


def quantile(p):
    flip = p > 0.5
    if flip:
        p = 1 - p
    if p == 0.5:
        return mpf(0)
    if p > 0.02:
        x = m.sqrt(mpf(2)) * m.erfinv(2 * p - 1)
    else:
        x = -m.sqrt(-2 * m.log(p) - m.log(-2 * m.log(p)) - m.log(2 * m.pi))
        for _ in range(14):
            phi = m.exp(-x * x / 2) / m.sqrt(2 * m.pi)
            x -= ncdf(x) / phi * m.log(ncdf(x) / p)
    return -x if flip else x


def trig(f):
    def g(x):
        with m.workdps(400):
            return f(x)
    return g


functions = {
    "Exp": (m.exp, [within(-745, 709.7), within(-1, 1), decades(-20, 0), within(-745, -700)]),
    "Expm1": (m.expm1, [within(-40, 709), within(-1, 1), within(-3, 3), decades(-20, 0)]),
    "Sigmoid": (lambda x: 1 / (1 + m.exp(-x)), [within(-700, 40), within(-5, 5), within(-1, 1), decades(-20, 0)]),
    "Exprel": (lambda x: m.expm1(x) / x, [within(-700, 708), within(-5, 5), within(-1, 1), decades(-20, 0)]),
    "Linoid": (lambda x: x / m.expm1(x), [within(-700, 700), within(-5, 5), within(-1, 1), decades(-20, 0)]),
    "Log": (m.log, [decades(-307, 308, False), decades(-323, -300, False), near(1), within(0.4, 3)]),
    "Log1p": (m.log1p, [decades(-20, 300, False), within(-0.9999, 1), near(0, -18, -0.01), lambda r: -1 + 10 ** r.uniform(-15, -1)]),
    "Log2": (lambda x: m.log(x) / m.log(2), [decades(-307, 308, False), near(1), within(0.4, 3)]),
    "Log10": (lambda x: m.log(x) / m.log(10), [decades(-307, 308, False), near(1), within(0.4, 3)]),
    "Sin": (trig(m.sin), [within(-4, 4), decades(-20, 0), decades(0, 6), decades(6, 308), near(math.pi), near(1e5 * math.pi)]),
    "Cos": (trig(m.cos), [within(-4, 4), decades(-20, 0), decades(0, 6), decades(6, 308), near(math.pi / 2), near(100001 * math.pi / 2)]),
    "Tan": (trig(m.tan), [within(-4, 4), decades(-20, 0), decades(0, 6), decades(6, 308), near(math.pi / 2)]),
    "Asin": (m.asin, [within(-1, 1), decades(-20, 0), lambda r: 1 - 10 ** r.uniform(-16, 0)]),
    "Acos": (m.acos, [within(-1, 1), decades(-20, 0), lambda r: 1 - 10 ** r.uniform(-16, 0), lambda r: -1 + 10 ** r.uniform(-16, 0)]),
    "Atan": (m.atan, [within(-4, 4), decades(-300, 300), decades(-3, 3)]),
    "Sinh": (m.sinh, [within(-710, 710), within(-2, 2), decades(-20, 1.5)]),
    "Cosh": (m.cosh, [within(-710, 710), within(-2, 2), within(-25, 25)]),
    "Tanh": (m.tanh, [within(-25, 25), within(-1, 1), decades(-20, 1.5)]),
    "Erf": (m.erf, [within(-6.5, 6.5), within(-1.2, 1.2), decades(-20, 0)]),
    "Erfc": (m.erfc, [within(-6, 26.5), within(-1.2, 1.2), within(26.5, 27.2)]),
    "NormCDF": (ncdf, [within(-37.4, 8), within(-2, 2), within(-38.4, -37.4)]),
    "NormQuantile": (quantile, [within(0, 1), decades(-323, 0, False), lambda r: 1 - 10 ** r.uniform(-16, 0), near(0.5), within(0.15, 0.3)]),
    "Lgamma": (lambda x: m.log(abs(m.gamma(x))), [within(0, 30), decades(-300, 300, False), near(1), near(2), within(-20, 0)]),
    "Gamma": (m.gamma, [within(0, 171.6), within(0, 12), decades(-300, 0), within(-20, 0), within(-176, -20)]),
    "Digamma": (m.digamma, [within(0, 30), decades(-100, 300, False), near(1.4616321449683623), within(-20, 0)]),
}
pairs = {
    "Pow": (m.power, [(decades(-3, 3, False), within(-90, 90)), (decades(-300, 300, False), within(-1, 1)), (near(1, -9, -1), decades(0, 9)), (within(0, 10), within(-10, 10))]),
    "Atan2": (m.atan2, [(within(-1, 1), within(-1, 1)), (decades(-300, 300), decades(-300, 300)), (decades(-3, 3), decades(-3, 3))]),
    "Hypot": (m.hypot, [(within(-1, 1), within(-1, 1)), (decades(-300, 300), decades(-300, 300)), (decades(-2, 2), decades(-2, 2))]),
}


def show(name, args, value):
    hi = float(value)
    if not math.isfinite(hi) or hi == 0:
        return
    print(name, *[a.hex() for a in args], hi.hex(), float(value - mpf(hi)).hex())


for name, (f, draws) in functions.items():
    rng = random.Random(name)
    for i in range(count):
        x = draws[i % len(draws)](rng)
        try:
            show(name, [x], f(mpf(x)))
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
for name, (f, draws) in pairs.items():
    rng = random.Random(name)
    for i in range(count):
        a, b = draws[i % len(draws)]
        x, y = a(rng), b(rng)
        try:
            show(name, [x, y], f(mpf(x), mpf(y)))
        except (ValueError, OverflowError):
            pass
