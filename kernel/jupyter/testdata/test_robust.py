"""What a kernel has to stand: readers that stop, peers that send rubbish.

NEUROREPL_HOSTILE_SECONDS is for how long rubbish comes; 5 if unset.
"""
import hashlib
import hmac
import os
import random
import socket
import struct
import tempfile
import threading
import time
import unittest
from queue import Empty

import neuro_kernel
import zmq
from jupyter_client.manager import KernelManager, start_new_kernel
from test_client import Case

SECONDS = float(os.environ.get("NEUROREPL_HOSTILE_SECONDS", "5"))
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(16) + bytes(32)


def resident(pid):
    """Resident memory of a process, MB."""
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Peak(threading.Thread):
    """Follows the memory of a process."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0.0, False
        self.start()

    def run(self):
        while not self.over:
            self.peak = max(self.peak, resident(self.pid))
            time.sleep(0.02)


class Reader:
    """A subscriber of its own that reads when it is told to."""

    def __init__(self, kc, port):
        self.kc, self.context = kc, zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.setsockopt(zmq.RCVHWM, 1)
        self.socket.setsockopt(zmq.RCVBUF, 1 << 16)
        self.socket.setsockopt(zmq.SUBSCRIBE, b"")
        self.socket.setsockopt(zmq.RCVTIMEO, 20_000)
        self.socket.connect(f"tcp://127.0.0.1:{port}")
        time.sleep(0.3)

    def text(self, msg_id):
        """What a cell prints, up to its end."""
        parts = []
        while True:
            frames = self.socket.recv_multipart()
            _, frames = self.kc.session.feed_identities(frames)
            m = self.kc.session.deserialize(frames)
            if m["parent_header"].get("msg_id") != msg_id:
                continue
            if m["msg_type"] == "stream":
                parts.append(m["content"]["text"])
            elif m["msg_type"] == "status" and m["content"]["execution_state"] == "idle":
                return "".join(parts)

    def close(self):
        self.context.destroy(linger=0)


@unittest.skipUnless(os.path.exists("/proc/self/statm"), "memory is read from /proc")
class Stalls(Case):
    def setUp(self):
        self.kc.stop_channels()  # the reader of the test is the only one
        self.pid = self.km.provisioner.pid

    def stalled(self, code, seconds):
        kc = self.km.client()
        kc.start_channels(iopub=False, stdin=False, hb=False, control=False)
        reader = Reader(kc, self.km.get_connection_info()["iopub_port"])
        peak = Peak(self.pid)
        try:
            msg_id = kc.execute(code, allow_stdin=False)
            time.sleep(seconds)
            return reader.text(msg_id), peak.peak
        finally:
            peak.over = True
            reader.close()
            kc.stop_channels()

    def test_stopped_reader(self):
        """60,000 lines of 1 kB to a reader stopped for 6 s arrive, all and in order."""
        filler = "x" * 1010
        text, peak = self.stalled(f'for i := range 60000 {{\n\tfmt.Printf("%09d{filler}\\n", i)\n}}', 6)
        print(f"60,000 lines, reader stopped for 6 s: peak {peak:.0f} MB", flush=True)
        self.assertTrue(text == "".join(f"{i:09d}{filler}\n" for i in range(60000)), f"{len(text)} bytes")
        self.assertLess(peak, 250)

    def test_million_lines(self):
        text, peak = self.stalled('for i := range 1000000 {\n\tfmt.Println("line number", i)\n}', 3)
        print(f"1,000,000 lines, reader stopped for 3 s: peak {peak:.0f} MB", flush=True)
        self.assertTrue(text == "".join(f"line number {i}\n" for i in range(1000000)), f"{len(text)} bytes")
        self.assertLess(peak, 250)


class Hostile(Case):
    """While a client works, others send what they should not."""

    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.TemporaryFile()
        cls.km, cls.kc = start_new_kernel(kernel_name=neuro_kernel.KERNEL, stderr=cls.log)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.log.close()

    def logged(self):
        self.log.seek(0)
        return self.log.read().decode()

    def rubbish(self, r, key):
        """What one connection sends."""
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        hello = GREETING + bytes([4, len(ready)]) + ready
        body = [b"{}" if r.random() < 0.5 else r.randbytes(r.randrange(300)) for _ in range(4)]
        sign = hmac.new(key, b"".join(body), hashlib.sha256).hexdigest().encode()

        def frames(*parts):
            return b"".join(
                bytes([0 if i == len(parts) - 1 else 1]) + bytes([len(p) % 256]) + p[:255] for i, p in enumerate(parts)
            )

        return r.choice(
            [
                lambda: r.randbytes(r.randrange(5000)),
                lambda: GREETING[: r.randrange(64)],
                lambda: GREETING + r.randbytes(r.randrange(500)),
                lambda: hello + r.randbytes(r.randrange(500)),
                lambda: hello + b"\x02" + struct.pack(">Q", 1 << 30) + r.randbytes(100),  # 1 GB announced
                lambda: hello + b"\x03" + struct.pack(">Q", 255 << 20) + r.randbytes(100),
                lambda: hello + b"\x02" + b"\xff" * 8,
                lambda: hello + frames(b"<IDS|MSG>", b"0" * 64, *[p[:255] for p in body]),  # wrong signature
                lambda: hello + frames(b"<IDS|MSG>", sign, *[p[:255] for p in body])[: r.randrange(100)],
                lambda: hello + frames(b"<IDS|MSG>", sign, *[p[:255] for p in body]),  # right signature, no header
                lambda: hello + bytes([1, 0]) * 5000,
                lambda: hello + self.valid[: r.randrange(len(self.valid))] if self.valid else b"",
                lambda: hello + self.valid,  # replayed
            ]
        )()

    def attack(self, seed, ports, key, until):
        r = random.Random(seed)
        held = []
        while time.time() < until:
            try:
                s = socket.create_connection(("127.0.0.1", r.choice(ports)), timeout=2)
                s.sendall(self.rubbish(r, key))
                self.sent += 1
                if r.random() < 0.2:
                    held.append(s)  # stays open without a word
                    if len(held) > 100:
                        held.pop(0).close()
                else:
                    s.close()
            except OSError:
                pass
        for s in held:
            s.close()

    def test_rubbish(self):
        self.stand()

    def stand(self):
        """Answers a client for SECONDS while others send rubbish, and tells of what was dropped."""
        info = self.km.get_connection_info()
        self.sent, self.valid = 0, b""
        parts = self.kc.session.serialize(self.kc.session.msg("kernel_info_request", {}))
        for i, p in enumerate(parts):  # a message whose second coming is a replay
            more = 0 if i == len(parts) - 1 else 1
            self.valid += bytes([more | 2]) + struct.pack(">Q", len(p)) + p
        self.kc.shell_channel.socket.send_multipart(parts)
        self.kc.get_shell_msg(timeout=10)
        pid = self.km.provisioner.pid
        before, until = resident(pid), time.time() + SECONDS
        threads = [
            threading.Thread(target=self.attack, args=(i, [info[p] for p in PORTS], info["key"], until)) for i in range(3)
        ]
        for t in threads:
            t.start()
        cells, longest = 0, 0.0
        while time.time() < until:
            start = time.time()
            self.assertEqual(self.stdout(f"fmt.Println({cells})"), f"{cells}\n")
            longest = max(longest, time.time() - start)
            cells += 1
        for t in threads:
            t.join()
        peak = resident(pid)
        print(
            f"{SECONDS:.0f} s of rubbish: {self.sent} connections, {cells} cells, the slowest {longest * 1000:.0f} ms, "
            f"{before:.0f} to {peak:.0f} MB",
            flush=True,
        )
        self.assertGreater(self.sent, 10)
        self.assertLess(longest, 5)
        self.assertLess(peak, before + 300)
        self.assertTrue(self.kc.is_alive())
        self.kc.shell_channel.socket.send_multipart(parts)  # replayed on a connection that is let in
        time.sleep(1.1)  # of a flood the log has a line a second
        self.kc.shell_channel.socket.send_multipart(parts)
        self.assertEqual(self.stdout('fmt.Println("served")'), "served\n")
        self.assertIn("message that came before", self.logged())
        self.assertNotIn("panic", self.logged())
        with self.assertRaises(Empty):  # no answer to it
            self.kc.get_shell_msg(timeout=0.5)


class HostileEncrypted(Hostile):
    """The same on sockets that take encrypted connections only."""

    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.TemporaryFile()
        cls.km = KernelManager(kernel_name=neuro_kernel.KERNEL)
        cls.km.start_kernel(transport_encryption="required", stderr=cls.log)
        cls.kc = cls.km.client()
        cls.kc.start_channels()
        cls.kc.wait_for_ready(timeout=60)

    def rubbish(self, r, key):
        """Frames of CurveZMQ's handshake, cut short, changed, of wrong sizes, or what a plain peer sends."""
        greeting = GREETING.replace(b"NULL" + bytes(1), b"CURVE")
        hello = b"\x05HELLO\x01\x00" + bytes(72) + r.randbytes(32 + 8 + 80)
        hello = bytes([4, len(hello)]) + hello
        return r.choice(
            [
                lambda: super(HostileEncrypted, self).rubbish(r, key),
                lambda: greeting + hello[: r.randrange(len(hello))],
                lambda: greeting + hello,
                lambda: greeting + hello + r.randbytes(r.randrange(500)),
                lambda: greeting + bytes([4, 200]) + b"\x05HELLO" + r.randbytes(194),
                lambda: greeting + bytes([4, 255]) + b"\x08INITIATE" + r.randbytes(246),
                lambda: greeting + b"\x06" + struct.pack(">Q", 1 << 30) + b"\x05HELLO",  # 1 GB announced
                lambda: greeting + b"\x04\x08\x07MESSAGE",
            ]
        )()


class Encrypted(unittest.TestCase):
    """CURVE keys as jupyter_client hands them out."""

    def test_curve(self):
        for transport in ("tcp", "ipc"):
            with self.subTest(transport=transport):
                km = KernelManager(kernel_name=neuro_kernel.KERNEL, transport=transport)
                km.start_kernel(transport_encryption="required")
                kc = km.client()
                kc.start_channels()
                try:
                    kc.wait_for_ready(timeout=30)
                    self.assertIn("curve_publickey", km.get_connection_info())
                    seen = []
                    reply = kc.execute_interactive('fmt.Println("in secret")', timeout=30, output_hook=seen.append)
                    self.assertEqual(reply["content"]["status"], "ok")
                    self.assertIn("in secret\n", [m["content"].get("text") for m in seen])
                    self.assertTrue(kc.hb_channel.is_beating())
                    km.restart_kernel()
                    kc.wait_for_ready(timeout=30)
                finally:
                    kc.stop_channels()
                    km.shutdown_kernel()


if __name__ == "__main__":
    unittest.main()
