"""A page of a headless Chromium, driven by the DevTools protocol."""
import base64
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request

import websocket

# The keys that are pressed: code of the key, and the text that it types.
KEYS = {
    "ArrowLeft": (37, ""), "ArrowRight": (39, ""), "ArrowDown": (40, ""), "Tab": (9, ""), "Enter": (13, "\r"),
    "Escape": (27, ""), "End": (35, ""), "a": (65, "a"), "b": (66, "b"), "i": (73, "i"), "0": (48, "0"),
}
SHIFT, CONTROL = 8, 2


def browser():
    """The program; ends this one with status 77 where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    print("no Chromium on the PATH", file=sys.stderr)
    sys.exit(77)


def wait(what, check, seconds):
    """Calls check until it gives something; an error of it is one more try."""
    end, problem = time.time() + seconds, None
    while time.time() < end:
        try:
            if got := check():
                return got
        except Exception as e:  # not ready yet
            problem = e
        time.sleep(0.2)
    raise SystemExit(f"not within {seconds} s: {what} ({problem})")


def open_page(program, place, processes, *options):
    """Starts a browser with its profile in a folder, adds it to processes, and returns its page."""
    profile = os.path.join(place, "profile")
    processes.append(subprocess.Popen(
        [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--window-size=1200,900", f"--user-data-dir={profile}", "--remote-debugging-port=0", *options, "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    page = Page(wait("Chromium up", lambda: open(os.path.join(profile, "DevToolsActivePort")).readline().strip(), 60))
    page.call("Emulation.setFocusEmulationEnabled", enabled=True)
    return page


class Page:
    """One page of the browser."""

    def __init__(self, port):
        def find():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as f:
                return [t for t in json.load(f) if t["type"] == "page"]

        target = wait("a page of Chromium", find, 30)[0]
        self.ws = websocket.create_connection(target["webSocketDebuggerUrl"], timeout=60, suppress_origin=True)
        self.n, self.events = 0, []

    def call(self, method, **params):
        self.n += 1
        self.ws.send(json.dumps({"id": self.n, "method": method, "params": params}))
        while True:
            m = json.loads(self.ws.recv())
            if m.get("id") == self.n:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]
            self.events.append(m)

    def js(self, expression):
        r = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(r["exceptionDetails"]["exception"].get("description", r))
        return r["result"].get("value")

    def press(self, key, times=1, modifiers=0):
        """Presses a key of KEYS."""
        code, text = KEYS[key]
        more = {"text": text} if text and not modifiers else {}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code,
                      modifiers=modifiers, **more)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers)

    def type(self, text):
        """Types a text, character by character."""
        for c in text:
            if c == "\n":
                self.press("Enter")
            else:
                self.call("Input.dispatchKeyEvent", type="keyDown", key=c, text=c)
                self.call("Input.dispatchKeyEvent", type="keyUp", key=c)

    def save(self, shot):
        shot.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
