"""A user's session through jupyter_client: what is run, seen, stopped, asked."""
import base64
import os
import signal
import struct
import subprocess
import sys
import time
import unittest
import zlib

import neuro_kernel
import zmq
from jupyter_client.manager import start_new_kernel

# What an interrupt may take: 300 ms, and as much again for a busy machine.
INTERRUPT = 0.6


def png_size(data: bytes) -> tuple:
    """Decodes a PNG far enough to know that every byte of it is sound."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    at, pixels, size = 8, b"", None
    while at < len(data):
        (n,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + n]
        (crc,) = struct.unpack(">I", data[at + 8 + n : at + 12 + n])
        assert crc == zlib.crc32(kind + body), kind
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            size = (width, height)
            row = 1 + (width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] + 7) // 8
        elif kind == b"IDAT":
            pixels += body
        at += 12 + n
    assert kind == b"IEND"
    assert len(zlib.decompress(pixels)) == row * size[1]
    return size


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name=neuro_kernel.KERNEL)

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)

    def run_cell(self, code, timeout=60, **options):
        """Runs a cell; returns its reply and what came on iopub."""
        seen = []
        options.setdefault("allow_stdin", False)
        reply = self.kc.execute_interactive(code, timeout=timeout, output_hook=seen.append, **options)
        return reply["content"], [(m["msg_type"], m["content"]) for m in seen]

    def stdout(self, code, **options):
        reply, seen = self.run_cell(code, **options)
        self.assertEqual(reply["status"], "ok", reply)
        return "".join(c["text"] for kind, c in seen if kind == "stream" and c["name"] == "stdout")

    def value(self, code):
        """The text of a cell's value."""
        reply, seen = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        results = [c["data"]["text/plain"] for kind, c in seen if kind == "execute_result"]
        self.assertEqual(len(results), 1, seen)
        return results[0]


class Cells(Case):
    def test_state(self):
        self.run_cell("state := 20")
        self.run_cell("func twice(x int) int { return 2 * x }")
        self.assertEqual(self.value("twice(state) + 2"), "42")

    def test_order(self):
        _, seen = self.run_cell(
            'import "os"\nfmt.Println("a")\nfmt.Fprintln(os.Stderr, "b")\ndisplay.Show(display.HTML("c"))\nfmt.Println("d")\n"e"'
        )
        kinds = [(k, c.get("text", "")) for k, c in seen if k not in ("status", "execute_input")]
        self.assertEqual(
            kinds,
            [("stream", "a\n"), ("stream", "b\n"), ("display_data", ""), ("stream", "d\n"), ("execute_result", "")],
        )

    def test_errors_and_on(self):
        self.run_cell("kept := 7")
        for code, name, part in [
            ("kept + undefinedName", "compile error", "undefinedName"),
            ("kept = = 8", "compile error", ""),
            ('panic("on purpose")', "panic", "on purpose"),
            ("var gone []int\ngone[3]", "panic", "index out of range"),
            ('wait := make(chan int)\ngo func() { panic("elsewhere") }()\n<-wait', "panic", "elsewhere"),
            ('import "os"\nos.Exit(3)', "exit", "3"),
        ]:
            with self.subTest(code=code):
                reply, seen = self.run_cell(code)
                self.assertEqual(reply["status"], "error")
                self.assertEqual(reply["ename"], name)
                self.assertIn(part, reply["evalue"])
                self.assertTrue(all(reply["traceback"]))
                errors = [c for k, c in seen if k == "error"]
                self.assertEqual(len(errors), 1)
                self.assertEqual(errors[0]["evalue"], reply["evalue"])
                self.assertEqual(self.value("kept"), "7")

    def test_endless_recursion(self):
        reply, _ = self.run_cell("func rec(n int) int { return rec(n+1) + 1 }\nrec(0)")
        self.assertIn("stack overflow", reply["evalue"])
        reply, _ = self.run_cell('import "time"\ntime.Sleep(300 * time.Millisecond)')
        self.assertEqual(reply["status"], "ok", reply)

    def test_queue_is_aborted(self):
        ids = [
            self.kc.execute(code, allow_stdin=False)
            for code in ('import "time"\ntime.Sleep(200 * time.Millisecond)\npanic("stop here")', "aborted1 := 1", "aborted2 := 1")
        ]
        replies = {}
        while len(replies) < 3:
            m = self.kc.get_shell_msg(timeout=20)
            replies[m["parent_header"]["msg_id"]] = m["content"]["status"]
        self.assertEqual([replies[i] for i in ids], ["error", "aborted", "aborted"])
        self.assertEqual(self.value("6 * 7"), "42")

    def test_big_output(self):
        start = time.time()
        text = self.stdout('for i := 0; i < 100000; i++ {\n\tfmt.Println("line", i)\n}')
        print(f"100,000 lines in {time.time() - start:.2f} s", file=sys.stderr)
        self.assertEqual(text, "".join(f"line {i}\n" for i in range(100000)))

    def test_figure(self):
        _, seen = self.run_cell("plot.Line([]float64{0, 1, 2}, []float64{0, 1, 4})")
        data = [c["data"] for kind, c in seen if kind == "execute_result"]
        self.assertEqual(len(data), 1)
        width, height = png_size(base64.b64decode(data[0]["image/png"]))
        self.assertGreater(min(width, height), 100)

    def test_update(self):
        _, seen = self.run_cell('display.Update("u", display.Text("one"))\ndisplay.Update("u", display.Text("two"))')
        got = [(k, c["data"]["text/plain"], c["transient"]) for k, c in seen if "display" in k]
        self.assertEqual(
            got,
            [("display_data", "one", {"display_id": "u"}), ("update_display_data", "two", {"display_id": "u"})],
        )

    def test_user_expressions(self):
        reply, _ = self.run_cell("three := 3", user_expressions={"a": "three * 2", "b": "nothingSuch"})
        answers = reply["user_expressions"]
        self.assertEqual(answers["a"]["data"]["text/plain"], "6")
        self.assertEqual(answers["b"]["status"], "error")

    def test_silent(self):
        before = self.run_cell("0")[0]["execution_count"]
        reply, seen = self.run_cell('quiet := 5\nfmt.Println("unheard")', silent=True)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual([k for k, _ in seen if k != "status"], [])
        reply, _ = self.run_cell("quiet")
        self.assertEqual(reply["execution_count"], before + 1)

    def test_runes(self):
        self.assertEqual(self.stdout('fmt.Println("τ = 20 ms, 神経, 🧠")'), "τ = 20 ms, 神経, 🧠\n")


class Questions(Case):
    def test_completion(self):
        self.run_cell("membranePotential := -65.0")
        code = 's := "神経🧠"; membraneP'
        reply = self.kc.complete(code, len(code), reply=True, timeout=20)["content"]
        self.assertEqual(reply["status"], "ok")
        self.assertIn("membranePotential", reply["matches"])
        self.assertEqual(code[reply["cursor_start"] : reply["cursor_end"]], "membraneP")
        code = "x := neuron.NewH + 1"
        reply = self.kc.complete(code, code.index(" +"), reply=True, timeout=20)["content"]
        new = {code[: reply["cursor_start"]] + m + code[reply["cursor_end"] :] for m in reply["matches"]}
        self.assertIn("x := neuron.NewHH + 1", new)

    def test_inspect(self):
        reply = self.kc.inspect("h := neuron.NewHH()", 15, reply=True, timeout=20)["content"]
        self.assertTrue(reply["found"], reply)
        self.assertIn("NewHH", reply["data"]["text/plain"])
        reply = self.kc.inspect("noSuchName", 4, reply=True, timeout=20)["content"]
        self.assertEqual((reply["status"], reply["found"]), ("ok", False))

    def test_history(self):
        self.run_cell("11 * 11")
        reply = self.kc.history(n=1, hist_access_type="tail", output=True, reply=True, timeout=20)["content"]
        (_, _, (code, result)) = reply["history"][0]
        self.assertEqual((code, result), ("11 * 11", "121"))

    def test_page(self):
        reply, _ = self.run_cell("neuron.NewHH?")
        self.assertEqual([p["source"] for p in reply["payload"]], ["page"])
        self.assertIn("NewHH", reply["payload"][0]["data"]["text/plain"])


class Subshells(Case):
    def ask(self, kind, content=None):
        """A request on the control channel and its answer."""
        m = self.kc.session.msg(kind, content or {})
        self.kc.control_channel.send(m)
        while True:
            reply = self.kc.get_control_msg(timeout=10)
            if reply["parent_header"]["msg_id"] == m["header"]["msg_id"]:
                return reply["content"]

    def test_beside_a_cell(self):
        self.assertIn("kernel subshells", self.ask("kernel_info_request")["supported_features"])
        subshell = self.ask("create_subshell_request")["subshell_id"]
        self.assertEqual(self.ask("list_subshell_request")["subshell_id"], [subshell])
        cell = self.kc.execute('import "time"\ntime.Sleep(2 * time.Second)', allow_stdin=False)
        time.sleep(0.3)
        start, answers = time.time(), []
        for kind, content in [
            ("is_complete_request", {"code": "for {"}),
            ("comm_info_request", {}),
        ]:
            m = self.kc.session.msg(kind, content)
            m["header"]["subshell_id"] = subshell
            self.kc.shell_channel.send(m)
            reply = self.kc.get_shell_msg(timeout=10)
            self.assertEqual(reply["parent_header"]["msg_id"], m["header"]["msg_id"])
            answers.append(reply["content"])
        took = time.time() - start
        self.assertEqual(answers[0]["status"], "incomplete")
        self.assertEqual(answers[1]["comms"], {})
        self.assertEqual(self.kc.get_shell_msg(timeout=10)["parent_header"]["msg_id"], cell)
        print(f"two answers of a subshell beside a cell of 2 s: {1000 * took:.0f} ms", file=sys.stderr)
        self.assertLess(took, 1.5)
        self.assertEqual(self.ask("delete_subshell_request", {"subshell_id": subshell})["status"], "ok")


class Kept(Case):
    def test_history_after_restart(self):
        self.run_cell("99 * 99")
        self.km.restart_kernel()
        self.kc.wait_for_ready(timeout=30)
        for request in (
            {"hist_access_type": "tail", "n": 1},
            {"hist_access_type": "range", "session": -1, "start": 1},
            {"hist_access_type": "search", "pattern": "99 ?*", "n": 1, "unique": True},
        ):
            reply = self.kc.history(output=True, reply=True, timeout=20, **request)["content"]
            self.assertEqual(reply["history"][-1][2], ["99 * 99", "9801"], request)


class Input(Case):
    def test_scan(self):
        asked = []

        def answer(message):
            asked.append(message["content"])
            self.kc.input("Hodgkin")

        code = 'var name string\nfmt.Print("name? ")\nfmt.Scanln(&name)\nfmt.Println("hello", name)'
        text = self.stdout(code, allow_stdin=True, stdin_hook=answer)
        self.assertEqual(text, "name? hello Hodgkin\n")
        self.assertEqual(asked, [{"prompt": "", "password": False}])

    def test_no_user(self):
        start = time.time()
        self.run_cell("var word string\n_, err := fmt.Scanln(&word)\nerr.Error()")
        self.assertLess(time.time() - start, 5)


class Interrupts(Case):
    def test_endless(self):
        self.run_cell("still := 1")
        for name, code in [
            ("loop", "for {\n}"),
            ("counting loop", "n := 0\nfor {\n\tn++\n}"),
            ("calls", "func spin() int { return 1 }\nfor {\n\tspin()\n}"),
            ("printing", 'for {\n\tfmt.Println("again")\n}'),
            ("sleep", 'import "time"\ntime.Sleep(time.Hour)'),
            ("channel", 'import "time"\nc := make(chan int)\nselect {\ncase <-c:\ncase <-time.After(time.Hour):\n}'),
        ]:
            with self.subTest(name):
                msg_id = self.kc.execute(code, allow_stdin=False)
                time.sleep(0.5)
                start = time.time()
                self.km.interrupt_kernel()
                while True:
                    m = self.kc.get_shell_msg(timeout=20)
                    if m["parent_header"]["msg_id"] == msg_id:
                        break
                took = time.time() - start
                print(f"interrupt of {name}: {1000 * took:.0f} ms", file=sys.stderr)
                self.assertEqual(m["content"]["status"], "error")
                self.assertEqual(m["content"]["ename"], "interrupted")
                self.assertLess(took, INTERRUPT)
                self.assertEqual(self.value("still"), "1")

    @unittest.skipIf(os.name == "nt", "no signals there")
    def test_sigint(self):
        """Ctrl-C in the terminal of a Jupyter server reaches its kernels."""
        pid = self.km.provisioner.pid
        os.kill(pid, signal.SIGINT)
        msg_id = self.kc.execute("for {\n}", allow_stdin=False)
        time.sleep(0.5)
        os.kill(pid, signal.SIGINT)
        m = self.kc.get_shell_msg(timeout=20)
        self.assertEqual((m["parent_header"]["msg_id"], m["content"]["ename"]), (msg_id, "interrupted"))
        self.assertEqual(self.value("6 * 7"), "42")


class Life(Case):
    def test_restart(self):
        self.run_cell("before := 1")
        start = time.time()
        self.km.restart_kernel()
        self.kc.wait_for_ready(timeout=30)
        print(f"restart: {time.time() - start:.2f} s", file=sys.stderr)
        reply, _ = self.run_cell("before")
        self.assertEqual(reply["status"], "error")
        self.assertEqual(self.run_cell("6 * 7")[0]["execution_count"], 2)

    def test_two_front_ends(self):
        other = self.km.client()
        other.start_channels()
        other.wait_for_ready(timeout=30)
        try:
            self.run_cell("shared := 5")
            seen = []
            reply = other.execute_interactive("shared", timeout=30, output_hook=seen.append)
            self.assertEqual(reply["content"]["status"], "ok")
            self.assertIn("execute_result", [m["msg_type"] for m in seen])
            kinds = []
            while "execute_result" not in kinds:  # the first one sees it too
                kinds.append(self.kc.get_iopub_msg(timeout=10)["msg_type"])
        finally:
            other.stop_channels()

    def test_stuck_front_end(self):
        """One that takes nothing neither stops the kernel nor costs others a line."""
        context = zmq.Context()
        stuck = context.socket(zmq.SUB)
        stuck.setsockopt(zmq.RCVHWM, 1)
        stuck.setsockopt(zmq.SUBSCRIBE, b"")
        port = self.km.get_connection_info()["iopub_port"]
        stuck.connect(f"tcp://127.0.0.1:{port}")
        time.sleep(0.3)
        try:
            line = "x" * 1023
            start = time.time()
            text = self.stdout(f'for i := 0; i < 60000; i++ {{\n\tfmt.Println("{line}")\n}}')
            print(f"60 MB beside a stuck front end: {time.time() - start:.2f} s", file=sys.stderr)
            self.assertEqual(len(text), 60000 * 1024)
        finally:
            context.destroy(linger=0)

    @unittest.skipIf(os.name == "nt", "no ipc there")
    def test_ipc(self):
        from jupyter_client.manager import KernelManager

        km = KernelManager(kernel_name=neuro_kernel.KERNEL, transport="ipc")
        km.start_kernel()
        kc = km.client()
        kc.start_channels()
        try:
            kc.wait_for_ready(timeout=30)
            reply = kc.execute_interactive("1 + 1", timeout=30, output_hook=lambda m: None)
            self.assertEqual(reply["content"]["status"], "ok")
        finally:
            kc.stop_channels()
            km.shutdown_kernel()

    @unittest.skipIf(os.name == "nt", "no parents there")
    def test_orphan(self):
        """A kernel whose server was killed ends by itself."""
        code = (
            "import neuro_kernel, os, signal\n"
            "from jupyter_client.manager import start_new_kernel\n"
            "km, kc = start_new_kernel(kernel_name='neuro')\n"
            "print(km.provisioner.pid, flush=True)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=os.path.dirname(os.path.abspath(__file__))
        ).stdout
        pid = int(out.split()[0])
        for _ in range(100):
            if not alive(pid):
                return
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        self.fail("the kernel is still there after 10 s")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:  # one that nobody has waited for is not alive
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return True


if __name__ == "__main__":
    unittest.main()
