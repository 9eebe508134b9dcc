"""Reference values for neuro/pharm: dose.json.

Needs numpy and SciPy. Each curve is fitted with scipy.optimize.curve_fit from
the truth, to the smallest tolerances; quantiles of Student's distribution are
SciPy's.

    python testdata/pharm/generate.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import curve_fit
from scipy.stats import t as student


def model(x, bottom, top, log_ec50, slope):
    with np.errstate(divide="ignore"):
        d = np.log(x) - log_ec50
    return bottom + (top - bottom) / (1 + np.exp(-slope * d))


def case(rng, name, truth, doses, repeats, noise, unit_bottom=None, unit_top=None):
    x = np.repeat(doses, repeats).astype(float)
    full = lambda x, *q: model(x, *q)
    y = (model(x, truth[0], truth[1], np.log(truth[2]), truth[3]) + noise * rng.standard_normal(len(x))).round(4)
    start = [truth[0], truth[1], np.log(truth[2]), truth[3]]
    free = [unit_bottom is None, unit_top is None, True, True]

    def restricted(x, *q):
        q = list(q)
        p = [
            unit_bottom if unit_bottom is not None else q.pop(0),
            unit_top if unit_top is not None else q.pop(0),
            *q,
        ]
        return model(x, *p)

    p0 = [s for s, f in zip(start, free) if f]
    q, cov = curve_fit(restricted, x, y, p0, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=100000, method="trf", x_scale="jac")
    se = np.sqrt(np.diag(cov))
    residual = y - restricted(x, *q)
    full, full_se, k = [], [], 0
    for f, fixed in zip(free, [unit_bottom, unit_top, None, None]):
        full.append(q[k] if f else fixed)
        full_se.append(se[k] if f else 0.0)
        k += f
    ec50 = np.exp(full[2])
    return dict(
        name=name,
        dose=x.tolist(),
        response=y.tolist(),
        fix_bottom=unit_bottom is not None,
        fix_top=unit_top is not None,
        est=[full[0], full[1], ec50, full[3]],
        se=[full_se[0], full_se[1], full_se[2] * ec50, full_se[3]],
        rss=float(residual @ residual),
    )


def main():
    rng = np.random.default_rng(2005)
    doses = [0, 0.1, 0.3, 1, 3, 10, 30, 100]
    cases = [
        case(rng, "rising", (2, 98, 3, 1.2), doses, 3, 3),
        case(rng, "falling", (0.1, 1.3, 0.8, -2.5), doses, 2, 0.05),
        case(rng, "no controls, molar doses", (-5, 40, 2e-8, 0.8), [1e-10, 1e-9, 3e-9, 1e-8, 3e-8, 1e-7, 1e-6, 1e-5], 2, 1),
        case(rng, "bottom fixed", (0, 60, 12, 1), doses, 2, 2, unit_bottom=0.0),
        case(rng, "both fixed", (0, 100, 5, 1.5), doses, 1, 4, unit_bottom=0.0, unit_top=100.0),
    ]
    quantiles = [[p, df, float(student.ppf(p, df))] for p in (0.5, 0.6, 0.95, 0.975, 0.9995) for df in (1, 2, 3, 4, 10, 21, 500, 9999, 2000000)]
    Path(__file__).with_name("dose.json").write_text(json.dumps(dict(fits=cases, student=quantiles)) + "\n")


main()
