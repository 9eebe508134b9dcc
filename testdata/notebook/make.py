"""Notebooks as Jupyter's own library writes them, for kernel/notebook.

    pip install nbformat==5.11.1
    python make.py

Reading one of these files and writing it again must give the same bytes.
"""

import base64
import io

import nbformat
from nbformat.v4 import (new_code_cell, new_markdown_cell, new_notebook,
                         new_output, new_raw_cell)

PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()


def write(name, nb):
    nbformat.validate(nb)
    with io.open(name, "w", encoding="utf-8", newline="\n") as f:
        nbformat.write(nb, f)


def everything():
    nb = new_notebook()
    nb.metadata = {
        "kernelspec": {"name": "neuro", "display_name": "Go (neuro)", "language": "go"},
        "language_info": {"name": "go", "version": "1.26"},
        "zeta": {"nested": [1, 2.5, True, None, {}, [], "ü"], "big": 12345678901234567890},
        "Alpha": "capital letters sort first",
    }
    nb.cells = [
        new_markdown_cell("# Title\n\nText with $\\tau$, µ, 日本, 🧠 and a quote \" and \\ and a tab\t.\n", id="one"),
        new_code_cell("x := 1\nx", id="two", execution_count=1, metadata={"tags": ["a"], "collapsed": False}, outputs=[
            new_output("execute_result", {"text/plain": "1"}, execution_count=1),
            new_output("stream", name="stdout", text="a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i\u2029j\n\nlast"),
            new_output("stream", name="stderr", text=""),
            new_output("display_data", {
                "image/png": PIXEL,
                "image/svg+xml": "<svg>\n<g/>\n</svg>",
                "text/html": "<b>x</b>\n",
                "application/json": {"b": [1, {"a": "x\ny"}], "a": None},
                "application/vnd.vegalite.v5+json": {"mark": "line", "data": {"values": []}},
                "application/javascript": "a\nb",
                "text/plain": "",
            }, metadata={"image/png": {"width": 10, "height": 1.5}}),
            new_output("error", ename="panic", evalue="boom", traceback=["one\ntwo", "\x1b[31mred\x1b[0m \x00\x7f"]),
        ]),
        new_code_cell("", id="three"),
        new_raw_cell("raw\n", id="four", metadata={"format": "text/restructuredtext"}),
        new_markdown_cell("![p](attachment:p.png)", id="five", attachments={"p.png": {"image/png": PIXEL, "text/plain": "a\nb"}}),
        new_code_cell("\n\n  spaces  \n", id="six-_Z"),
    ]
    return nb


def older():
    nb = everything()
    nb.nbformat_minor = 4
    for c in nb.cells:
        del c["id"]
    return nb


if __name__ == "__main__":
    write("everything.ipynb", everything())
    write("older.ipynb", older())
    write("empty.ipynb", new_notebook())
