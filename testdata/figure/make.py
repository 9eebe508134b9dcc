"""Golden colours of viridis and magma, by matplotlib."""
import json
import pathlib

import matplotlib

out = {"matplotlib": matplotlib.__version__}
for name in ("viridis", "magma"):
    table = matplotlib.colormaps[name](range(256), bytes=True)[:, :3]
    out[name] = [[int(v) for v in row] for row in table]
pathlib.Path(__file__).with_name("colormaps.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
