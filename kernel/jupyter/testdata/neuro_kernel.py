"""Puts the kernel specification into a folder of its own and tells Jupyter of it.

The program is $NEUROREPL when that is set; otherwise it is built from the
checkout that this file is in.
"""
import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile

KERNEL = "neuro"
ROOT = pathlib.Path(__file__).resolve().parents[3]


def install() -> str:
    """Installs the specification and returns the path of the program."""
    if "NEUROREPL_TEST_PREFIX" in os.environ:  # an earlier test module did it
        return os.environ["NEUROREPL"]
    place = tempfile.mkdtemp(prefix="neuro-kernel-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    program = os.environ.get("NEUROREPL")
    if not program:
        program = os.path.join(place, "neurorepl")
        subprocess.run(["go", "build", "-o", program, "./cmd/neurorepl"], cwd=ROOT, check=True)
    said = subprocess.run([program, "install", "-prefix", place], check=True, capture_output=True, text=True).stdout
    assert "Installed" in said, said
    os.environ["NEUROREPL"] = os.path.abspath(program)
    os.environ["NEUROREPL_TEST_PREFIX"] = place
    os.environ["JUPYTER_PATH"] = os.path.join(place, "share", "jupyter")
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # what jupyter_core would otherwise warn about
    os.environ["NEUROREPL_NOTEBOOK_HISTORY"] = os.path.join(place, "history.jsonl")
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        os.environ[name] = os.path.join(place, name.lower())
    return os.environ["NEUROREPL"]


install()
