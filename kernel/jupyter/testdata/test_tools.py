"""papermill and jupyter console drive the kernel as their users do."""
import json
import os
import sys
import tempfile
import unittest

import neuro_kernel
import nbformat
import papermill
import pexpect
from papermill.translators import Translator, papermill_translators
from test_notebook import notebook


class Go(Translator):
    """What papermill has to be told of a language that it does not bring along."""

    @classmethod
    def translate_str(cls, val):  # papermill's own writes \xf3, which is a byte in Go
        return json.dumps(val, ensure_ascii=False)

    @classmethod
    def translate_list(cls, val):
        kind = {bool: "bool", int: "int", float: "float64", str: "string"}[type(val[0])]
        return f"[]{kind}{{{', '.join(cls.translate(v) for v in val)}}}"

    @classmethod
    def comment(cls, text):
        return f"// {text}".strip()

    @classmethod
    def assign(cls, name, text):
        return f"{name} := {text}"


papermill_translators.register("go", Go)


class Papermill(unittest.TestCase):
    def test_parameters(self):
        nb = notebook("n := 2\nname := `none`\namps := []float64{}", "fmt.Println(n, name, amps)")
        nb.cells[0].metadata.tags = ["parameters"]
        with tempfile.TemporaryDirectory() as place:
            path, out = os.path.join(place, "in.ipynb"), os.path.join(place, "out.ipynb")
            nbformat.write(nb, path)
            papermill.execute_notebook(path, out, parameters={"n": 5, "name": "żółw", "amps": [0.5, 2.0]}, progress_bar=False)
            done = nbformat.read(out, as_version=4)
        nbformat.validate(done)
        self.assertEqual([c.metadata.get("tags", []) for c in done.cells][:2], [["parameters"], ["injected-parameters"]])
        self.assertEqual(done.cells[2].outputs[0].text, "5 żółw [0.5 2]\n")


class Console(unittest.TestCase):
    def test_console(self):
        """State, input over two lines, an error, what a cell reads, and the end."""
        env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30", "PROMPT_TOOLKIT_NO_CPR": "1"}
        c = pexpect.spawn(
            sys.executable, ["-m", "jupyter", "console", "--kernel", neuro_kernel.KERNEL, "--ZMQTerminalInteractiveShell.simple_prompt=True"],
            env=env, encoding="utf-8", timeout=60, dimensions=(30, 100),
        )
        try:
            for line, want in [
                ("x := 20", None),
                ("x*2 + 2", r"Out\[2\]: 42"),
                ("nothing.Here()", "undefined: nothing"),
                ('fmt.Println("still", x)', "still 20"),
                ("var s string; fmt.Scan(&s); fmt.Println(\"read\", s)", None),
            ]:
                c.expect(r"In \[\d+\]")
                c.sendline(line)
                if want:
                    c.expect(want)
            c.sendline("word")
            c.expect("read word")
            c.expect(r"In \[\d+\]")
            c.sendline("exit")
            c.expect(pexpect.EOF)
        finally:
            c.close(force=True)


if __name__ == "__main__":
    unittest.main()
