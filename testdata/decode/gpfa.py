"""Gaussian-process factor analysis by elephant 1.2.1, for gpfa_test.go: python gpfa.py > gpfa.json

"em" is its expectation and maximisation of whole trials of different lengths, 30 rounds from a
factor analysis on; "fit" the class with its defaults, on trials of whole segments, to its end.
"""
import copy
import json
import sys
import time
import warnings

import neo
import numpy as np
import quantities as pq
from elephant.gpfa import GPFA, gpfa_core, gpfa_util
from sklearn.decomposition import FactorAnalysis

warnings.filterwarnings("ignore")
rng = np.random.default_rng(2009)
UNITS, BIN = 12, 20.0


def trials(lengths):
    load = rng.normal(size=(UNITS, 3)) * [0.9, 0.6, 0.4]
    out = []
    for bins in lengths:
        t = np.arange(bins * 20)  # ms
        x = []
        for tau in (60.0, 120.0, 250.0):
            k = np.exp(-0.5 * ((np.arange(bins)[:, None] - np.arange(bins)[None, :]) * BIN / tau) ** 2) + 1e-6 * np.eye(bins)
            x.append(np.repeat(np.linalg.cholesky(k) @ rng.normal(size=bins), 20))
        rate = 25 * np.exp(load @ np.array(x)) / 1000
        out.append([sorted((t[rng.random(t.size) < np.minimum(r, 0.9)] + 0.5).tolist()) for r in rate])
    return out


def neo_trials(data, lengths):
    return [[neo.SpikeTrain(s * pq.ms, t_start=0 * pq.ms, t_stop=n * BIN * pq.ms) for s in trial] for trial, n in zip(data, lengths)]


def plain(p):
    return dict(c=p["C"].tolist(), d=p["d"].tolist(), r=np.diag(p["R"]).tolist(), gamma=p["gamma"].tolist())


lengths = [7, 12, 12, 9, 15, 7, 12, 15]
data = trials(lengths)
seqs = gpfa_util.get_seqs(neo_trials(data, lengths), BIN * pq.ms)
y = np.hstack(seqs["y"])
fa = FactorAnalysis(n_components=2, noise_variance_init=np.diag(np.cov(y, bias=True))).fit(y.T)
start = dict(covType="rbf", gamma=np.full(2, (BIN / 100) ** 2), eps=np.full(2, 1e-3), d=y.mean(1), C=fa.components_.T,
             R=np.diag(fa.noise_variance_), notes=dict(learnKernelParams=True, learnGPNoise=False, RforceDiagonal=True))
begin = plain(start)
stdout, sys.stdout = sys.stdout, sys.stderr
end, latent, ll, _ = gpfa_core.em(copy.deepcopy(start), seqs, max_iters=30, freq_ll=1, tol=-1)
seqs2, final = gpfa_core.exact_inference_with_ll(seqs, end)
orth, seqs3 = gpfa_core.orthonormalize(end, seqs2)
em = dict(lengths=lengths, trials=data, start=begin, end=plain(end), ll=[float(v) for v in ll], final=float(final),
          latent=[t.tolist() for t in seqs2["latent_variable"]], orth=[t.tolist() for t in seqs3["latent_variable_orth"]])

lengths = [40, 60, 20, 40, 40, 60, 20, 40, 40, 60]
data = trials(lengths)
g = GPFA(x_dim=3, bin_size=BIN * pq.ms)
spikes = neo_trials(data, lengths)
began = time.process_time()
g.fit(spikes)
cpu = time.process_time() - began
score = g.score(spikes)
fit = dict(lengths=lengths, trials=data, score=float(score), ll=float([v for v in g.fit_info["log_likelihoods"] if v == v][-1]), rounds=len(g.fit_info["log_likelihoods"]),
           timescale=(BIN / np.sqrt(g.params_estimated["gamma"])).tolist(), orth=g.transform(spikes)[0].tolist())
sys.stdout = stdout
print(f"{cpu:.2f} s of processor time", file=sys.stderr)
print(json.dumps(dict(em=em, fit=fit)))
