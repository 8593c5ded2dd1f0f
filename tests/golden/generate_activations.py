"""Writes the golden values of the newer activation layers. Run `python3 tests/golden/generate_activations.py`; see `golden.py`."""

import torch
import torch.nn.functional as F

from golden import case, distinct, normal, random, uniform, write

random.manual_seed(12)


def hard_sigmoid(x):
    """As F.hardsigmoid, whose gradient has only seven right digits in float64."""
    return (x / 6 + 0.5).clamp(0, 1)


plain = {"Selu": F.selu, "Silu": F.silu, "HardSigmoid": hard_sigmoid, "HardTanh": F.hardtanh, "HardSwish": F.hardswish}
for op, compute in plain.items():
    case(op, "rows", compute, normal(4, 5) * 2 + 1 / 256)
    case(op, "far from zero", compute, torch.tensor([-30.0, -4.5, -1.25, 1.25, 4.5, 30.0]))
for slope in (0.01, 0.25, 0.0):
    case("LeakyRelu", f"slope {slope}", lambda x: F.leaky_relu(x, slope), normal(4, 5), slope=slope)
case("PRelu", "one slope", F.prelu, normal(4, 5), uniform(0.1, 0.5, 1))
case("PRelu", "rows", F.prelu, normal(4, 5), uniform(0.1, 0.5, 5))
case("PRelu", "pictures", F.prelu, normal(2, 3, 2, 4), uniform(-0.5, 0.5, 3))
for alpha in (1.0, 0.5, 2.0):
    case("Elu", f"alpha {alpha}", lambda x: F.elu(x, alpha), normal(4, 5) * 3, alpha=alpha)
for form in ("none", "tanh"):
    compute = lambda x: F.gelu(x, approximate=form)
    case("Gelu", form, compute, normal(4, 5) * 2, approximate=form == "tanh")
    case("Gelu", f"{form}, far from zero", compute, torch.tensor([-30.0, -6.0, 0.0, 6.0]), approximate=form == "tanh")
for beta in (1.0, 2.5):
    case("Softplus", f"beta {beta}", lambda x: F.softplus(x, beta), normal(4, 5) * 2, beta=beta)
for axis in (0, 1, -1):
    case("Glu", f"axis {axis}", lambda x: F.glu(x, axis), normal(2, 4, 6), axis=axis)
    shape = [2, 4, 3]
    shape[axis] *= 3
    pieces = lambda x: x.unflatten(axis, (x.shape[axis] // 3, 3)).amax(axis + 1 if axis >= 0 else -1)
    case("Maxout", f"axis {axis}", pieces, distinct(*shape), pieces=3, axis=axis)
case("HardSigmoid", "at the corners", F.hardsigmoid, torch.tensor([-3.0, 3.0]))
case("HardTanh", "at the corners", F.hardtanh, torch.tensor([-1.0, 1.0]))
case("HardSwish", "at the corners", F.hardswish, torch.tensor([-3.0, 3.0]))
write("activations.json")
