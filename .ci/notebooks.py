"""Execute notebooks through the installed kernel and check their figures.

usage: notebooks.py NOTEBOOK.ipynb ...

Every code cell must run without an error. The figures that come out must be
the ones stored in the notebook, byte for byte, since the same input draws the
same picture; a figure must also decode and hold more than a blank page.
"""

import base64
import copy
import struct
import sys
import zlib

import nbformat
from nbclient import NotebookClient


def pictures(nb):
    """The PNG outputs of a notebook, as (cell index, bytes)."""
    out = []
    for i, cell in enumerate(nb.cells):
        for o in cell.get("outputs", []):
            png = o.get("data", {}).get("image/png")
            if png:
                out.append((i, base64.b64decode(png)))
    return out


def check(png):
    """Decode a PNG far enough to know its size and that it is not blank."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    pos, data, size = 8, b"", None
    while pos < len(png):
        (n,), kind = struct.unpack(">I", png[pos : pos + 4]), png[pos + 4 : pos + 8]
        body = png[pos + 8 : pos + 8 + n]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            data += body
        pos += 12 + n
    pixels = zlib.decompress(data)
    assert size and min(size) >= 100, f"picture of {size}"
    assert len(set(pixels)) > 8, "a blank picture"
    return size


def main(paths):
    for path in paths:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
        stored = pictures(nb)
        fresh = copy.deepcopy(nb)
        for cell in fresh.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        NotebookClient(fresh, timeout=120, kernel_name="neuro").execute()
        drawn = pictures(fresh)
        assert drawn, f"{path}: no figures"
        sizes = [check(png) for _, png in drawn]
        assert [i for i, _ in stored] == [i for i, _ in drawn], (
            f"{path}: stored figures in cells {[i for i, _ in stored]}, drawn in {[i for i, _ in drawn]}"
        )
        for (i, a), (_, b) in zip(stored, drawn):
            assert a == b, f"{path}: the figure of cell {i} is not the one stored; run neurorepl exec {path} -o {path}"
        print(f"{path}: {len(drawn)} figures, {min(sizes)} to {max(sizes)} pixels, as stored", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
