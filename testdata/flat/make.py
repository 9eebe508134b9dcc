"""Files of sound that SciPy and Python's wave write, others by hand, and what
scipy.io.wavfile.read gives of them: python make.py > wav.json"""
import base64, io, json, struct, sys, wave, warnings
import numpy as np
from scipy.io import wavfile

warnings.simplefilter("ignore")
rng = np.random.default_rng(3)
out = []


def keep(what, b, full):
    fs, x = wavfile.read(io.BytesIO(b))
    x = np.asarray(x, float).reshape(len(x), -1)
    if full == 128:
        x = x - 128
    out.append({"what": what, "file": base64.b64encode(b).decode(), "fs": fs, "values": (x / full).T.tolist()})


for kind, full in [("uint8", 128), ("int16", 2**15), ("int32", 2**31), ("float32", 1), ("float64", 1)]:
    for channels, n in [(1, 7), (3, 10)]:
        x = rng.standard_normal((n, channels)).astype(kind) if kind[0] == "f" else rng.integers(np.iinfo(kind).min, np.iinfo(kind).max, (n, channels), dtype=kind, endpoint=True)
        f = io.BytesIO()
        wavfile.write(f, 1000 * channels, x)
        keep(f"{kind}, {channels}", f.getvalue(), full)
f = io.BytesIO()
with wave.open(f, "wb") as w:
    w.setnchannels(2), w.setsampwidth(3), w.setframerate(44100), w.writeframes(rng.bytes(2 * 3 * 9))
keep("24 bits", f.getvalue(), 2**31)  # SciPy has them in the upper bytes of int32


def chunk(name, b):
    return name + struct.pack("<I", len(b)) + b + b"\0" * (len(b) % 2)


def riff(*chunks, head=b"RIFF"):
    b = b"WAVE" + b"".join(chunks)
    return head + struct.pack("<I", len(b) if head == b"RIFF" else 0xFFFFFFFF) + b


data = rng.integers(-(2**15), 2**15, (11, 2)).astype("<i2").tobytes()
ext = struct.pack("<HHIIHHHHI", 0xFFFE, 2, 20000, 80000, 4, 16, 22, 16, 3) + struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
keep("extensible", riff(chunk(b"fmt ", ext), chunk(b"data", data)), 2**15)
plain = struct.pack("<HHIIHH", 1, 2, 20000, 80000, 4, 16)
keep("others between", riff(chunk(b"LIST", b"INFOISFT\x03\0\0\0abc\0"), chunk(b"fmt ", plain), chunk(b"junk", b"odd"), chunk(b"data", data)), 2**15)
big = struct.pack(">HHIIHH", 1, 2, 20000, 80000, 4, 16)
swapped = np.frombuffer(data, "<i2").astype(">i2").tobytes()
b = b"WAVEfmt " + struct.pack(">I", 16) + big + b"data" + struct.pack(">I", len(swapped)) + swapped
keep("RIFX", b"RIFX" + struct.pack(">I", len(b)) + b, 2**15)
b = riff(chunk(b"ds64", struct.pack("<QQQI", 100, len(data), 11, 0)), chunk(b"fmt ", plain), b"data\xff\xff\xff\xff" + data, head=b"RF64")
keep("RF64", b, 2**15)
json.dump(out, sys.stdout)
