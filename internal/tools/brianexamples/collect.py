"""Print the models of one Brian2 example as JSON, with the values of their names.

    collect.py EXAMPLE.py

The example runs as it is, with simulations, figures and modules that are missing
replaced by nothing: what it builds until it ends, or fails for want of results, is
what is printed.
"""
import builtins
import importlib.abc
import importlib.machinery
import inspect
import json
import multiprocessing
import os
import re
import runpy
import sys
from unittest import mock

import numpy as np


def subplots(nrows=1, ncols=1, **kwds):
    axes = np.empty((nrows, ncols), dtype=object)
    for i in np.ndindex(axes.shape):
        axes[i] = mock.MagicMock()
    axes = axes.squeeze() if kwds.get("squeeze", True) else axes
    return mock.MagicMock(), axes if axes.ndim else axes.item()


def gridspec(nrows=1, ncols=1, **kwds):
    return mock.MagicMock(subplots=lambda **kwds: subplots(nrows, ncols)[1])


class Missing(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module that nothing else finds, as a mock."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith("_") or name.split(".")[0] in sys.stdlib_module_names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        m = mock.MagicMock(name=spec.name)
        m.__path__, m.__name__, m.__spec__, m.subplots = [], spec.name, spec, subplots
        m.figure.return_value.add_gridspec = gridspec
        return m

    def exec_module(self, module):
        pass


# What an example draws with, as far as matplotlib is not there to give it.
for name in """figure plot subplot subplots show title xlabel ylabel xlim ylim axis legend imshow colorbar tight_layout suptitle hist
        yticks xticks text scatter semilogx semilogy loglog fill_between errorbar gca gcf savefig axhline axvline axes close bar
        setp rcParams cm annotate pcolor pcolormesh contour contourf grid subplots_adjust colors plt hlines vlines step twinx ion draw""".split():
    setattr(builtins, name, subplots if name == "subplots" else mock.MagicMock(name=name))

builtins.plt.subplots = subplots

import brian2
from brian2 import Equations, Network, NeuronGroup, Quantity, SpatialNeuron, Synapses, TimedArray
from brian2.core.functions import DEFAULT_FUNCTIONS, Function
from brian2.units.allunits import all_units
from brian2.units.fundamentalunits import DIMENSIONLESS

sys.meta_path.append(Missing())

class Pool:
    """A pool of processes that does the first task here, for what it builds."""

    def __init__(self, *args, **kwds):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def map(self, f, tasks, *args, **kwds):
        tasks = list(tasks)
        return [f(tasks[0])] * len(tasks)

    imap = imap_unordered = map

    def starmap(self, f, tasks, *args, **kwds):
        return self.map(lambda a: f(*a), tasks)


found = []  # (kind, group, arguments, frames)
events = {}
WORDS = {"integer", "boolean", "bool", "t", "dt", "i", "N", "lastspike", "not_refractory", "xi", "t_in_timesteps", "and", "or", "not", "True", "False", "inf", "pi", "e"}
UNITS = {str(u) for u in all_units} | {getattr(u, "dispname", "") for u in all_units} | {n for n in dir(brian2.units.allunits)}


def names_of(text):
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r"#.*", "", text or "")))


def unit_of(dim):
    if dim is DIMENSIONLESS:
        return "1"
    out = []
    for name, p in zip(("metre", "kilogram", "second", "amp", "kelvin", "mole", "candela"), dim._dims):
        if p:
            out.append(name if p == 1 else "%s**%s" % (name, int(p) if p == int(p) else p))
    return "*".join(out)


def value_of(x):
    if isinstance(x, (bool, np.bool_)):
        return str(bool(x))
    if isinstance(x, Quantity):
        if x.size != 1:
            return None
        u = unit_of(x.dim)
        return repr(float(np.asarray(x).ravel()[0])) + ("" if u == "1" else " " + u)
    if isinstance(x, (int, float, np.integer, np.floating)):
        return repr(float(x)) if isinstance(x, (float, np.floating)) else str(int(x))
    return None


def text_of(x):
    if x is None or x is False:
        return ""
    if isinstance(x, str):
        return x
    if isinstance(x, Equations):
        return "\n".join(
            (("d%s/dt = %s" % (q.varname, q.expr.code)) if q.type == "differential equation" else
             ("%s = %s" % (q.varname, q.expr.code)) if q.type == "subexpression" else q.varname)
            + " : " + {"boolean": "boolean", "integer": "integer"}.get(q.var_type, unit_of(q.dim))
            + (" (%s)" % ", ".join(q.flags) if q.flags else "") for q in x.values())
    return (value_of(x) or "").replace(" ", "*")


def frames():
    f, out = inspect.currentframe().f_back.f_back, []
    while f is not None:
        if "brian2" not in f.f_globals.get("__name__", "") and f.f_globals.get("__name__") != __name__ or f.f_code.co_filename == EXAMPLE:
            out.append(f)
        f = f.f_back
    return out


def wrap(cls, kind):
    init = cls.__init__

    def __init__(self, *args, **kwds):
        bound = inspect.signature(init).bind(self, *args, **kwds)
        init(self, *args, **kwds)
        if type(self) is cls:
            found.append((kind, self, dict(bound.arguments), frames()))

    cls.__init__ = __init__


def describe(kind, group, args, stack):
    args.update(args.pop("kwds", {}) or {})
    model = text_of(args.get("model"))
    d = {"kind": kind, "params": {}, "inputs": {}, "events": {}, "functions": []}
    d["method"] = args.get("method") if isinstance(args.get("method"), str) else ""
    d["threshold"] = text_of(args.get("threshold"))
    d["reset"] = text_of(args.get("reset"))
    d["refractory"] = text_of(args.get("refractory"))
    statements = []
    if kind == "Synapses":
        for k in ("on_pre", "on_post"):
            x = args.get(k)
            for j, s in enumerate(x.values() if isinstance(x, dict) else [x]):
                if isinstance(s, str) and s.strip():
                    d["events"]["%s_%d" % (k, j)] = ["False", s]
                    statements.append(s)
    else:
        for name, when in (args.get("events") or {}).items():
            if isinstance(when, str) and name != "spike":
                d["events"][name] = [when, "\n".join(events.get((id(group), name), []))]
    given = args.get("model")
    own = set(Equations(given, **{}) if isinstance(given, str) else given or {})
    used = names_of(re.sub(r"\bd\w+\s*/\s*dt\b", "", model)) | names_of(d["threshold"]) | names_of(d["reset"]) | names_of(d["refractory"])
    for w, s in d["events"].values():
        used |= names_of(w) | names_of(s)
    code = "\n".join([d["reset"]] + [s for _, s in d["events"].values()])
    assigned = set(re.findall(r"(?:^|[;\n])\s*([A-Za-z_]\w*)\s*(?:[-+*/]|\*\*|//)?=(?!=)", code))
    declared = []
    for name in sorted(used - own - WORDS):
        if name.startswith("xi_"):
            continue
        value = None
        for space in [group.namespace or {}] + [f.f_locals for f in stack] + [f.f_globals for f in stack]:
            if name in space and not isinstance(space[name], type(os)):
                value = space[name]
                break
        variable = group.variables.get(name)
        if variable is None and kind == "Synapses":
            base, side = (name[:-4], group.source) if name.endswith("_pre") else (name[:-5], group.target) if name.endswith("_post") else (name, group.target)
            variable = side.variables.get(base)
        if variable is not None and not isinstance(variable, Function) and name not in DEFAULT_FUNCTIONS:
            if name in assigned:
                declared.append("%s : %s" % (name, "boolean" if variable.dtype == bool else unit_of(variable.dim)))
            else:
                d["inputs"][name] = unit_of(variable.dim)
        elif isinstance(value, TimedArray):
            d["inputs"][name] = unit_of(value.dim)
        elif isinstance(value, (Function,)) or callable(value) and name not in DEFAULT_FUNCTIONS and not isinstance(value, Quantity):
            if name not in DEFAULT_FUNCTIONS and name not in UNITS:
                d["functions"].append(name)
        elif value is not None and name not in DEFAULT_FUNCTIONS:
            v = value_of(value)
            if v is not None and not (name in UNITS and value is getattr(brian2, name, None)):
                d["params"][name] = v
    d["equations"] = model + "\n" + "\n".join(declared)
    return d


def main():
    wrap(NeuronGroup, "NeuronGroup")
    wrap(SpatialNeuron, "SpatialNeuron")
    wrap(Synapses, "Synapses")
    on_event = NeuronGroup.run_on_event

    def run_on_event(self, event, code, *a, **k):
        if isinstance(code, str):
            events.setdefault((id(self), event), []).append(code)
        return on_event(self, event, code, *a, **k)

    NeuronGroup.run_on_event = run_on_event
    nothing = lambda *a, **k: None
    Network.run = nothing
    Synapses.connect = nothing
    assign = Synapses.__setattr__

    def setattr_(self, name, value, level=0):
        try:
            assign(self, name, value, level + 1)
        except TypeError as e:  # there are no synapses to give values to
            if "synaptic variable" not in str(e):
                raise

    Synapses.__setattr__ = setattr_
    multiprocessing.Pool = Pool
    brian2.run = brian2.core.magic.run = nothing
    brian2.set_device = brian2.devices.device.set_device = nothing
    brian2.prefs.codegen.target = "numpy"
    out = {"blocks": [], "error": ""}
    os.chdir(os.path.dirname(EXAMPLE))
    sys.path.insert(0, os.path.dirname(EXAMPLE))
    sys.argv = [EXAMPLE]
    real, sys.stdout = sys.stdout, open(os.devnull, "w")
    try:
        runpy.run_path(EXAMPLE, run_name="__main__")
    except BaseException as e:
        out["error"] = "%s: %s" % (type(e).__name__, str(e)[:200])
    sys.stdout = real
    for f in found:
        try:
            d = describe(*f)
            if d not in out["blocks"]:
                out["blocks"].append(d)
        except Exception as e:
            out["error"] += " describe: %s: %s" % (type(e).__name__, e)
    print(json.dumps(out))


EXAMPLE = os.path.abspath(sys.argv[1])
main()
sys.stdout.flush()
os._exit(0)
