"""JupyterLab by its keys and menus alone: typing, the completion popup, the
tooltip, running, interrupting and restarting."""
import json
import time

from chromium import CONTROL, SHIFT, wait

# The cell that is active: its text, its outputs' text and kinds, its number.
CELL = """(p => {
  const c = p.content.activeCell, o = c.model.outputs;
  const list = Array.from({length: o.length}, (_, i) => o.get(i).toJSON());
  return {source: c.model.sharedModel.getSource(), count: c.model.executionCount, mode: p.content.mode,
    kernel: p.sessionContext.session.kernel.status,
    errors: list.filter(x => x.output_type === 'error').map(x => x.ename),
    text: list.map(x => x.text || x.data?.['text/plain'] || '').join(''),
    pictures: c.node.querySelectorAll('.jp-OutputArea-output img').length};
})(%s)"""

# The popup of completions: names, kinds, and what the panel beside it says.
POPUP = """(() => {
  const box = document.querySelector('.jp-Completer:not(.lm-mod-hidden)');
  if (!box || !box.getBoundingClientRect().height) return null;
  const items = [...box.querySelectorAll('.jp-Completer-item')];
  return {names: items.map(i => i.querySelector('.jp-Completer-match').textContent),
    kinds: items.map(i => i.querySelector('.jp-Completer-typeExtended').textContent),
    panel: box.querySelector('.jp-Completer-docpanel')?.textContent ?? ''};
})()"""

TOOLTIP = """(() => {
  const box = document.querySelector('.jp-Tooltip');
  return box && box.getBoundingClientRect().height ? box.textContent : '';
})()"""


def keys(page, panel, out):
    """Drives the notebook of a panel, as a user with a keyboard does; reports whether all was as it should be."""
    cell = lambda: page.js(CELL % panel)
    shot = lambda name: page.save(out.with_name(f"{out.stem}_{name}{out.suffix}"))
    expect = lambda what, check, seconds=20: wait(what, lambda: (c := cell()) and check(c) and c, seconds)

    def new(text):
        """A new cell at the end, with a text typed into it."""
        page.js("(p => { p.content.activeCellIndex = p.content.widgets.length - 1; p.content.mode = 'command';"
                " p.content.node.focus(); return 0; })(" + panel + ")")
        page.press("Escape")
        page.press("b")
        page.press("Enter")
        expect("a new cell", lambda c: c["source"] == "" and c["mode"] == "edit")
        page.type(text)

    new("neuron.NewLI")
    page.press("Tab")
    wait("a popup of one name", lambda: page.js(POPUP)["names"] == ["NewLIF"], 20)
    page.press("Enter")
    expect("the only name completed", lambda c: c["source"] == "neuron.NewLIF")
    page.type("()\nneuron.New")
    page.press("Tab")
    popup = wait("a popup of names, with kinds and a signature", lambda: (p := page.js(POPUP)) and "NewLIF" in p["names"]
                 and all(p["kinds"]) and "func New" in p["panel"] and p, 20)
    shot("popup")
    page.press("ArrowDown")
    chosen = popup["names"][1]
    wait(f"what is said of {chosen}", lambda: f"func {chosen}" in page.js(POPUP)["panel"], 20)
    page.press("Enter")
    expect("the second name put in", lambda c: c["source"].endswith("neuron." + chosen))
    print(f"popup: {len(popup['names'])} names from {popup['names'][0]}, kinds {sorted(set(popup['kinds']))}; chosen {chosen}", flush=True)

    new("stim.OU(")
    page.press("Tab", modifiers=SHIFT)
    told = wait("the tooltip", lambda: page.js(TOOLTIP), 20)
    time.sleep(0.3)  # its font
    shot("tooltip")
    page.press("Escape")
    print(f"tooltip: {told.splitlines()[0]}", flush=True)

    new("trace := neuro.Trace{Name: \"τ\", Dt: 1, Y: []float64{0, 1, 4, 9}}\ntrace")
    page.press("Enter", modifiers=SHIFT)
    select(page, panel, -2)
    figure = expect("a typed cell's figure", lambda c: c["pictures"] == 1 and c["kernel"] == "idle")

    new("kept := 7")
    page.press("Enter", modifiers=CONTROL)
    expect("a number is kept", lambda c: c["count"] and c["kernel"] == "idle")
    new("for {\nkept++\n}")
    page.press("Enter", modifiers=CONTROL)
    expect("an endless cell runs", lambda c: c["kernel"] == "busy")
    time.sleep(0.5)
    shot("busy")
    page.press("Escape")
    began = time.time()
    page.press("i", 2)
    stopped = expect("it is interrupted by two keys", lambda c: c["errors"] == ["interrupted"] and c["kernel"] == "idle")
    took = time.time() - began
    shot("interrupted")
    new("kept")
    page.press("Enter", modifiers=CONTROL)
    kept = expect("the state is kept", lambda c: int(c["text"] or 0) > 7)

    page.press("Escape")
    page.press("0", 2)
    wait("the question whether to restart", lambda: page.js("!!document.querySelector('.jp-Dialog')"), 20)
    shot("restart")
    page.press("Enter")
    wait("no question any more", lambda: page.js("!document.querySelector('.jp-Dialog')"), 20)
    expect("the kernel is back", lambda c: c["kernel"] == "idle")
    new("kept")
    page.press("Enter", modifiers=CONTROL)
    gone = expect("the state is gone after a restart", lambda c: c["errors"] == ["compile error"])
    shot("restarted")
    print(f"keys: interrupted after {1000 * took:.0f} ms, cell {stopped['count']}; kept {kept['text']}; after the restart cell"
          f" {gone['count']} fails with {gone['errors'][0]}")
    return (took < 2 and gone["count"] == 1 and figure["count"] is not None
            and told.startswith("stim.OU(mean float64, sigma float64, tau float64, seed uint64)"))


def select(page, panel, index):
    """Makes a cell active, counted from the end if negative."""
    page.js(f"(p => {{ const n = p.content.widgets.length; p.content.activeCellIndex = ({index} + n) % n; return 0; }})({panel})")
