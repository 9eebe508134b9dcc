"""Runs a notebook in JupyterLab as a user would, in a headless Chromium, and
checks that its figures are seen.

    python lab.py [-o SHOT.png] [-images N] [-plain] [NOTEBOOK.ipynb ...]

Without a notebook, one with a simulation and a figure is made. The program
starts JupyterLab on 127.0.0.1 with the kernel installed in a folder of its own,
opens each notebook, runs all cells, waits until the kernel is idle, and fails
if a cell failed or fewer than N (default 1) pictures are drawn. In its own
notebook it also moves a slider, loads the page again and moves it once more,
and then uses the keyboard (lab_keys.py); with -plain it does without the
widgets' package instead. It ends with status 77 where there is no Chromium.
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import chromium
import neuro_kernel
import nbformat
from chromium import wait
from lab_keys import keys

CELLS = [
    ("markdown", "# A spike train"),
    ("code", "c := neuron.NewHH()\nr, err := c.Simulate(stim.Const(10), 100, 0.01)\nr.Count()"),
    ("code", "r.V"),
    ("code", 'fmt.Println("rate", r.Rate(), "Hz")'),
    ("code", "ui.Interact(func(amp float64) (*neuron.Result, error) {\n"
             "\tfmt.Println(\"current\", amp)\n\treturn c.Simulate(stim.Step(amp, 20, 120), 140, 0.01)\n"
             '}, ui.Slider("I (µA/cm²)", 0, 20, 10))'),
]
WIDGETS = "@jupyter-widgets/jupyterlab-manager"


# The notebook's panel, or null.
PANEL = "[...jupyterapp.shell.widgets('main')].find(w => w.context?.path === %s)"

# What a panel shows: pictures drawn, cells that failed, cells that wait or run.
STATE = """(panel => {
  if (!panel) return null;
  const cells = panel.content.widgets.filter(c => c.model.type === 'code');
  const outputs = c => Array.from({length: c.model.outputs.length}, (_, i) => c.model.outputs.get(i));
  return {
    kernel: panel.sessionContext.session?.kernel?.status,
    waiting: cells.filter(c => c.model.sharedModel.getSource().trim() && c.model.executionCount === null).length,
    failed: cells.flatMap(outputs).filter(o => o.type === 'error').map(o => o.toJSON().evalue),
    images: Array.from(panel.node.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg'))
      .filter(i => i.tagName !== 'IMG' || (i.complete && i.naturalWidth > 0)).length,
  };
})(%s)"""


# The slider of a panel, what the function printed, and its figure's digest.
SLIDER = """(async panel => {
  const handle = panel.node.querySelector('.noUi-handle');
  const picture = panel.node.querySelector('img.widget-image');
  const state = {
    idle: panel.sessionContext.session.kernel.status === 'idle',
    value: panel.node.querySelector('.widget-readout').textContent,
    printed: panel.node.querySelector('.widget-output pre').textContent.trim(),
    drawn: picture.complete && picture.naturalWidth > 0,
    focused: document.activeElement === handle,
    twice: panel.node.querySelectorAll('.jp-RenderedImage').length, // beside the figure of the cell before
  };
  const bytes = await (await fetch(picture.src)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  state.figure = Array.from(digest.slice(0, 8), b => b.toString(16).padStart(2, '0')).join('');
  return state;
})(%s)"""


def slide(page, base, work, name, shot):
    """A slider as a user moves it, before and after the page is loaded again."""
    panel = PANEL % json.dumps(name)
    look = lambda: page.js(SLIDER % panel)
    at = lambda value: wait(f"slider at {value} and its figure",
                            lambda: (s := look())["value"] == value and s["drawn"] and s["idle"]
                            and s["printed"] == "current " + value.removesuffix(".0") and s, 30)
    focus = lambda: page.js("(p => { const h = p.node.querySelector('.noUi-handle');"
                            " h.scrollIntoView({block: 'center'}); h.focus(); return 0; })(" + panel + ")")
    first = at("10.0")
    focus()
    page.press("ArrowRight", 20)
    right = at("14.0")
    page.press("ArrowLeft", 20)
    back = at("10.0")
    page.press("ArrowLeft", 20)
    left = at("6.0")
    page.save(shot)
    wait("the values in the notebook", lambda: page.js("(p => JSON.stringify(p.model.toJSON()).includes('I 6 µA/cm²'))(" + panel + ")"), 30)
    page.js("jupyterapp.commands.execute('docmanager:save').then(() => 0)")
    wait("the notebook saved", lambda: page.js("(p => !p.context.model.dirty)(" + panel + ")"), 30)
    cell = [c for c in nbformat.read(os.path.join(work, name), 4).cells if "ui.Interact" in c.source][0]
    stored = [o.data["text/plain"].strip() for o in cell.outputs]
    page.call("Page.navigate", url=f"{base}/lab/tree/{name}")
    time.sleep(1)
    wait(f"{name} open again", lambda: page.js(STATE % panel)["kernel"] == "idle", 120)
    again = at("6.0")
    focus()
    page.press("ArrowRight", 20)
    after = at("10.0")
    print(f"{name}: figure {first['figure']} at 10, {right['figure']} at 14, {left['figure']} at 6,"
          f" after a reload {again['figure']}, then {after['figure']}; stored {stored[1:]}")
    return (first["figure"] == back["figure"] == after["figure"] and left["figure"] == again["figure"]
            and len({first["figure"], right["figure"], left["figure"]}) == 3
            and left["focused"] and left["twice"] == 1 and stored[1] == "I 6 µA/cm²" and "current 6" in stored[2])


def plain(page, name, shot):
    """Without the widgets' package the values and the figure are there all the same."""
    page.js("(p => { [...p.node.querySelectorAll('.jp-Cell')].at(-1).scrollIntoView(); return 0; })(" + PANEL % json.dumps(name) + ")")
    time.sleep(1)
    page.save(shot)
    text = page.js("(p => p.node.textContent)(" + PANEL % json.dumps(name) + ")")
    pictures = page.js("(p => p.node.querySelectorAll('.jp-OutputArea-output img').length)(" + PANEL % json.dumps(name) + ")")
    print(f"{name} without widgets: {pictures} pictures")
    return pictures == 2 and "I 10 µA/cm²" in text and "jupyterlab_widgets" in text and "current 10" in text


def visit(page, base, name, shot, images):
    panel = PANEL % json.dumps(name)
    page.call("Page.navigate", url=f"{base}/lab/tree/{name}?reset")
    try:
        state = lambda: page.js(STATE % panel)
        wait(f"{name} open with its kernel", lambda: state()["kernel"] == "idle", 120)
        start = time.time()
        # Cells out of sight are to be drawn too, so that their pictures count.
        page.js(f"(p => {{ p.content.notebookConfig = {{...p.content.notebookConfig, windowingMode: 'none'}};"
                " jupyterapp.shell.activateById(p.id); jupyterapp.shell.collapseLeft(); return 0; })(" + panel + ")")
        # Outputs that the file brought along do not count.
        page.js("jupyterapp.commands.execute('notebook:clear-all-cell-outputs').then(() => 0)")
        wait(f"{name} without outputs", lambda: (s := state())["waiting"] and not s["images"], 30)
        page.js("jupyterapp.commands.execute('notebook:run-all-cells').then(() => 0)")

        def done():
            s = state()
            return (s["failed"] or (s["kernel"] == "idle" and not s["waiting"])) and s

        got = wait(f"all cells of {name} run", done, 300)
        if not got["failed"]:
            got = wait(f"{images} pictures in {name}", lambda: (s := state())["images"] >= images and s, 30)
        took = time.time() - start
        page.js("(p => { p.node.querySelector('.jp-OutputArea-output img')?.scrollIntoView({block: 'center'});"
                " return 0; })(" + panel + ")")
        time.sleep(1)
    finally:
        page.save(shot)
    print(f"{name}: {got['images']} pictures, failed cells: {got['failed'] or 'none'}, {took:.1f} s, screenshot in {shot}")
    return not got["failed"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", dest="out", default="lab.png")
    parser.add_argument("-images", type=int, default=1)
    parser.add_argument("-plain", action="store_true")
    parser.add_argument("notebooks", nargs="*")
    options = parser.parse_args()
    program = chromium.browser()
    place = tempfile.mkdtemp(prefix="neuro-lab-")
    processes = []
    try:
        work = os.path.join(place, "notebooks")
        settings = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "labconfig")
        os.makedirs(work)
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "page_config.json"), "w") as f:  # no question about news in the picture
            disabled = ["@jupyterlab/apputils-extension:announcements"] + [WIDGETS] * options.plain
            json.dump({"disabledExtensions": dict.fromkeys(disabled, True)}, f)
        with open(os.path.join(settings, "default_setting_overrides.json"), "w") as f:  # what a name is, beside the popup
            json.dump({"@jupyterlab/completer-extension:manager": {"showDocumentationPanel": True}}, f)
        names = []
        for path in map(pathlib.Path, options.notebooks):
            shutil.copy(path, work)
            names.append(path.name)
        if not names:
            nb = nbformat.v4.new_notebook()
            nb.metadata.kernelspec = {"name": neuro_kernel.KERNEL, "display_name": "Go (neuro)", "language": "go"}
            make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
            nb.cells = [make[kind](text) for kind, text in CELLS]
            nbformat.write(nb, os.path.join(work, "spikes.ipynb"))
            names = ["spikes.ipynb"]

        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        log = open(os.path.join(place, "lab.log"), "w")
        processes.append(subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--expose-app-in-browser",
             "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
             f"--ServerApp.root_dir={work}"],
            stdout=log, stderr=log, cwd=work, env={**os.environ, "JUPYTER_RUNTIME_DIR": place}))
        base = f"http://127.0.0.1:{port}"
        try:
            wait("JupyterLab up", lambda: urllib.request.urlopen(base + "/api/status").status == 200, 120)
        except SystemExit:
            print(open(log.name).read()[-3000:], file=sys.stderr)
            raise
        page = chromium.open_page(program, place, processes)
        good = True
        out = pathlib.Path(options.out)
        for name in names:
            shot = out if len(names) == 1 else out.with_name(f"{out.stem}_{pathlib.Path(name).stem}{out.suffix}")
            good = visit(page, base, name, shot, options.images) and good
        if options.plain:
            good = plain(page, names[0], out) and good
        elif not options.notebooks:
            good = slide(page, base, work, names[0], out.with_name(f"{out.stem}_slider{out.suffix}")) and good
            try:
                good = keys(page, PANEL % json.dumps(names[0]), out) and good
            finally:
                page.save(out.with_name(f"{out.stem}_keys{out.suffix}"))
        return 0 if good else 1
    finally:
        for p in reversed(processes):
            p.terminate()
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                p.kill()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
