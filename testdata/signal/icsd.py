"""Reference values for current source densities of package signal, from elephant and from
integration by SciPy.

Writes icsd.json beside this script: potentials of a known density (two Gaussians, a sink
above a source, within a cylinder) at contacts, and elephant's estimates of it.  Made
with elephant 1.2.1, scipy 1.17.1.

    python icsd.py
"""

import json
import sys
from pathlib import Path

sys.path.pop(0)

import numpy as np
import quantities as pq
from elephant.current_source_density_src import icsd
from scipy.integrate import quad


def density(z):
    return -np.exp(-((z - 0.6) ** 2) / (2 * 0.12**2)) + 0.7 * np.exp(-((z - 1.1) ** 2) / (2 * 0.15**2))


cases = []
for diam, top, z in (
    (0.5, 0.3, np.arange(1, 17) * 0.1),
    (0.8, 1.7, np.arange(1, 12) * 0.15),
    (0.3, 0.0, np.array([0.1, 0.2, 0.35, 0.45, 0.6, 0.8, 0.9, 1.05, 1.2, 1.5])),
):
    mirror = (0.3 - top) / (0.3 + top)
    r = diam / 2

    def w(u):
        return np.sqrt(u * u + r * r) - abs(u)

    phi = np.array([quad(lambda s: density(s) * (w(x - s) + mirror * w(x + s)), 0, 2.2, points=[x], epsabs=1e-13, epsrel=1e-12, limit=200)[0] for x in z]) / 0.6
    kw = dict(diam=diam * pq.mm, sigma=0.3 * pq.S / pq.m, sigma_top=top * pq.S / pq.m)
    lfp = np.vstack([phi, 2 * phi]).T * pq.mV
    delta = icsd.DeltaiCSD(lfp, z * pq.mm, **kw).get_csd()
    case = dict(depth=z.tolist(), diameter=diam, above=top, lfp=phi.tolist(), density=density(z).tolist(), delta=delta[:, 0].magnitude.tolist(), unit=str(delta.dimensionality))
    h = np.diff(z)
    if np.ptp(h) < 1e-9:  # its steps have the thickness of the contact, not of the source
        step = icsd.StepiCSD(lfp, z * pq.mm, h=h[0] * pq.mm, tol=1e-15, **kw).get_csd()
        case["step"] = step[:, 0].magnitude.tolist()
        case["step_unit"] = str(step.dimensionality)
    cases.append(case)
Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")
