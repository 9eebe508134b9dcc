"""Reference values of neighbours, principal components, factors, feature selection, ROC and
representational similarity. Run with scikit-learn 1.9.1, SciPy 1.17.1: python coding.py > coding.json
"""
import json
import numpy as np
from scipy import stats
from sklearn.covariance import ledoit_wolf
from sklearn.decomposition import PCA, FactorAnalysis
from sklearn.feature_selection import f_classif
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.neighbors import KNeighborsClassifier

rng = np.random.default_rng(20)
out = {"neighbours": [], "pca": [], "factors": [], "f": [], "auc": [], "rdm": [], "rsa": []}
lists = lambda a: np.asarray(a).tolist()

for n, d, k, neighbours in [(40, 3, 2, 5), (101, 7, 4, 1), (60, 40, 3, 9)]:
    y = np.arange(n) % k
    x = rng.standard_normal((n, d)) + 0.8 * y[:, None]
    new = rng.standard_normal((17, d)) + 0.8 * (np.arange(17) % k)[:, None]
    m = KNeighborsClassifier(neighbours).fit(x, y)
    out["neighbours"].append(dict(x=lists(x), y=lists(y), new=lists(new), k=neighbours, predict=lists(m.predict(new)), proba=lists(m.predict_proba(new))))
    out["f"].append(dict(x=lists(x), y=lists(y), f=lists(f_classif(x, y)[0])))
    out["auc"].append(dict(y=lists(np.arange(17) % k), score=lists(m.predict_proba(new)),
                           auc=roc_auc_score(np.arange(17) % k, m.predict_proba(new)[:, 1] if k == 2 else m.predict_proba(new), multi_class="ovr")))

for n, d, keep in [(30, 4, 4), (50, 9, 3), (12, 31, 11), (7, 7, 6)]:
    x = rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + rng.standard_normal(d)
    m = PCA(keep, svd_solver="full").fit(x)
    w = PCA(keep, svd_solver="full", whiten=True).fit(x)
    out["pca"].append(dict(x=lists(x), keep=keep, components=lists(m.components_), variance=lists(m.explained_variance_),
                           ratio=lists(m.explained_variance_ratio_), scores=lists(m.transform(x)), white=lists(w.transform(x))))

for n, d, k in [(200, 6, 1), (300, 12, 3), (80, 9, 2)]:
    x = rng.standard_normal((n, k)) @ rng.standard_normal((k, d)) * 2 + rng.standard_normal((n, d)) * rng.uniform(0.5, 2, d) + 3
    m = FactorAnalysis(k, tol=1e-14, max_iter=200000, svd_method="lapack").fit(x)
    out["factors"].append(dict(x=lists(x), k=k, loadings=lists(m.components_), noise=lists(m.noise_variance_), loglike=float(m.score(x)), scores=lists(m.transform(x))))

def mean_patterns(x, y, who):
    return np.array([x[who & (y == c)].mean(0) for c in np.unique(y)])

for conditions, d, folds, per in [(5, 8, 3, 2), (4, 30, 2, 3), (6, 5, 5, 1)]:
    y = np.tile(np.repeat(np.arange(conditions), per), folds)
    fold = np.repeat(np.arange(folds), conditions * per)
    x = rng.standard_normal((conditions, d))[y] + rng.standard_normal((len(y), d)) @ (np.eye(d) + 0.2)
    m = mean_patterns(x, y, y >= 0)
    up = np.triu_indices(conditions, 1)
    res = x - m[y]
    s = ledoit_wolf(res, assume_centered=True)[0] * len(y) / (len(y) - conditions)
    inv = np.linalg.inv(s)
    diff = [m[a] - m[b] for a, b in zip(*up)]
    case = dict(x=lists(x), y=lists(y), fold=lists(fold), correlation=lists((1 - np.corrcoef(m))[up]),
                euclidean=[float(v @ v / d) for v in diff], mahalanobis=[float(v @ inv @ v / d) for v in diff])
    if per > 1:
        ms = [mean_patterns(x, y, fold == f) for f in range(folds)]
        res = np.array([x[i] - ms[fold[i]][y[i]] for i in range(len(y))])
        inv = np.linalg.inv(ledoit_wolf(res, assume_centered=True)[0] * len(y) / (len(y) - conditions * folds))
        case["crossnobis"] = [float(np.mean([(ms[f][a] - ms[f][b]) @ inv @ (ms[g][a] - ms[g][b]) / d
                                             for f in range(folds) for g in range(folds) if f != g])) for a, b in zip(*up)]
    out["rdm"].append(case)

def tau_a(a, b):
    return float(np.mean([np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]) for i in range(len(a)) for j in range(i)]))

agree = dict(spearman=lambda a, b: float(stats.spearmanr(a, b)[0]), pearson=lambda a, b: float(np.corrcoef(a, b)[0, 1]),
             cosine=lambda a, b: float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)), kendall=tau_a)
norm = dict(spearman=stats.rankdata, kendall=stats.rankdata, pearson=stats.zscore, cosine=lambda a: a / np.linalg.norm(a))
n = 7
pairs = n * (n - 1) // 2
truth = rng.random(pairs)
data = np.round(truth + 0.4 * rng.random((4, pairs)), 1)
models = np.array([truth, rng.random(pairs), np.round(truth)])
for name, f in agree.items():
    z = np.array([norm[name](v) for v in data])
    out["rsa"].append(dict(method=name, n=n, data=lists(data), models=lists(models), agreement=[[f(v, m) for v in data] for m in models],
                           upper=float(np.mean([f(v, z.mean(0)) for v in data])),
                           lower=float(np.mean([f(v, np.delete(z, i, 0).mean(0)) for i, v in enumerate(data)]))))
print(json.dumps(json.loads(json.dumps(out), parse_float=lambda v: float("%.15g" % float(v)))))
