"""Analyses of variance by pingouin 0.7.0 of its example tables, with the tables.

    python anova.py > anova.json
"""

import json

import numpy as np
import pandas as pd
import pingouin as pg

out = []


def add(name, frame, factors, result):
    cols = {}
    for c in frame.columns:
        v = frame[c]
        cols[c] = [None if pd.isna(x) else float(x) for x in v] if pd.api.types.is_numeric_dtype(v) else [str(x) for x in v]
    rows = json.loads(result.to_json(orient="records", double_precision=15))
    out.append(dict(name=name, table=cols, order=list(frame.columns), factors=factors, rows=rows))


read = pg.read_dataset
f = read("anova")[["Hair color", "Pain threshold"]]
add("one way", f, dict(Value="Pain threshold", Between=["Hair color"], Type=2), pg.anova(f, dv="Pain threshold", between="Hair color", detailed=True))
f = read("anova2_unbalanced")[["Diet", "Exercise", "Scores"]]
add("two way, unbalanced", f, dict(Value="Scores", Between=["Diet", "Exercise"], Type=2), pg.anova(f, dv="Scores", between=["Diet", "Exercise"], detailed=True))
for t in (1, 3):
    add(f"two way, unbalanced, type {t}", f, dict(Value="Scores", Between=["Diet", "Exercise"], Type=t),
        pg.anova(f, dv="Scores", between=["Diet", "Exercise"], detailed=True, ss_type=t))
f = read("anova3_unbalanced")
add("three way", f, dict(Value="Cholesterol", Between=["Sex", "Risk", "Drug"], Type=2), pg.anova(f, dv="Cholesterol", between=["Sex", "Risk", "Drug"], detailed=True))
f = read("ancova")
add("ancova", f, dict(Value="Scores", Between=["Method"], Covariates=["Income"], Type=2), pg.ancova(f, dv="Scores", covar="Income", between="Method"))
f = read("rm_anova")[["Subject", "Disgustingness", "DesireToKill"]]
add("within, missing", f, dict(Value="DesireToKill", Subject="Subject", Within=["Disgustingness"]),
    pg.rm_anova(f, dv="DesireToKill", within="Disgustingness", subject="Subject", detailed=True, correction=True))
f = read("rm_anova")[["Subject", "Disgustingness", "Frighteningness", "DesireToKill"]]
add("two within, missing", f, dict(Value="DesireToKill", Subject="Subject", Within=["Disgustingness", "Frighteningness"]),
    pg.rm_anova(f, dv="DesireToKill", within=["Disgustingness", "Frighteningness"], subject="Subject", detailed=True))
f = read("rm_anova2")
add("two within", f, dict(Value="Performance", Subject="Subject", Within=["Time", "Metric"]),
    pg.rm_anova(f, dv="Performance", within=["Time", "Metric"], subject="Subject", detailed=True))
w = read("rm_anova_wide")
f = w.reset_index().rename(columns={"index": "subject"}).melt(id_vars="subject", var_name="time", value_name="score")
add("wide", f, dict(Value="score", Subject="subject", Within=["time"]), pg.rm_anova(w, detailed=True, correction=True))
f = read("mixed_anova")
add("mixed", f, dict(Value="Scores", Subject="Subject", Within=["Time"], Between=["Group"]),
    pg.mixed_anova(f, dv="Scores", within="Time", between="Group", subject="Subject", correction=True))
welch = read("anova")
out.append(dict(name="welch", groups=[g["Pain threshold"].tolist() for _, g in welch.groupby("Hair color", sort=False)],
                rows=json.loads(pg.welch_anova(welch, dv="Pain threshold", between="Hair color").to_json(orient="records", double_precision=15))))
for kind, fn in (("tukey", pg.pairwise_tukey), ("gameshowell", pg.pairwise_gameshowell)):
    r = fn(welch, dv="Pain threshold", between="Hair color")
    out.append(dict(name=kind, groups=[g["Pain threshold"].tolist() for _, g in welch.groupby("Hair color")],
                    levels=[str(k) for k, _ in welch.groupby("Hair color")],
                    rows=json.loads(r.to_json(orient="records", double_precision=15))))
f = read("mixed_anova")
for name, args in (("time", dict(within="Time")), ("group at time", dict(within="Time", between="Group"))):
    r = pg.pairwise_tests(f, dv="Scores", subject="Subject", padjust="holm", correction=True, **args)
    out.append(dict(name="pairwise " + name, rows=json.loads(r.to_json(orient="records", double_precision=15))))
print(json.dumps(out))
