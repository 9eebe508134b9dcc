"""Reference values of representational similarity: dissimilarities (crossnobis among them), their
agreement and its noise ceiling. Run with rsatoolbox 0.3.2, NumPy 2.4.6: python rsa.py > rsa.json
"""
import json
import warnings

import numpy as np
from rsatoolbox.data import Dataset, noise
from rsatoolbox.inference import boot_noise_ceiling
from rsatoolbox.rdm import RDMs, calc_rdm, compare

warnings.filterwarnings("ignore")
rng = np.random.default_rng(137)
lists = lambda a: np.asarray(a).tolist()
out = dict(rdm=[], rsa=[])

for conditions, folds, per, d in [(2, 2, 2, 3), (3, 5, 2, 7), (5, 4, 3, 11), (6, 3, 2, 40), (4, 2, 7, 5)]:
    y = np.tile(np.repeat(np.arange(conditions), per), folds)
    fold = np.repeat(np.arange(folds), conditions * per)
    x = 0.7 * rng.standard_normal((conditions, d))[y] + rng.standard_normal((len(y), d)) @ (np.eye(d) + 0.3 * rng.standard_normal((d, d)))
    data = Dataset(x, obs_descriptors=dict(condition=y, run=fold))
    case = dict(x=lists(x), y=lists(y), fold=lists(fold))
    vectors = lambda r: lists(r.get_vectors()[0])
    case["correlation"] = vectors(calc_rdm(data, "correlation", "condition"))
    case["euclidean"] = vectors(calc_rdm(data, "euclidean", "condition"))
    residuals = x - np.array([x[y == c].mean(0) for c in y])
    case["mahalanobis"] = vectors(calc_rdm(data, "mahalanobis", "condition",
                                           noise=noise.prec_from_residuals(residuals, dof=len(y) - conditions, method="shrinkage_eye")))
    residuals = x - np.array([x[(y == c) & (fold == f)].mean(0) for c, f in zip(y, fold)])
    precision = noise.prec_from_residuals(residuals, dof=len(y) - conditions * folds, method="shrinkage_eye")
    case["crossnobis"] = vectors(calc_rdm(data, "crossnobis", "condition", noise=precision, cv_descriptor="run"))
    out["rdm"].append(case)

n, subjects = 6, 5
pairs = n * (n - 1) // 2
truth = rng.random(pairs)
data = truth + 0.3 * rng.random((subjects, pairs))
models = np.array([truth, rng.random(pairs), 0.5 + 0.1 * rng.random(pairs)])
for ours, theirs in dict(spearman="spearman", pearson="corr", cosine="cosine", kendall="tau-a").items():
    lower, upper = boot_noise_ceiling(RDMs(data), method=theirs)
    out["rsa"].append(dict(method=ours, n=n, data=lists(data), models=lists(models),
                           agreement=lists(compare(RDMs(models), RDMs(data), method=theirs)), lower=float(lower), upper=float(upper)))
print(json.dumps(json.loads(json.dumps(out), parse_float=lambda v: float("%.15g" % float(v)))))
