"""Reference values for group analyses.

    python make_group.py > group.json

Maps of 14 people, 9 x 7 x 6 voxels, with an effect of group and of age: what
nilearn's run_glm, compute_contrast, permuted_ols, calculate_tfce and
get_clusters_table make of them; mixed effects by a search of the restricted
likelihood and by DerSimonian and Laird's moments, with whole matrices in NumPy.
Made with nilearn 0.14.1, numpy 2.4.6, scipy 1.17.1. Arrays of voxels are in the
order of an image: x fastest.
"""

import json
import warnings

import nibabel as nib
import numpy as np
from nilearn.glm import compute_contrast
from nilearn.glm.first_level import run_glm
from nilearn.maskers import NiftiMasker
from nilearn.mass_univariate import permuted_ols
from nilearn.mass_univariate._utils import calculate_cluster_measures, calculate_tfce
from nilearn.reporting import get_clusters_table
from scipy.ndimage import gaussian_filter, generate_binary_structure
from scipy.optimize import minimize_scalar

warnings.filterwarnings("ignore")
rng = np.random.default_rng(11)
SHAPE = (9, 7, 6)
AFFINE = np.array([[-3.0, 0, 0, 12], [0, 3, 0, -20], [0, 0, 4, 5], [0, 0, 0, 1]])
N = 14
group = np.array([0, 1] * 7)
third = np.array([0, 1, 2] * 4 + [0, 1])
age = np.round(rng.uniform(20, 60, N), 1)
maps = np.stack([gaussian_filter(rng.standard_normal(SHAPE), 0.8) * 2.5 for _ in range(N)])
maps[group == 1, 1:4, 1:4, 1:3] += 1.6
maps[:, 5:8, 3:6, 2:5] += 0.04 * (age - 20)[:, None, None, None]
maps = np.round(maps, 3)
flat = maps.reshape(N, -1)


def order(v):
    """Last axis of voxels in NumPy's order, as lists with x fastest."""
    v = np.asarray(v, float)
    return v.reshape(v.shape[:-1] + SHAPE).swapaxes(-1, -3).reshape(v.shape).tolist()


def tests(design, t_contrasts, f_contrasts):
    labels, results = run_glm(flat, design, noise_model="ols")
    out = dict(t=[], f=[])
    for c in t_contrasts:
        r = compute_contrast(labels, results, np.asarray(c, float), stat_type="t")
        out["t"].append(dict(effect=order(r.effect_size()), var=order(r.effect_variance()), t=order(r.stat()), z=order(r.z_score()), p=order(r.p_value())))
    for c in f_contrasts:
        r = compute_contrast(labels, results, np.asarray(c, float), stat_type="F")
        out["f"].append(dict(f=order(r.stat()), z=order(r.z_score()), p=order(r.p_value())))
    return out


cells = np.eye(2)[group]
out = dict(shape=SHAPE, affine=AFFINE.tolist(), group=group.tolist(), third=third.tolist(), age=age.tolist(), maps=order(flat))
out["two"] = tests(np.column_stack([cells, age - age.mean()]), [[-1, 1, 0], [0, 0, 1]], [])
out["anova"] = tests(np.eye(3)[third], [], [[[1, 0, -1], [0, 1, -1]]])

mask = nib.Nifti1Image(np.ones(SHAPE, np.uint8), AFFINE)
masker = NiftiMasker(mask).fit()


def quantiles(h0, n):
    """The 95 % quantile and those three standard errors of two samples away."""
    w = 3 * np.sqrt(2 * 0.95 * 0.05 / n)
    return np.quantile(h0, [0.95 - w, 0.95, min(0.95 + w, 1)]).tolist()


M = 2000
two = permuted_ols(group[:, None].astype(float), flat, age[:, None], model_intercept=True, n_perm=M, two_sided_test=True,
                   random_state=1, n_jobs=1, masker=masker, threshold=0.01, tfce=True, output_type="dict")
out["permuted"] = dict(n=M, p=0.01, t=order(two["t"][0]), tfce=order(two["tfce"][0]), size=order(two["size"][0]), mass=order(two["mass"][0]),
                       max_t=quantiles(two["h0_max_t"], M), max_size=quantiles(two["h0_max_size"], M), max_mass=quantiles(two["h0_max_mass"], M),
                       max_tfce=quantiles(two["h0_max_tfce"], M))
t_map = np.asarray(two["t"][0]).reshape(SHAPE)
out["tfce"] = []
for connect, rank in ((6, 1), (18, 2), (26, 3)):
    for e, h in ((0.5, 2), (1, 1.5)):
        s = generate_binary_structure(3, rank)
        out["tfce"].append(dict(connect=connect, e=e, h=h, two=order(calculate_tfce(t_map[..., None], s, E=e, H=h, dh=0.05, two_sided_test=True)[..., 0].ravel())))
out["measures"] = []
for connect, rank in ((6, 1), (18, 2), (26, 3)):
    for threshold in (0.8, 1.5, 2.5):
        size, mass = calculate_cluster_measures(t_map[..., None], threshold, generate_binary_structure(3, rank), two_sided_test=True)
        out["measures"].append(dict(connect=connect, threshold=threshold, size=int(size[0]), mass=float(mass[0])))
out["tables"] = []
for threshold, two_sided, distance in ((1.0, True, 8), (1.5, True, 6), (0.5, False, 5)):
    table = get_clusters_table(nib.Nifti1Image(t_map, AFFINE), threshold, 0, two_sided=two_sided, min_distance=distance)
    rows = []
    for r in table.to_dict("records"):
        rows.append([str(r["Cluster ID"]), r["X"], r["Y"], r["Z"], float(r["Peak Stat"]), -1.0 if r["Cluster Size (mm3)"] in ("", None) else float(r["Cluster Size (mm3)"])])
    out["tables"].append(dict(threshold=threshold, two_sided=two_sided, distance=distance, rows=rows))

# Mixed effects of the first 40 voxels.
K = 40
var = np.round(rng.gamma(2, 0.3, (N, K)) + 0.05, 3)
x = np.column_stack([cells, age - age.mean()])
c = np.array([-1, 1, 0.0])
some = np.array(order(flat))[:, :K]


def fit(y, v, tau2):
    w = np.diag(1 / (v + tau2))
    cov = np.linalg.inv(x.T @ w @ x)
    b = cov @ x.T @ w @ y
    return b, cov, w


def criterion(tau2, y, v):
    b, cov, w = fit(y, v, tau2)
    r = y - x @ b
    return 0.5 * (np.sum(np.log(v + tau2)) - np.linalg.slogdet(cov)[1] + r @ w @ r)


mixed = dict(var=var.tolist(), reml=[], dl=[], fixed=[])
for k in range(K):
    y, v = some[:, k], var[:, k]
    grid = np.concatenate([[0], np.geomspace(1e-4, 50, 400)])
    values = [criterion(g, y, v) for g in grid]
    i = int(np.argmin(values))
    tau2 = 0.0
    if i > 0:
        tau2 = minimize_scalar(criterion, bounds=(grid[i - 1], grid[min(i + 1, 400)]), args=(y, v), method="bounded", options=dict(xatol=1e-12)).x
    w0 = np.diag(1 / v)
    p0 = w0 - w0 @ x @ np.linalg.inv(x.T @ w0 @ x) @ x.T @ w0
    dl = max(0.0, (y @ p0 @ y - (N - 3)) / np.trace(p0))
    for name, t2 in (("reml", tau2), ("dl", dl), ("fixed", 0.0)):
        b, cov, _ = fit(y, v, t2)
        mixed[name].append([t2, c @ b, c @ cov @ c])
out["mixed"] = mixed
print(json.dumps(out))
