"""Writes structure.json: layers that hold others or only change shapes, as PyTorch computes them.

Run `python3 tests/golden/generate_structure.py`; `golden.py` says what the file holds.
"""

import torch
import torch.nn.functional as F

from golden import case, normal, random, write

random.manual_seed(21)


def sequential(x, w0, b0, w2, b2):
    return F.linear(torch.tanh(F.linear(x, w0, b0)), w2, b2)


def residual(x, weight, bias):
    return F.linear(x, weight, bias) + x


def residual_with_shortcut(x, weight, bias, around):
    return F.linear(x, weight, bias) + F.linear(x, around)


def branches(x, w0, b0, w1, b1):
    return torch.cat([F.conv2d(x, w0, b0), F.conv2d(x, w1, b1, padding=1)], 1)


case("Flatten", "pictures", lambda x: x.flatten(1), normal(3, 2, 2, 3))
case("Flatten", "rows", lambda x: x.flatten(1), normal(3, 4))
case("Sequential", "a perceptron", sequential, normal(3, 5), normal(4, 5), normal(4), normal(2, 4), normal(2))
case("Residual", "the input itself", residual, normal(3, 5), normal(5, 5), normal(5))
case("Residual", "a shortcut", residual_with_shortcut, normal(3, 5), normal(4, 5), normal(4), normal(4, 5))
case(
    "Branches",
    "two convolutions",
    branches,
    normal(2, 2, 4, 3),
    normal(3, 2, 1, 1),
    normal(3),
    normal(2, 2, 3, 3),
    normal(2),
)
case("Identity", "rows", torch.nn.Identity(), normal(3, 4))
write("structure.json")
