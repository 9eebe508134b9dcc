"""Reference values for neuro/decode: classifiers.json.

Needs numpy 2.4.6 and scikit-learn 1.9.1. Iterative solvers run to the smallest
tolerance that they reach.

    python testdata/decode/classifiers.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")


def linear(fit, new):
    return dict(
        coef=np.atleast_2d(fit.coef_).tolist(),
        intercept=np.atleast_1d(fit.intercept_).tolist(),
        predict=fit.predict(new).tolist(),
    )


def hinge(x, y, c, new):
    """SVC, whose products of samples are in single precision: from the samples that
    it found to be on the margin or within, the equations give the rest."""
    classes = np.unique(y)
    coef, intercept = [], []
    for a in range(len(classes)):
        for b in range(a + 1, len(classes)):
            some = (y == classes[a]) | (y == classes[b])
            xs, s = x[some], np.where(y[some] == classes[b], 1.0, -1.0)
            fit = SVC(C=c, kernel="linear", tol=1e-9).fit(xs, s)
            alpha = np.zeros(len(s))
            alpha[fit.support_] = np.abs(fit.dual_coef_[0])
            free, bound = (alpha > 1e-9 * c) & (alpha < c * (1 - 1e-9)), alpha >= c * (1 - 1e-9)
            q = (s[:, None] * s) * (xs @ xs.T)
            k = free.sum()
            left = np.zeros((k + 1, k + 1))
            left[:k, :k], left[:k, k], left[k, :k] = q[np.ix_(free, free)], s[free], s[free]
            right = np.r_[1 - q[np.ix_(free, bound)].sum(1) * c, -c * s[bound].sum()]
            solved = np.linalg.lstsq(left, right, rcond=None)[0]
            alpha[free], alpha[bound] = solved[:k], c
            alpha[~free & ~bound] = 0
            coef.append((alpha * s) @ xs)
            if k == 0:  # the middle of what is allowed
                wish = s - xs @ coef[-1]
                above = np.where(bound, s < 0, s > 0)
                solved = [(wish[above].max() + wish[~above].min()) / 2]
            intercept.append(solved[k])
            f = s * (xs @ coef[-1] + intercept[-1])
            assert (f[bound] <= 1 + 1e-9).all() and (f[~free & ~bound] >= 1 - 1e-9).all() and (np.array(solved[:k]) > 0).all()
            assert np.abs(coef[-1] - fit.coef_[0]).max() < 1e-4 * np.abs(coef[-1]).max()
    predict = SVC(C=c, kernel="linear", tol=1e-9).fit(x, y).predict(new)
    return dict(coef=np.array(coef).tolist(), intercept=intercept, predict=predict.tolist())


def correlation(x, y, new):
    classes = np.unique(y)
    means = [x[y == k].mean(0) for k in classes]
    return [int(classes[np.argmax([np.corrcoef(row, m)[0, 1] for m in means])]) for row in new]


def case(rng, name, n, d, classes, c=1.0, offset=0.0, labels=None):
    y = np.arange(n) % classes
    rng.shuffle(y)
    x = (offset + rng.standard_normal((n, d)) + 0.7 * (np.arange(d) % classes == y[:, None])).round(3)
    if labels is not None:
        y = np.array(labels)[y]
    new = (offset + rng.standard_normal((7, d))).round(3)
    out = dict(name=name, c=c, x=x.tolist(), y=y.tolist(), new=new.tolist())
    out["squared hinge"] = linear(LinearSVC(C=c, tol=1e-13, dual=False, max_iter=200_000).fit(x, y), new)
    out["hinge"] = hinge(x, y, c, new)
    out["ridge"] = linear(RidgeClassifier(alpha=c, solver="cholesky").fit(x, y), new)
    out["lda auto"] = linear(LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(x, y), new)
    out["lda 0.3"] = linear(LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3).fit(x, y), new)
    if n > d + classes:
        out["lda none"] = linear(LinearDiscriminantAnalysis(solver="lsqr").fit(x, y), new)
    nb = GaussianNB().fit(x, y)
    out["bayes"] = dict(mean=nb.theta_.tolist(), var=nb.var_.tolist(), proba=nb.predict_proba(new).tolist(), predict=nb.predict(new).tolist())
    if d > 1:
        out["correlation"] = correlation(x, y, new)
    return out


def main():
    rng = np.random.default_rng(1936)
    cases = [
        case(rng, "two classes", 61, 4, 2),
        case(rng, "two classes, labels -3 and 9, weak penalty", 40, 3, 2, 20.0, labels=[9, -3]),
        case(rng, "one feature, strong penalty", 23, 1, 2, 0.05),
        case(rng, "three classes, away from 0", 47, 5, 3, offset=3.0),
        case(rng, "five classes", 60, 7, 5, 0.3, labels=[2, 3, 5, 7, 11]),
        case(rng, "more features than samples", 19, 30, 2),
        case(rng, "more features than samples, three classes", 20, 33, 3, 0.01),
        case(rng, "as many features as samples", 24, 23, 2, 0.1),
    ]
    Path(__file__).with_name("classifiers.json").write_text(json.dumps(cases) + "\n")


main()
