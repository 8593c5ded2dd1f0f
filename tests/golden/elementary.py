"""Makes elementary.bin: elementary functions of doubles to twice the digits, for ElementaryTests.

Little-endian doubles, for each function as often (x, high, low), where high + low is the true value.
Run: python3 elementary.py [points per function]
"""
import pathlib
import random
import struct
import sys
from mpmath import mp, mpf, exp, expm1, log, log1p, tanh, erf

mp.dps = 60
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 700


def sigmoid(x):
    return 1 / (1 + exp(-x))


def log_uniform(r, low, high):
    return float(mpf(10) ** r.uniform(low, high)) * r.choice((-1, 1))


def near(r, low, high):
    return r.uniform(low, high)


FUNCTIONS = [
    ("exp", exp, lambda r: r.choice((near(r, -708.3, 709.7), near(r, -3, 3), log_uniform(r, -20, 0)))),
    ("expm1", expm1, lambda r: r.choice((near(r, -38, 709.7), near(r, -1, 1), log_uniform(r, -300, 0)))),
    ("log", log, lambda r: r.choice((abs(log_uniform(r, -323, 308)), near(r, 0.4, 2.5), 1 + log_uniform(r, -15, -1)))),
    ("log1p", log1p, lambda r: r.choice((near(r, -0.999, 1), abs(log_uniform(r, -3, 300)), log_uniform(r, -300, -1)))),
    ("tanh", tanh, lambda r: r.choice((near(r, -1, 1), near(r, -20, 20), log_uniform(r, -300, 0)))),
    ("sigmoid", sigmoid, lambda r: r.choice((near(r, -708, 38), near(r, -3, 3), log_uniform(r, -20, 0)))),
    ("erf", erf, lambda r: r.choice((near(r, -1, 1), near(r, -6, 6), near(r, 0.9, 1.6), log_uniform(r, -300, 0)))),
]

if __name__ == "__main__":
    out = bytearray()
    for name, function, draw in FUNCTIONS:
        r = random.Random(name)
        for _ in range(COUNT):
            x = draw(r)
            true = function(mpf(x))
            high = float(true)
            out += struct.pack("<3d", x, high, float(true - mpf(high)))
    pathlib.Path(__file__).with_suffix(".bin").write_bytes(out)
