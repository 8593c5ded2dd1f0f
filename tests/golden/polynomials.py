"""Makes the polynomial coefficients of src/Descent/Numerics/Elementary*.cs: weighted minimax fits by Remez exchange.

Run: python3 polynomials.py
"""
import struct
from mpmath import mp, mpf, matrix, lu_solve, exp, log, log1p, expm1, erf, erfc, sqrt, sin, cos, pi

mp.dps = 50


def minimax(f, weight, low, high, degree, rounds=12, grid=3000):
    """Coefficients, constant first, of the polynomial p that makes max |weight·(p − f)| least; and that maximum."""
    low, high = mpf(low), mpf(high)
    n = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    xs = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / grid) for i in range(grid + 1)]
    fs = [f(x) for x in xs]
    ws = [weight(x) for x in xs]
    for _ in range(rounds):
        a = matrix(n, n)
        b = matrix(n, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                a[i, j] = x**j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        c = lu_solve(a, b)
        p = [c[j] for j in range(degree + 1)]
        err = []
        for x, y, w in zip(xs, fs, ws):
            v = mpf(0)
            for q in reversed(p):
                v = v * x + q
            err.append(w * (v - y))
        runs = []
        for i, e in enumerate(err):
            if runs and (err[runs[-1]] > 0) == (e > 0):
                if abs(e) > abs(err[runs[-1]]):
                    runs[-1] = i
            else:
                runs.append(i)
        worst = max(abs(e) for e in err)
        if len(runs) < n or worst < abs(c[degree + 1]) * mpf("1.001"):
            break
        while len(runs) > n:
            if abs(err[runs[0]]) < abs(err[runs[-1]]):
                runs.pop(0)
            else:
                runs.pop()
        points = [xs[i] for i in runs]
    return p, worst


def single(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def show(name, fit, is_double):
    p, worst = fit
    print(f"{name}: error 2^{float(log(worst, 2)):.1f}")
    for c in p:
        print("   ", repr(float(c)) if is_double else f"{single(c):.9g}", end=",\n")


half = log(2) / 2 * mpf("1.001")


def exp_tail(r):
    return (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -12 else mpf(1) / 2 + r / 6


def log_tail(f):
    return (log1p(f) - f + f * f / 2) / f**3 if abs(f) > mpf(10) ** -10 else mpf(1) / 3 - f / 4


def atanh_tail(z):
    s = sqrt(z)
    return ((log1p(s) - log1p(-s)) / s - 2) / z if z > mpf(10) ** -12 else mpf(2) / 3 + 2 * z / 5


def erf_ratio(z):
    x = sqrt(z)
    return erf(x) / x if z > 0 else 2 / sqrt(pi)


if __name__ == "__main__":
    show("exp float", minimax(exp_tail, lambda r: r * r / exp(r), -half * mpf("1.002"), half, 4), False)
    show("exp double", minimax(exp_tail, lambda r: r * r / exp(r), -half * mpf("1.002"), half, 9), True)
    low, high = sqrt(mpf(1) / 2) * mpf("0.9999") - 1, sqrt(2) * mpf("1.0001") - 1
    show("log float", minimax(log_tail, lambda f: f**3 / log1p(f) if f else mpf(0), low, high, 7), False)
    top = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
    show("log double", minimax(atanh_tail, lambda z: z / 2, 0, top, 6), True)
    show("erf float near", minimax(erf_ratio, lambda z: 1 / erf_ratio(z), 0, 1, 6), False)
    show("erf double near", minimax(erf_ratio, lambda z: 1 / erf_ratio(z), 0, 1, 12), True)
    weight = lambda a: erfc(a) / erf(a)
    minus_log = lambda a: -log(erfc(a))
    show("erf float far", minimax(minus_log, weight, 1, mpf("4.1"), 6), False)
    show("erf double far", minimax(minus_log, weight, 1, mpf("6.2"), 16), True)
    for name, degree, is_double in (("float", 3, False), ("double", 6, True)):
        quarter = pi / 2
        show(f"sin {name}", minimax(lambda z: sin(quarter * sqrt(z)) / sqrt(z) if z > 0 else quarter, lambda z: 1 / quarter, 0, mpf("0.2501"), degree), is_double)
        show(f"cos {name}", minimax(lambda z: (cos(quarter * sqrt(z)) - 1) / z if z > mpf(10) ** -20 else -quarter**2 / 2, lambda z: z, mpf(10) ** -6, mpf("0.2501"), degree), is_double)
