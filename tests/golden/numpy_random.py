"""Makes numpy_random.json: what numpy.random.RandomState draws, for NumpyRandomTests.

Run: python3 numpy_random.py
"""
import json
import pathlib
import numpy as np


def draws(seed):
    r = np.random.RandomState(seed)
    p = [0.1, 0.2, 0.3, 0.15, 0.25]
    items = np.arange(20)
    result = {
        "seed": seed,
        "rand": r.rand(700).tolist(),
        "randn": r.randn(7).tolist(),
        "normal": r.normal(2.5, 0.75, 6).tolist(),
        "uniform": r.uniform(-3.0, 5.0, 5).tolist(),
        "randint": r.randint(0, 10, 20).tolist(),
        "randint_shifted": r.randint(-7, 1000, 20).tolist(),
        "randint_large": [str(v) for v in r.randint(-(2**62), 2**62, 5)],
        "randint_one": r.randint(4, 5, 3).tolist(),
        "choice": r.choice(5, 200).tolist(),
        "choice_distinct": r.choice(30, 12, replace=False).tolist(),
        "choice_weighted": r.choice(5, 40, p=p).tolist(),
        "choice_weighted_distinct": r.choice(5, 4, replace=False, p=p).tolist(),
    }
    r.shuffle(items)
    result["shuffle"] = items.tolist()
    result["permutation"] = r.permutation(50).tolist()
    result["after"] = [float(r.randn()), float(r.rand()), int(r.randint(100)), float(r.randn())]
    return result


if __name__ == "__main__":
    golden = {
        "numpy": np.__version__,
        "seeds": [draws(s) for s in (0, 1, 42, 4294967295)],
        "array_seed": [1, 2, 3, 4],
        "array_rand": np.random.RandomState([1, 2, 3, 4]).rand(5).tolist(),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(golden, indent=1).replace(",\n   ", ", ") + "\n")
