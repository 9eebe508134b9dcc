"""Response of leaky integrate-and-fire cells with noise to changes of their mean input, by NNMT 1.3
(Layer et al. 2022, Front Neuroinform 16:835657), for TestTransferNNMT. Without a refractory time,
which NNMT has in the stationary rate and not in the change.

python transfer.py > transfer.json; potentials in mV above rest, times in ms, the response in Hz/mV
as its real and imaginary part.
"""

import json
import warnings

import numpy as np
from nnmt.lif import exp

warnings.filterwarnings("ignore")
HZ = [1.0, 10.0, 30.0, 80.0, 200.0, 500.0]

out = []
for mu, sigma, tau_s in ((15, 5, 0), (19, 3, 0), (25, 4, 0), (10, 8, 0), (15, 5, 0.5), (19, 3, 0.5)):
    x = exp._transfer_function_shift(
        np.array([mu * 1e-3]), np.array([sigma * 1e-3]), 0.020, tau_s * 1e-3, 0.0, 0.020, 0.010, 2 * np.pi * np.array(HZ)
    )
    x = np.ravel(x) / 1000
    out.append(dict(mu=mu, sigma=sigma, tau_syn=tau_s, hz=HZ, re=list(x.real), im=list(x.imag)))
print("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]")
