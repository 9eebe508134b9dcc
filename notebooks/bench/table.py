"""The work of table.go with pandas, on the file that it left.

    python table.py [-rows N] [-file FILE] [-repeat N]
"""
import argparse
import gc
import os
import resource
import tempfile
import time

import numpy as np
import pandas as pd

ap = argparse.ArgumentParser()
ap.add_argument("-rows", type=int, default=1000000)
ap.add_argument("-file", default=os.path.join(tempfile.gettempdir(), "bench_table.csv"))
ap.add_argument("-repeat", type=int, default=3)
a = ap.parse_args()


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def measure(name, f):
    best, wall, size = np.inf, np.inf, 0
    for _ in range(a.repeat):
        gc.collect()
        c, w = cpu(), time.time()
        size = f()
        best, wall = min(best, cpu() - c), min(wall, time.time() - w)
    print(f'{{"bench":"table {name}","peer":"pandas {pd.__version__}","size":{size},"wall_s":{wall:.3f},"cpu_s":{best:.3f}}}', flush=True)


read = None


def f_read():
    global read
    read = pd.read_csv(a.file)
    return len(read)


measure("read", f_read)
t = read.copy()
people = pd.DataFrame({"subject": [f"sub-{s:04d}" for s in range((a.rows + 999) // 1000)]})
people["age"] = 18 + np.arange(len(people)) % 50
out = os.path.join(tempfile.gettempdir(), "bench_table_pandas.csv")


def f_write():
    t.to_csv(out, index=False, na_rep="n/a")
    return len(t)


measure("write", f_write)
measure("group", lambda: len(read.groupby(["subject", "condition"])["rt"].agg(["size", "mean", "std", "median", "count"]).reset_index()))
measure("join", lambda: len(read.merge(people, on="subject", how="left")))
measure("join rows", lambda: len(read.merge(t, on=["subject", "trial"], how="inner")))
measure("sort", lambda: len(read.sort_values(["condition", "rt"], ascending=[True, False], kind="stable")))
measure("wide", lambda: len(read.pivot(index="subject", columns="trial", values="rt")))
os.remove(out)
