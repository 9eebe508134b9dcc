"""This kernel beside ipykernel, in one run on one machine.

usage: bench.py [-n EXECUTES] [-d DISPLAYS]

Start to ready as jupyter_client sees it, resident memory when idle, the round
trip of an execute request, and displays a second: through jupyter_client, and
on a bare ZeroMQ socket that only counts frames.
"""
import argparse
import os
import statistics
import threading
import time

import neuro_kernel
import zmq
from jupyter_client.manager import start_new_kernel

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


def memory(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def reply(kc, msg_id):
    """Waits for the reply to a request. Others may be left from the kernel's start: a
    kernel that takes long to start was asked several times who it is."""
    while kc.get_shell_msg(timeout=120)["parent_header"].get("msg_id") != msg_id:
        pass


def until_idle(kc, msg_id, get):
    n = 0
    while True:
        m = get(timeout=120)
        if m["parent_header"].get("msg_id") != msg_id:
            continue
        n += m["msg_type"] == "display_data"
        if m["msg_type"] == "status" and m["content"]["execution_state"] == "idle":
            return n


def count_bare(km, n, ready, took):
    """Counts display messages on a socket of its own, without parsing them."""
    context = zmq.Context()
    s = context.socket(zmq.SUB)
    s.setsockopt(zmq.RCVHWM, 0)
    s.setsockopt(zmq.RCVTIMEO, 120_000)
    s.setsockopt(zmq.SUBSCRIBE, b"")
    s.connect(f"tcp://127.0.0.1:{km.get_connection_info()['iopub_port']}")
    time.sleep(0.3)
    ready.set()
    start, seen = time.perf_counter(), 0
    while seen < n:
        frames = s.recv_multipart(copy=False)
        seen += b"display_data" in bytes(frames[3].buffer) or any(b'"display_data"' in bytes(f.buffer) for f in frames[:4])
    took.append(time.perf_counter() - start)
    context.destroy(linger=0)


def measure(name, executes, displays):
    start = time.perf_counter()
    km, kc = start_new_kernel(kernel_name=name)
    out = {"start to ready, s": time.perf_counter() - start}
    try:
        time.sleep(1)
        out["idle memory, MB"] = memory(km.provisioner.pid)
        code = CODE[name]
        times = []
        for _ in range(executes):
            start = time.perf_counter()
            msg_id = kc.execute(code["execute"], allow_stdin=False)
            reply(kc, msg_id)
            times.append(time.perf_counter() - start)
            until_idle(kc, msg_id, kc.get_iopub_msg)
        out["execute round trip, median ms"] = 1000 * statistics.median(times)
        start = time.perf_counter()
        msg_id = kc.execute(code["displays"].format(n=displays), allow_stdin=False)
        assert until_idle(kc, msg_id, kc.get_iopub_msg) == displays
        out["displays a second, jupyter_client"] = displays / (time.perf_counter() - start)
        reply(kc, msg_id)
        kc.iopub_channel.stop()  # the bare socket reads alone
        ready, took = threading.Event(), []
        t = threading.Thread(target=count_bare, args=(km, displays, ready, took))
        t.start()
        ready.wait()
        kc.execute(code["displays"].format(n=displays), allow_stdin=False)
        t.join()
        out["displays a second, bare socket"] = displays / took[0]
    finally:
        kc.stop_channels()
        km.shutdown_kernel(now=True)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=200, help="execute requests")
    parser.add_argument("-d", type=int, default=10000, help="displays")
    parser.add_argument("-r", type=int, default=3, help="rounds, of each kernel in turn; the table has their medians and, in brackets, the least and the most")
    args = parser.parse_args()
    for name in CODE:  # once before, so that both programs are in the page cache
        km, kc = start_new_kernel(kernel_name=name)
        kc.stop_channels()
        km.shutdown_kernel(now=True)
    rounds = [[measure(name, args.n, args.d) for name in CODE] for _ in range(args.r)]

    def shown(values):
        return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"

    print(f"{'':36}{'neuro':>28}{'ipykernel':>28}{'ratio':>24}")
    for what in rounds[0][0]:
        ours, theirs = ([r[i][what] for r in rounds] for i in range(2))
        ratios = [a / b if "second" in what else b / a for a, b in zip(ours, theirs)]
        print(f"{what:36}{shown(ours):>28}{shown(theirs):>28}{shown(ratios):>24}")


if __name__ == "__main__":
    main()
