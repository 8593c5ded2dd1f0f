"""Writes optimizers.json: what PyTorch's optimizers make of a small problem in 200 steps of float64.

The problem has two parameters, `weight` (2, 3) and `bias` (4), and the loss, summed over all their elements p,
  curvature / 2 * (p - centre)^2 + ripple * sin(3 p)     with gradient     curvature * (p - centre) + 3 ripple cos(3 p)
Each case names the optimizer and the options of its groups (one group holds both parameters; of two groups the first
holds the weight, the second the bias), and gives both parameters after each of "steps" updates.
"""

import json
import os

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
STEPS = [1, 2, 3, 10, 50, 100, 200]
SHAPES = {"weight": (2, 3), "bias": (4,)}
OPTIONS = {
    "lr": "learningRate",
    "momentum": "momentum",
    "nesterov": "nesterov",
    "betas": "betas",
    "eps": "epsilon",
    "weight_decay": "weightDecay",
}

random = torch.Generator().manual_seed(9)


def uniform(low, high):
    make = lambda shape: ((torch.rand(shape, generator=random) * (high - low) + low) * 128).round() / 128
    return {name: make(shape) for name, shape in SHAPES.items()}


start, centre, curvature, ripple = uniform(-2, 2), uniform(-1, 1), uniform(0.25, 3), uniform(-0.5, 0.5)


def loss_of(p, name):
    return (curvature[name] / 2 * (p - centre[name]) ** 2 + ripple[name] * torch.sin(3 * p)).sum()


def trajectory(name, make, *groups):
    parameters = {key: value.clone().requires_grad_() for key, value in start.items()}
    if len(groups) == 1:
        optimizer = make(parameters.values(), **groups[0])
    else:
        optimizer = make([{"params": [p], **g} for p, g in zip(parameters.values(), groups)])
    snapshots = {key: [] for key in parameters}
    for step in range(1, STEPS[-1] + 1):
        optimizer.zero_grad()
        sum(loss_of(p, key) for key, p in parameters.items()).backward()
        optimizer.step()
        if step in STEPS:
            for key, p in parameters.items():
                snapshots[key].append(p.detach().reshape(-1).tolist())
    used = [{ours: g[theirs] for theirs, ours in OPTIONS.items() if theirs in g} for g in optimizer.param_groups]
    return {"name": name, "optimizer": make.__name__, "groups": used, **snapshots}


sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
nesterov = dict(momentum=0.9, nesterov=True)
cases = [
    trajectory("SGD", sgd, dict(lr=0.05)),
    trajectory("SGD, momentum", sgd, dict(lr=0.02, momentum=0.9)),
    trajectory("SGD, Nesterov", sgd, dict(lr=0.02, **nesterov)),
    trajectory("SGD, weight decay", sgd, dict(lr=0.05, weight_decay=0.125)),
    trajectory("SGD, Nesterov, weight decay", sgd, dict(lr=0.02, **nesterov, weight_decay=0.125)),
    trajectory("SGD, two groups", sgd, dict(lr=0.05, momentum=0.5, weight_decay=0.125), dict(lr=0.0125, momentum=0.5)),
    trajectory("Adam", adam, dict(lr=0.02)),
    trajectory("Adam, weight decay", adam, dict(lr=0.02, weight_decay=0.125)),
    # With a smaller epsilon these betas magnify a rounding error some hundred thousand times in 200 steps.
    trajectory("Adam, other constants", adam, dict(lr=0.02, betas=(0.8, 0.95), eps=1e-2)),
    trajectory("AdamW", adamw, dict(lr=0.02)),
    trajectory("AdamW, weight decay", adamw, dict(lr=0.02, weight_decay=0.125)),
    trajectory("AdamW, other constants", adamw, dict(lr=0.02, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.5)),
    trajectory("AdamW, two groups", adamw, dict(lr=0.02, weight_decay=0.125), dict(lr=0.05, weight_decay=0.0)),
]
flat = lambda values: {key: value.reshape(-1).tolist() for key, value in values.items()}
problem = {
    "shapes": SHAPES,
    "start": flat(start),
    "centre": flat(centre),
    "curvature": flat(curvature),
    "ripple": flat(ripple),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json"), "w", encoding="utf-8") as out:
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    torch_version = torch.__version__.split("a")[0]
    head = '"torch":"%s","problem":%s,"steps":%s' % (torch_version, json.dumps(problem, separators=(",", ":")), STEPS)
    out.write('{%s,"cases":[\n%s\n]}\n' % (head, lines))
print(f"optimizers.json: {len(cases)} cases")
