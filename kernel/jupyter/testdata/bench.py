"""This kernel beside ipykernel, in one run on one machine.

usage: bench.py [-n EXECUTES] [-d DISPLAYS] [-r ROUNDS]

Start to ready, in the process and as jupyter_client sees it, resident memory
when idle, the round trip of an execute request, and displays a second: through
jupyter_client, and on a bare ZeroMQ socket that only counts frames. The two
kernels take turns in every measure, and the order changes from round to round,
so that a busy spell of the machine meets both. Processor seconds are the
kernel's own, which a busy machine changes least.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import neuro_kernel
import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel
from jupyter_client.session import Session

CODE = {
    neuro_kernel.KERNEL: {
        "execute": "1 + 1",
        "displays": "for i := range {n} {{\n\tdisplay.Show(display.HTML(\"<b>x</b>\"))\n}}",
    },
    "python3": {
        "execute": "1 + 1",
        "displays": "from IPython.display import display, HTML\nfor i in range({n}): display(HTML('<b>x</b>'))",
    },
}

# What is asked for, of the median: of this kernel's value, and of the ratio.
WANTED = {
    "process to first reply, ms": ("< 300", None),
    "start to ready, s": ("< 1", None),
    "idle memory, MB": ("< 80", None),
    "execute round trip, ms": ("< 5", 4),
    "displays a second, jupyter_client": (None, 2.5),
    "  lost": ("0", None),
    "displays a second, bare socket": (None, 4),
}


def memory(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor(pid):
    """Seconds of processor time that a process has used."""
    with open(f"/proc/{pid}/stat") as f:
        user, system = f.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def start_in_process(name):
    """Milliseconds from the start of the program to its answer who it is, on sockets that wait for it."""
    with tempfile.TemporaryDirectory() as place:
        path, info = write_connection_file(os.path.join(place, "c.json"), key=b"key of a start", kernel_name=name)
        argv = [a.replace("{connection_file}", path) for a in KernelSpecManager().get_kernel_spec(name).argv]
        argv[0] = sys.executable if argv[0] == "python" else argv[0]
        context = zmq.Context()
        shell = context.socket(zmq.DEALER)
        shell.setsockopt(zmq.RECONNECT_IVL, 1)
        shell.setsockopt(zmq.RCVTIMEO, 60_000)
        shell.connect(f"tcp://127.0.0.1:{info['shell_port']}")
        session = Session(key=b"key of a start")
        start = time.perf_counter()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            session.send(shell, "execute_request", {"code": "1 + 1", "silent": False, "allow_stdin": False})
            shell.recv_multipart()
            return 1000 * (time.perf_counter() - start)
        finally:
            process.kill()
            process.wait()
            context.destroy(linger=0)


class Kernel:
    """One kernel and its client."""

    def __init__(self, name):
        start = time.perf_counter()
        self.km, self.kc = start_new_kernel(kernel_name=name)
        self.ready = time.perf_counter() - start
        self.code, self.pid = CODE[name], self.km.provisioner.pid

    def reply(self, msg_id):
        """Waits for the reply to a request. Others may be left from the kernel's start: a
        kernel that takes long to start was asked several times who it is."""
        while self.kc.get_shell_msg(timeout=120)["parent_header"].get("msg_id") != msg_id:
            pass

    def until_idle(self, msg_id):
        """How many displays a request causes."""
        n = 0
        while True:
            m = self.kc.get_iopub_msg(timeout=120)
            if m["parent_header"].get("msg_id") != msg_id:
                continue
            n += m["msg_type"] == "display_data"
            if m["msg_type"] == "status" and m["content"]["execution_state"] == "idle":
                return n

    def execute(self):
        """Seconds from a request to its reply."""
        start = time.perf_counter()
        msg_id = self.kc.execute(self.code["execute"], allow_stdin=False)
        self.reply(msg_id)
        took = time.perf_counter() - start
        self.until_idle(msg_id)
        return took

    def displays(self, n):
        """Displays a second through jupyter_client, the kernel's processor seconds, and how many displays were lost."""
        used, start = processor(self.pid), time.perf_counter()
        msg_id = self.kc.execute(self.code["displays"].format(n=n), allow_stdin=False)
        got = self.until_idle(msg_id)
        took = time.perf_counter() - start
        self.reply(msg_id)
        return got / took, processor(self.pid) - used, n - got

    def bare(self, n):
        """Displays a second on a socket of its own that only counts frames; the client's is stopped."""
        self.kc.iopub_channel.stop()
        ready, took = threading.Event(), []
        t = threading.Thread(target=count_bare, args=(self.km, n, ready, took))
        t.start()
        ready.wait()
        self.kc.execute(self.code["displays"].format(n=n), allow_stdin=False)
        t.join()
        seen, seconds = took[0]
        return seen / seconds

    def stop(self):
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)


def count_bare(km, n, ready, took):
    """Counts display messages without parsing them."""
    context = zmq.Context()
    s = context.socket(zmq.SUB)
    s.setsockopt(zmq.RCVHWM, 0)
    s.setsockopt(zmq.RCVTIMEO, 120_000)
    s.setsockopt(zmq.SUBSCRIBE, b"")
    s.connect(f"tcp://127.0.0.1:{km.get_connection_info()['iopub_port']}")
    time.sleep(0.3)
    ready.set()
    start, seen, over = time.perf_counter(), 0, False
    while seen < n and not over:
        frames = [bytes(f.buffer) for f in s.recv_multipart(copy=False)]
        seen += any(b"display_data" in f for f in frames[:4])
        over = seen > 0 and any(b'"idle"' in f for f in frames)
    took.append((seen, time.perf_counter() - start))
    context.destroy(linger=0)


def one_round(names, executes, displays):
    """Measures both kernels, in the order of names."""
    out = {name: {} for name in names}
    for name in names:
        out[name]["process to first reply, ms"] = start_in_process(name)
    kernels = {name: Kernel(name) for name in names}
    try:
        time.sleep(1)
        for name, k in kernels.items():
            out[name]["start to ready, s"] = k.ready
            out[name]["idle memory, MB"] = memory(k.pid)
        times, used = {name: [] for name in names}, {name: 0.0 for name in names}
        for _ in range(10):
            for name, k in kernels.items():
                before = processor(k.pid)
                times[name] += [k.execute() for _ in range(executes // 10)]
                used[name] += processor(k.pid) - before
        for name, k in kernels.items():
            out[name]["execute round trip, ms"] = 1000 * statistics.median(times[name])
            out[name]["  processor, ms each"] = 1000 * used[name] / len(times[name])
        for name, k in kernels.items():  # ipykernel loses some when the reader is slow
            out[name]["displays a second, jupyter_client"], used, lost = k.displays(displays)
            out[name]["  processor, s"], out[name]["  lost"] = used, lost
        for name, k in kernels.items():
            out[name]["displays a second, bare socket"] = k.bare(displays)
    finally:
        for k in kernels.values():
            k.stop()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=200, help="execute requests")
    parser.add_argument("-d", type=int, default=10000, help="displays")
    parser.add_argument("-r", type=int, default=5, help="rounds; the table has their medians and, in brackets, the least and the most")
    args = parser.parse_args()
    names = list(CODE)
    for name in names:  # once before, so that both programs are in the page cache
        start_in_process(name)
    rounds = [one_round(names if i % 2 == 0 else names[::-1], args.n, args.d) for i in range(args.r)]

    def shown(values):
        return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"

    print(f"{'':36}{'neuro':>28}{'ipykernel':>28}{'ratio':>24}   wanted")
    for what in rounds[0][names[0]]:
        ours, theirs = ([r[name][what] for r in rounds] for name in names)
        ratios = [a / b if "second" in what else b / a for a, b in zip(ours, theirs) if a and b]
        value, ratio = WANTED.get(what, (None, None))
        wanted = ", ".join(w for w in (value, ratio and f"{ratio}x") if w)
        print(f"{what:36}{shown(ours):>28}{shown(theirs):>28}{shown(ratios) if ratios else '':>24}   {wanted}")


if __name__ == "__main__":
    main()
