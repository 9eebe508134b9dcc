"""What the messaging protocol says of requests and replies beyond what
jupyter_kernel_test looks at, message by message, of the real kernel.

Source: the messaging documentation of jupyter_client, version 5.5.
"""
import time
import unittest

import neuro_kernel
from jupyter_client.manager import start_new_kernel
from test_client import Case, alive


class Execute(Case):
    def kinds(self, seen):
        return [kind for kind, _ in seen if kind != "status"]

    def test_silent(self):
        """Nothing but busy and idle, no number, no history; the expressions are answered all the same."""
        before, _ = self.run_cell("1")
        reply, seen = self.run_cell("unseen := 2\nfmt.Println(unseen)\nunseen", silent=True, user_expressions={"u": "unseen"})
        self.assertEqual((reply["status"], self.kinds(seen)), ("ok", []))
        self.assertEqual(reply["execution_count"], before["execution_count"])
        self.assertEqual(reply["user_expressions"]["u"]["data"]["text/plain"], "2")
        reply, seen = self.run_cell('panic("quiet")', silent=True)
        self.assertEqual((reply["status"], reply["ename"], self.kinds(seen)), ("error", "panic", []))
        history = self.kc.history(hist_access_type="tail", n=2, reply=True, timeout=20)["content"]["history"]
        self.assertEqual(history[-1][2], "1")

    def test_not_stored(self):
        """store_history false: output, but neither a number of its own nor an entry."""
        before, _ = self.run_cell("10")
        reply, seen = self.run_cell("20", store_history=False)
        self.assertEqual(self.kinds(seen), ["execute_input", "execute_result"])
        self.assertEqual(reply["execution_count"], before["execution_count"])
        after, _ = self.run_cell("30")
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)
        history = self.kc.history(hist_access_type="tail", n=2, output=True, reply=True, timeout=20)["content"]["history"]
        self.assertEqual([h[2] for h in history], [["10", "10"], ["30", "30"]])

    def test_expressions(self):
        """Each is answered for itself: data and metadata, or what is wrong with it."""
        reply, seen = self.run_cell(
            "n := 3", user_expressions={"value": "n * 2", "wrong": "nothing", "crash": "[]int{}[n]", "figure": "plot.Line([]float64{0, 1}, []float64{0, 1})"}
        )
        self.assertEqual(self.kinds(seen), ["execute_input"])
        got = reply["user_expressions"]
        self.assertEqual(got["value"], {"status": "ok", "data": {"text/plain": "6"}, "metadata": {}})
        self.assertIn("image/png", got["figure"]["data"])
        for name, ename, part in [("wrong", "compile error", "undefined: nothing"), ("crash", "panic", "index out of range [3]")]:
            self.assertEqual((got[name]["status"], got[name]["ename"]), ("error", ename), got[name])
            self.assertIn(part, got[name]["evalue"])
            self.assertTrue(got[name]["traceback"])
        reply, _ = self.run_cell("nothing()", user_expressions={"value": "n"})
        self.assertEqual(reply["user_expressions"], {})

    def test_stop_on_error(self):
        """False lets what waits run; true aborts it, in this shell alone, and nothing that is sent later."""
        for stop, want in ((False, ["error", "ok"]), (True, ["error", "aborted"])):
            ids = [
                self.kc.execute('import "time"\ntime.Sleep(200 * time.Millisecond)\npanic("x")', allow_stdin=False, stop_on_error=stop),
                self.kc.execute("5", allow_stdin=False),
            ]
            replies = [self.kc.get_shell_msg(timeout=20) for _ in ids]
            self.assertEqual([m["parent_header"]["msg_id"] for m in replies], ids)
            self.assertEqual([m["content"]["status"] for m in replies], want)
            self.assertTrue(all(m["metadata"] == {} or isinstance(m["metadata"], dict) for m in replies))
        self.assertEqual(self.value("6 * 7"), "42")

    def test_error(self):
        """One error message; its traceback is coloured and names cell, line and column."""
        reply, seen = self.run_cell("a := 1\nb := a +\n\tundefinedHere")
        self.assertEqual(self.kinds(seen), ["execute_input", "error"])
        self.assertEqual({k: reply[k] for k in ("ename", "evalue", "traceback")}, seen[[k for k, _ in seen].index("error")][1])
        text = "\n".join(reply["traceback"])
        self.assertIn(f"cell [{reply['execution_count']}]:3:2", text)
        self.assertIn("\x1b[", text)

    def test_displays(self):
        """Displays with an identifier, their updates, from later cells too, and clearing."""
        _, seen = self.run_cell('display.Update("p", display.Text("one"))\ndisplay.Clear(true)\ndisplay.Clear(false)')
        self.assertEqual([(k, c) for k, c in seen if k == "clear_output"], [("clear_output", {"wait": True}), ("clear_output", {"wait": False})])
        _, seen = self.run_cell('display.Update("q", display.HTML("<i>two</i>"))')
        _, seen = self.run_cell('display.Update("q", display.HTML("<i>three</i>"))')
        kind, content = [(k, c) for k, c in seen if "display" in k][0]
        self.assertEqual((kind, content["transient"], content["data"]["text/html"]), ("update_display_data", {"display_id": "q"}, "<i>three</i>"))

    def test_page(self):
        reply, seen = self.run_cell("stim.Step?")
        self.assertEqual(self.kinds(seen), ["execute_input"])
        self.assertEqual([(p["source"], p["start"]) for p in reply["payload"]], [("page", 0)])


class Ask(Case):
    def ask(self, kind, content):
        m = self.kc.session.msg(kind, content)
        self.kc.shell_channel.send(m)
        reply = self.kc.get_shell_msg(timeout=20)
        self.assertEqual(reply["parent_header"]["msg_id"], m["header"]["msg_id"])
        return reply["content"]

    def test_history(self):
        for code in ("h1 := 1", "h1", "h1 + 1", "h1"):
            self.run_cell(code)
        count = self.run_cell("h1 + 2")[0]["execution_count"]
        ask = lambda **q: self.ask("history_request", {"output": False, "raw": True, "session": 0, **q})["history"]
        tail = ask(hist_access_type="tail", n=3)
        self.assertEqual([h[1:] for h in tail], [[count - 2, "h1 + 1"], [count - 1, "h1"], [count, "h1 + 2"]])
        session = tail[0][0]
        for q in ({"session": 0}, {"session": session}):
            got = ask(hist_access_type="range", start=count - 3, stop=count, **q)
            self.assertEqual(got, [[session, count - 3, "h1"], [session, count - 2, "h1 + 1"], [session, count - 1, "h1"]])
        got = ask(hist_access_type="search", pattern="h1*", unique=True, output=True)
        self.assertEqual([h[2] for h in got][-4:], [["h1 := 1", None], ["h1 + 1", "2"], ["h1", "1"], ["h1 + 2", "3"]])
        self.assertEqual([h[2] for h in ask(hist_access_type="search", pattern="h1 ? ?", n=1)], ["h1 + 2"])
        self.assertEqual(ask(hist_access_type="search", pattern="[h]1"), [])

    def test_is_complete(self):
        for code, status, indent in [
            ("for i := range 3 {", "incomplete", "\t"),
            ("func f() {\n\tif true {", "incomplete", "\t\t"),
            ("x := 1", "complete", None),
            ("x := )", "invalid", None),
        ]:
            reply = self.ask("is_complete_request", {"code": code})
            self.assertEqual((reply["status"], reply.get("indent")), (status, indent), code)

    def test_inspect(self):
        """Detail 0 is signature and documentation, detail 1 the source of a cell's own function too."""
        self.run_cell("// double is twice x.\nfunc double(x float64) float64 { return x + x }")
        for detail, source in ((0, False), (1, True)):
            reply = self.ask("inspect_request", {"code": "double(2)", "cursor_pos": 3, "detail_level": detail})
            self.assertTrue(reply["found"])
            self.assertIn("func double(x float64) float64", reply["data"]["text/plain"])
            self.assertEqual("return x + x" in reply["data"]["text/plain"], source, reply["data"]["text/plain"])

    def test_complete(self):
        reply = self.ask("complete_request", {"code": "stim.St", "cursor_pos": 7})
        typed = reply["metadata"]["_jupyter_types_experimental"]
        step = [t for t in typed if t["text"] == "Step"][0]
        self.assertEqual((step["type"], step["start"], step["end"]), ("function", 5, 7))
        self.assertEqual(step["signature"], "func(amp, on, off float64) Stimulus")

    def test_comms(self):
        self.run_cell('ui.Slider("a", 0, 1, 0.5)')
        everything = self.ask("comm_info_request", {})["comms"]
        self.assertTrue(everything)
        self.assertEqual(self.ask("comm_info_request", {"target_name": "jupyter.widget"})["comms"], everything)
        self.assertEqual(self.ask("comm_info_request", {"target_name": "other"})["comms"], {})

    def test_unknown(self):
        self.assertEqual(self.ask("brew_coffee_request", {})["status"], "error")


class End(unittest.TestCase):
    def test_shutdown(self):
        """The reply says which it is and goes to all front ends; the process ends."""
        for restart in (False, True):
            with self.subTest(restart=restart):
                km, kc = start_new_kernel(kernel_name=neuro_kernel.KERNEL)
                try:
                    pid = km.provisioner.pid
                    cell = kc.execute("for {\n}", allow_stdin=False)
                    time.sleep(0.3)
                    m = kc.session.msg("shutdown_request", {"restart": restart})
                    kc.control_channel.send(m)
                    reply = kc.get_control_msg(timeout=10)
                    self.assertEqual((reply["msg_type"], reply["content"]), ("shutdown_reply", {"status": "ok", "restart": restart}))
                    while (m := kc.get_iopub_msg(timeout=10))["msg_type"] != "shutdown_reply":
                        pass
                    self.assertEqual(m["content"]["restart"], restart)
                    self.assertEqual(kc.get_shell_msg(timeout=10)["parent_header"]["msg_id"], cell)
                    end = time.time() + 10
                    while alive(pid) and time.time() < end:
                        time.sleep(0.05)
                    self.assertFalse(alive(pid))
                finally:
                    kc.stop_channels()
                    km.shutdown_kernel(now=True)


if __name__ == "__main__":
    unittest.main()
