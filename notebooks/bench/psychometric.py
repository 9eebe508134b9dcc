"""The work of psychometric.go with psignifit 4.3: python psychometric.py"""
import json
import os
import resource
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import numpy as np
from psignifit import psignifit

level = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10]
correct = [45, 50, 44, 44, 52, 53, 62, 64, 76, 79, 88, 90, 90]
data = np.c_[level, correct, np.full(13, 90)]
for shape, task in (("norm", "2AFC"), ("logistic", "2AFC"), ("tdist", "2AFC"), ("norm", "equal asymptote"), ("norm", "yes/no")):
    began, times = time.process_time(), 0
    while times < 1 or time.process_time() - began < 0.5:
        r = psignifit(data, sigmoid=shape, experiment_type=task, verbose=False)
        times += 1
    cpu = (time.process_time() - began) / times
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(bench="psychometric", shape=shape, task=task, cpu_s=round(cpu, 3), threshold=round(r.parameter_estimate_mean["threshold"], 5), peak_mb=round(peak))))
