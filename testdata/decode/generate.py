"""Reference values for neuro/decode: logistic.json.

Needs numpy and scikit-learn. LogisticRegression runs to the smallest tolerance
it takes; its lbfgs still stops some digits short of the optimum.

    python testdata/decode/generate.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def case(rng, name, n, d, classes, c, labels=None):
    y = np.arange(n) % classes
    rng.shuffle(y)
    x = (rng.standard_normal((n, d)) + 0.7 * (np.arange(d) % classes == y[:, None])).round(3)
    if labels is not None:
        y = np.array(labels)[y]
    fit = LogisticRegression(C=c, tol=1e-12, max_iter=100000).fit(x, y)
    new = rng.standard_normal((5, d)).round(3)
    return dict(
        name=name,
        c=c,
        x=x.tolist(),
        y=y.tolist(),
        classes=fit.classes_.tolist(),
        coef=fit.coef_.tolist(),
        intercept=fit.intercept_.tolist(),
        new=new.tolist(),
        proba=fit.predict_proba(new).tolist(),
        predict=fit.predict(new).tolist(),
        score=fit.score(x, y),
    )


def main():
    rng = np.random.default_rng(1958)
    cases = [
        case(rng, "two classes", 61, 4, 2, 1.0),
        case(rng, "two classes, labels -3 and 9", 40, 3, 2, 0.1, [9, -3]),
        case(rng, "one feature", 23, 1, 2, 10.0),
        case(rng, "three classes", 67, 5, 3, 1.0),
        case(rng, "five classes, weak penalty", 101, 3, 5, 100.0, [2, 3, 5, 7, 11]),
        case(rng, "more features than samples", 19, 30, 2, 1.0),
        case(rng, "more features than samples, three classes", 20, 33, 3, 1.0),
    ]
    Path(__file__).with_name("logistic.json").write_text(json.dumps(cases) + "\n")


main()
