"""Notebooks are executed and converted by Jupyter's own tools."""
import base64
import unittest

import neuro_kernel
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter, ScriptExporter
from test_client import png_size

CELLS = [
    "c := neuron.NewHH()\nr, err := c.Simulate(stim.Const(10), 100, 0.01)\nr.Count()",
    "r.V",
    'fmt.Println("rate", r.Rate(), "Hz")',
]


def notebook(*cells):
    nb = nbformat.v4.new_notebook()
    nb.metadata.kernelspec = {"name": neuro_kernel.KERNEL, "display_name": "Go (neuro)", "language": "go"}
    nb.cells = [nbformat.v4.new_code_cell(c) for c in cells]
    return nb


def execute(nb, **options):
    NotebookClient(nb, timeout=120, kernel_name=neuro_kernel.KERNEL, **options).execute()
    return nb


class Notebook(unittest.TestCase):
    def test_execute(self):
        nb = execute(notebook(*CELLS))
        nbformat.validate(nb)
        count, figure, printed = (c.outputs for c in nb.cells)
        self.assertEqual(count[0].data["text/plain"], "7")
        self.assertEqual(len(figure), 1)
        self.assertGreater(min(png_size(base64.b64decode(figure[0].data["image/png"]))), 100)
        self.assertEqual((printed[0].output_type, printed[0].text), ("stream", "rate 70 Hz\n"))
        self.assertEqual([c.execution_count for c in nb.cells], [1, 2, 3])
        self.assertEqual(nb.metadata.language_info.name, "go")

        html, _ = HTMLExporter().from_notebook_node(nb)
        self.assertIn("data:image/png;base64,", html)
        script, resources = ScriptExporter().from_notebook_node(nb)
        self.assertEqual(resources["output_extension"], ".go")
        self.assertIn(CELLS[0], script)

    def test_error(self):
        nb = notebook("fmt.Println(1)", 'panic("stop")', "fmt.Println(3)")
        with self.assertRaisesRegex(CellExecutionError, "stop"):
            execute(nb)
        self.assertEqual(nb.cells[2].outputs, [])
        nb = execute(notebook('panic("stop")', "6 * 7"), allow_errors=True)
        self.assertEqual(nb.cells[0].outputs[0].output_type, "error")
        self.assertEqual(nb.cells[1].outputs[0].data["text/plain"], "42")


if __name__ == "__main__":
    unittest.main()
