"""Reference values of neuro/table from pandas.

    python pandas.py > pandas.json

Small random tables of words and numbers with missing values, and what grouping, joining, sorting,
reshaping and reading them gives. NaN stands for a missing number and "" for a missing word.
"""
import io
import json
import math
import sys

sys.path.pop(0)  # this folder, whose script has the package's name
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

rng = np.random.default_rng(11)


def cols(t):
    out = []
    for c in t.columns:
        v = t[c]
        if pd.api.types.is_numeric_dtype(v):
            out.append({"name": str(c), "num": [None if math.isnan(x) else float(x) for x in v.astype(float)]})
        else:
            out.append({"name": str(c), "text": ["" if pd.isna(x) else str(x) for x in v]})
    return out


def random(n, keys=("g", "h")):
    t = pd.DataFrame()
    t["g"] = rng.choice(["b", "a", "c", "é"], n) if n else np.array([], dtype=object)
    t["h"] = rng.integers(-1, 2, n).astype(float) * rng.choice([1, 0.5])
    x = np.round(rng.normal(size=n), 3)
    x[rng.random(n) < 0.2] = np.nan
    t["x"] = x
    t["y"] = rng.integers(0, 5, n).astype(float)
    return t


cases = []
for n in [1, 2, 3, 5, 8, 13, 31, 50]:
    for _ in range(4):
        t = random(n)
        g = t.groupby(["g", "h"], sort=True)
        s = g["x"].agg(["size", "count", "mean", "sum", "std", "sem", "median", "min", "max"])
        s["q"] = g["x"].quantile(0.3)
        s = s.reset_index()
        s = s.rename(columns={"size": "n"})
        case = {"table": cols(t), "summary": cols(s)}
        # A join of unique keys on the right, and one of many with many.
        r = random(max(1, n // 2))[["g", "h", "x"]]
        u = r.drop_duplicates(["g", "h"])
        case["other"], case["unique"] = cols(r), cols(u)
        for kind in ["left", "inner", "right"]:
            case[kind] = cols(t.merge(u, how=kind, on=["g", "h"], suffixes=("", "_right")))
            case[kind + "_many"] = cols(t.merge(r, how=kind, on=["g", "h"], suffixes=("", "_right")))
        m = t.merge(u, how="left", on=["g", "h"], indicator=True, suffixes=("", "_right"))
        case["anti"] = cols(t[(m["_merge"] == "left_only").to_numpy()])
        case["sorted"] = cols(t.sort_values(["h", "x"], ascending=[True, False], kind="stable", na_position="last"))
        d = t.drop_duplicates(["g", "h"])[["g", "h", "x"]]
        w = d.pivot(index="g", columns="h", values="x")
        case["long"], case["wide"] = cols(d), cols(w.reset_index())
        case["melted"] = cols(t.reset_index(names="row").melt(id_vars=["row", "g", "h"], value_vars=["x", "y"], var_name="what", value_name="value"))
        cases.append(case)

texts = []
for text, o in [
    ("a,b\n1,x\n2,y\n", {}),
    ("a;b\n1,5;x\n-2,25e1;y\n", {"Decimal": ",", "Sep": ";"}),
    ("a,b\n-999,x\n3,-999\n.,z\n", {"Missing": ["-999", "."]}),
    ("# made by\na,b\n1,2\n# and\n3,4\n", {"Comment": "#"}),
    ("first\nsecond\na,b\n1,2\n", {"Skip": 2}),
    ("id,v\n007,1\n008,2\n", {"Text": ["id"]}),
    ("a,b\n\"1\",\"x,\"\"y\"\"\"\n2,\"two\nlines\"\n", {}),
    ("a,b\nNULL,1\n<NA>,2\n#N/A,3\n-nan,4\n", {}),
    ("a\n0.1\n1e-5\n123456789.123456789\n1.7976931348623157e308\n5e-324\n0.30000000000000004\n", {}),
]:
    kw = {"keep_default_na": True}
    if "Sep" in o:
        kw["sep"] = o["Sep"]
    if "Decimal" in o:
        kw["decimal"] = o["Decimal"]
    if "Missing" in o:
        kw["na_values"] = o["Missing"]
    if "Comment" in o:
        kw["comment"] = o["Comment"]
    if "Skip" in o:
        kw["skiprows"] = o["Skip"]
    if "Text" in o:
        kw["dtype"] = {c: str for c in o["Text"]}
    texts.append({"text": text, "options": o, "want": cols(pd.read_csv(io.StringIO(text), **kw))})

json.dump({"pandas": pd.__version__, "cases": cases, "texts": texts}, sys.stdout, ensure_ascii=False, separators=(",", ":"))
print()
