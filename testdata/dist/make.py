"""Student's t: upper probabilities and the normal quantile of each.

    python make.py > student.json

mpmath with 60 digits: the regularised incomplete beta function, and its
quantile by Newton on the complementary error function.
"""

import json

import mpmath as mp

mp.mp.dps = 60


def sf(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    if t < 0:
        return 1 - sf(-t, df)
    return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


def z(p):
    guess = mp.sqrt(-2 * mp.log(p)) if p < 0.4 else mp.mpf(0)
    return mp.findroot(lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2) - mp.log(p), guess)


out = []
for df in (1, 2, 3, 5, 7.5, 10, 17, 38, 39, 41, 113, 250, 3267, 100000):
    for t in (0, 1e-9, 0.1, 0.5, 1, 1.5, 2, 3, 4.7, 8, 15, 40):
        p = sf(t, df)
        if p < mp.mpf("1e-290"):
            continue
        out.append(dict(df=df, t=t, sf=float(p), cdf=float(1 - p), z=float(z(p)) if t else 0.0))
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
