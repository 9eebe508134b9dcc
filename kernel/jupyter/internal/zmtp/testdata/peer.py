"""The other end of libzmq_test.go: sockets of libzmq, through pyzmq.

usage: peer.py connect ROUTER REP PUB [SERVER_KEY]
       peer.py listen [PUBLIC_KEY SECRET_KEY]
"""
import sys
import time

import zmq

SIZES = [0, 1, 254, 255, 256, 257, 4095, 65536, 5_000_000]


def socket(ctx, kind, server_key=""):
    s = ctx.socket(kind)
    s.linger, s.rcvtimeo = 0, 10_000
    if server_key:
        s.curve_publickey, s.curve_secretkey = zmq.curve_keypair()
        s.curve_serverkey = server_key.encode()
    return s


def connect(router, rep, pub, server_key=""):
    ctx = zmq.Context()
    dealer, sub, req = (socket(ctx, k, server_key) for k in (zmq.DEALER, zmq.SUB, zmq.REQ))
    dealer.identity = b"python"
    # Pings, which have to be answered, if not behind 5 MB in 20 ms.
    dealer.heartbeat_ivl, dealer.heartbeat_timeout = 20, 1000
    dealer.connect(router)
    sub.connect(pub)
    sub.subscribe(b"to")
    if sub.recv_multipart() != [b"to", b"welcome"]:
        return "not welcomed"
    req.connect(rep)
    for n in SIZES:
        body = bytes(i % 251 for i in range(min(n, 1000))) * (n // 1000 if n > 1000 else 1)
        frames = [b"topic" if n % 2 else b"other", body, b"", str(n).encode()]
        dealer.send_multipart(frames)
        if dealer.recv_multipart() != frames:
            return f"{n} bytes do not come back from ROUTER"
        if n % 2 and sub.recv_multipart() != frames:
            return f"{n} bytes do not come from PUB"
        req.send(body)
        if req.recv() != body:
            return f"{n} bytes do not come back from REP"
    time.sleep(1.2)  # without an answer the connection would have ended by now
    dealer.send_multipart([b"still"])
    if dealer.recv_multipart() != [b"still"]:
        return "nothing comes back after a while of pings"
    if server_key:  # without its key nobody gets in
        for key in ("", zmq.curve_keypair()[0].decode()):
            stranger = socket(ctx, zmq.DEALER, key)
            stranger.rcvtimeo = 300
            stranger.connect(router)
            stranger.send(b"let me in")
            try:
                return f"a stranger gets {stranger.recv()}"
            except zmq.Again:
                pass
    return "ok"


def listen(public="", secret=""):
    ctx = zmq.Context()
    sockets = [socket(ctx, k) for k in (zmq.ROUTER, zmq.PUB)]
    for s in sockets:
        if public:
            s.curve_server = True
            s.curve_publickey, s.curve_secretkey = public.encode(), secret.encode()
        port = s.bind_to_random_port("tcp://127.0.0.1")
        print(f"tcp://127.0.0.1:{port}", flush=True)
    sys.stdin.readline()
    router, pub = sockets
    while True:
        message = router.recv_multipart()
        router.send_multipart(message)
        pub.send_multipart([b"other", b"unheard"])
        pub.send_multipart([b"topic", b"published"])


if __name__ == "__main__":
    if sys.argv[1] == "connect":
        print(connect(*sys.argv[2:]), flush=True)
    else:
        listen(*sys.argv[2:])
