"""Reference values of Poisson regression and time rescaling, scikit-learn 1.9.1 and SciPy 1.17.1:
    python poisson.py > poisson.json
"""
import json
import numpy as np
from scipy.stats import kstest
from sklearn.linear_model import PoissonRegressor

rng = np.random.default_rng(5)
out = {"fits": [], "ks": []}
for n, d, alpha, scale in [(80, 3, 0.0, 1), (200, 12, 0.1, 1), (40, 60, 1.0, 1), (150, 5, 0.01, 30)]:
    x = rng.standard_normal((n, d)) * np.logspace(0, np.log10(scale), d) + 2
    y = rng.poisson(np.exp(0.4 * x[:, 0] - 0.8))
    m = PoissonRegressor(alpha=alpha, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y)
    out["fits"].append(dict(x=x.tolist(), y=y.tolist(), l2=alpha, coef=m.coef_.tolist(), intercept=float(m.intercept_)))
for n in [5, 40, 300]:
    gaps = rng.exponential(100, n) ** 1.1
    z = 1 - np.exp(-gaps / 1000 * 9)
    k = kstest(z, "uniform")
    out["ks"].append(dict(gaps=gaps.tolist(), rate=9, ks=float(k.statistic), p=float(k.pvalue)))
print(json.dumps(out))
