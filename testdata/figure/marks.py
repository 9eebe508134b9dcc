"""Golden values of contour lines, box plots and densities, by NumPy,
matplotlib and SciPy."""
import json
import pathlib

import contourpy
import matplotlib
import matplotlib.cbook
import numpy as np
import scipy
import scipy.stats

rng = np.random.default_rng(7)
out = {"matplotlib": matplotlib.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "contourpy": contourpy.__version__}

out["boxes"] = []
for x in (
    rng.normal(size=50), rng.lognormal(size=41), np.r_[rng.normal(size=20), 9.0, -7.5, 12.0],
    np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0]), np.array([2.0, 2.0, 2.0, 8.0]),
):
    x = np.round(x, 6)
    s = matplotlib.cbook.boxplot_stats(x)[0]
    out["boxes"].append({"x": x.tolist(), "q1": s["q1"], "med": s["med"], "q3": s["q3"], "lo": s["whislo"], "hi": s["whishi"], "fliers": sorted(s["fliers"].tolist())})

out["densities"] = []
for x in (rng.normal(size=60), rng.gamma(2, size=80), np.r_[rng.normal(size=40), rng.normal(5, 0.5, size=30)]):
    x = np.sort(np.round(x, 6))
    sd, iqr = x.std(), np.subtract(*np.percentile(x, [75, 25]))
    width = 0.9 * min(sd, iqr / 1.34) * len(x) ** -0.2
    kde = scipy.stats.gaussian_kde(x, bw_method=width / x.std(ddof=1))
    at = np.linspace(x[0], x[-1], 96)
    y = kde(at)
    out["densities"].append({"x": x.tolist(), "at": at.tolist(), "share": (y / y.max()).tolist()})

out["contours"] = []
i, j = np.mgrid[0:9, 0:12]
for z, levels in (
    (np.sin(j / 3) * np.cos(i / 2), [-0.5, 0.1, 0.7]),
    (np.hypot(i - 4, j - 5), [1.3, 3.1]),
    (np.where((i - 2) ** 2 + (j - 8) ** 2 < 5, np.nan, (i - 4.2) * (j - 5.3)), [-3.3, 2.2]),
):
    gen = contourpy.contour_generator(z=z, name="serial", corner_mask=False)
    for level in levels:
        lines = gen.lines(level)
        length = float(sum(np.hypot(*np.diff(l, axis=0).T).sum() for l in lines))
        points = np.unique(np.round(np.concatenate(lines), 9), axis=0)
        out["contours"].append({"z": [[None if np.isnan(v) else float(v) for v in row] for row in z], "level": level, "lines": len(lines), "length": length, "points": points.tolist()})

pathlib.Path(__file__).with_name("marks.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
