"""The fit of ddmfit.go with PyDDM, by differential evolution (its default) or simplex: python ddmfit.py FILE [METHOD]"""
import json
import sys
import time

import numpy as np
import pandas
import pyddm

data = pandas.read_csv(sys.argv[1])
method = sys.argv[2] if len(sys.argv) > 2 else "differential_evolution"
sample = pyddm.Sample.from_pandas_dataframe(data, rt_column_name="rt", choice_column_name="correct")
model = pyddm.gddm(drift="v", bound="b", nondecision="ter", noise=1.0, parameters={"v": (-6, 6), "b": (0.2, 3), "ter": (0.01, 0.5)},
                   T_dur=float(np.ceil(data.rt.max())))
began = time.process_time()
model.fit(sample, lossfunction=pyddm.LossLikelihood, fitting_method=method, verbose=False)
cpu = time.process_time() - began
p = {k: float(v) for k, v in zip(model.get_model_parameter_names(), model.get_model_parameters())}
loss = float(model.get_fit_result().value())
print(json.dumps(dict(bench="ddmfit", peer="pyddm " + pyddm.__version__, method=method, size=len(data), cpu_s=round(cpu, 4), loglik=-loss, A=2 * p["B"], V=p["drift"], T0=p["nondectime"])))
