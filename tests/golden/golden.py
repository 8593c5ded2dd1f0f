"""What the scripts that write golden values share: random inputs, a case, a file of cases.

Each file is {"torch": version, "cases": [...]}, and a case is
  name, op     what it shows, and which operation it is
  options      axes, strides, …; a missing "axes" means all of them
  inputs       tensors {"type", "shape", "values"} in row-major order; every float is a multiple of 1/256, so that
               it is exact in float32 as well
  outputs      tensors, in the order the operation gives them
  cotangents   one per output, null where the output has no gradient
  gradients    one per input, of sum(output * cotangent), null where the input has none
"""

import json
import os

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
TYPES = {torch.float64: "float64", torch.int64: "int64", torch.bool: "bool"}

random = torch.Generator()
cases = []


def normal(*shape):
    """Random numbers around zero, about as wide as a normal distribution."""
    return (torch.randn(shape, generator=random) * 128).round() / 128


def uniform(low, high, *shape):
    return ((torch.rand(shape, generator=random) * (high - low) + low) * 128).round() / 128


def distinct(*shape):
    """Random numbers of which no two are equal or closer than 1/16, for operations that choose."""
    count = torch.Size(shape).numel()
    return ((torch.randperm(count, generator=random) - count // 2) / 16 + 1 / 128).reshape(shape)


def integers(high, *shape):
    return torch.randint(0, high, shape, generator=random)


def tensor_json(t):
    values = [v if not isinstance(v, bool) else int(v) for v in t.reshape(-1).tolist()]
    return {"type": TYPES[t.dtype], "shape": list(t.shape), "values": values}


def case(op, name, compute, *inputs, **options):
    """Adds one case; `compute` takes the inputs and gives one tensor or several."""
    leaves = [t.clone().requires_grad_() if t.dtype.is_floating_point else t.clone() for t in inputs]
    outputs = compute(*leaves)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    seeds = [normal(*o.shape) if o.requires_grad else None for o in outputs]
    differentiable = [o for o, s in zip(outputs, seeds) if s is not None]
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    gradients = {}
    if differentiable:
        found = torch.autograd.grad(differentiable, wanted, [s for s in seeds if s is not None], allow_unused=True)
        gradients = {id(leaf): g for leaf, g in zip(wanted, found) if g is not None}
    optional = lambda t: None if t is None else tensor_json(t.detach())
    cases.append(
        {
            "name": f"{op}: {name}",
            "op": op,
            "options": options,
            "inputs": [tensor_json(leaf.detach()) for leaf in leaves],
            "outputs": [tensor_json(o.detach()) for o in outputs],
            "cotangents": [optional(s) for s in seeds],
            "gradients": [optional(gradients.get(id(leaf))) for leaf in leaves],
        }
    )


def write(file):
    names = [c["name"] for c in cases]
    assert len(names) == len(set(names)), [n for n in names if names.count(n) > 1]
    with open(os.path.join(FOLDER, file), "w", encoding="utf-8") as out:
        lines = ",\n".join(json.dumps(c, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for c in cases)
        out.write('{"torch":"%s","cases":[\n%s\n]}\n' % (torch.__version__.split("a")[0], lines))
    print(f"{file}: {len(cases)} cases")
    cases.clear()
