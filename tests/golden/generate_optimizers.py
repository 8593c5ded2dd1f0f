"""Writes optimizers.json: what PyTorch's optimizers make of a small problem in 1,000 steps of float64.

The problem has two parameters, `weight` (2, 3) and `bias` (4), and the loss, summed over all their elements p,
  curvature / 2 * (p - centre)^2 + ripple * sin(3 p) + jolt * p
with gradient
  curvature * (p - centre) + 3 ripple cos(3 p) + jolt
where jolt = (t % 7 - 3) / 8 in step t = 1, 2, …: without it the gradient vanishes, and what divides by its running size
magnifies rounding errors without bound.
Each case gives both parameters after each of "steps" updates (of two groups the first holds the weight, the second the
bias). The cases of L-BFGS minimise the chain of Rosenbrock's valleys, summed over neighbours of p = (weight, bias),
  10 (p[i + 1] - p[i]^2)^2 + (1 - p[i])^2
and give p after each of "steps" of theirs. How each case makes its optimizer stands here and in OptimizerCases.cs.
"""

import json
import os

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
STEPS = [1, 2, 3, 10, 100, 1000]
VALLEY_STEPS = [1, 2, 3, 5, 10, 20]
SHAPES = {"weight": (2, 3), "bias": (4,)}

random = torch.Generator().manual_seed(9)


def uniform(low, high):
    make = lambda shape: ((torch.rand(shape, generator=random) * (high - low) + low) * 128).round() / 128
    return {name: make(shape) for name, shape in SHAPES.items()}


start, centre, curvature, ripple = uniform(-2, 2), uniform(-1, 1), uniform(0.25, 3), uniform(-0.5, 0.5)


def loss_of(p, name, step):
    jolt = (step % 7 - 3) / 8
    return (curvature[name] / 2 * (p - centre[name]) ** 2 + ripple[name] * torch.sin(3 * p) + jolt * p).sum()


def trajectory(name, make, *groups, clip=None, schedule=None):
    parameters = {key: value.clone().requires_grad_() for key, value in start.items()}
    if len(groups) == 1:
        optimizer = make(parameters.values(), **groups[0])
    else:
        optimizer = make([{"params": [p], **g} for p, g in zip(parameters.values(), groups)])
    scheduler = schedule(optimizer) if schedule else None
    snapshots = {key: [] for key in parameters}
    for step in range(1, STEPS[-1] + 1):
        optimizer.zero_grad()
        sum(loss_of(p, key, step) for key, p in parameters.items()).backward()
        if clip:
            clip(parameters.values())
        optimizer.step()
        if scheduler and step < STEPS[-1]:
            scheduler.step()
        if step in STEPS:
            for key, p in parameters.items():
                snapshots[key].append(p.detach().reshape(-1).tolist())
    return {"name": name, **snapshots}


def valley(name, **options):
    p = torch.cat([start["weight"].reshape(-1), start["bias"]]).requires_grad_()
    optimizer = torch.optim.LBFGS([p], **options)
    snapshots = []

    def closure():
        optimizer.zero_grad()
        loss = (10 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum()
        loss.backward()
        return loss

    for step in range(1, VALLEY_STEPS[-1] + 1):
        loss = float(optimizer.step(closure))
        if step in VALLEY_STEPS:
            snapshots.append(p.detach().tolist())
    print(f"{name}: loss {loss:.3e} before step {VALLEY_STEPS[-1]}")
    return {"name": name, "p": snapshots}


o = torch.optim
clip_norm = lambda p: torch.nn.utils.clip_grad_norm_(p, 0.5)
clip_value = lambda p: torch.nn.utils.clip_grad_value_(p, 0.05)
one_cycle = lambda rate: lambda optimizer: o.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=STEPS[-1])
nesterov = dict(momentum=0.9, nesterov=True)
cases = [
    trajectory("Sgd: plain", o.SGD, dict(lr=0.05)),
    trajectory("Sgd: momentum", o.SGD, dict(lr=0.02, momentum=0.9)),
    trajectory("Sgd: Nesterov", o.SGD, dict(lr=0.02, **nesterov)),
    trajectory("Sgd: weight decay", o.SGD, dict(lr=0.05, weight_decay=0.125)),
    trajectory("Sgd: Nesterov, weight decay", o.SGD, dict(lr=0.02, **nesterov, weight_decay=0.125)),
    trajectory("Sgd: two groups", o.SGD, dict(lr=0.05, momentum=0.5, weight_decay=0.125), dict(lr=0.0125, momentum=0.5)),
    trajectory("Sgd: clipped by norm", o.SGD, dict(lr=0.02, momentum=0.9), clip=clip_norm),
    trajectory("Sgd: one cycle", o.SGD, dict(lr=0.02, momentum=0.9), schedule=one_cycle(0.05)),
    trajectory("Adagrad: plain", o.Adagrad, dict(lr=0.1)),
    trajectory("Adagrad: weight decay", o.Adagrad, dict(lr=0.1, weight_decay=0.125)),
    trajectory("Adagrad: other constants", o.Adagrad, dict(lr=0.2, lr_decay=0.01, initial_accumulator_value=0.1, eps=1e-2)),
    trajectory("Adadelta: plain", o.Adadelta, dict(lr=1.0)),
    trajectory("Adadelta: other constants", o.Adadelta, dict(lr=0.5, rho=0.95, eps=1e-4, weight_decay=0.125)),
    trajectory("RmsProp: plain", o.RMSprop, dict(lr=0.01)),
    trajectory("RmsProp: momentum", o.RMSprop, dict(lr=0.002, momentum=0.9, eps=1e-2)),
    trajectory("RmsProp: centred", o.RMSprop, dict(lr=0.01, centered=True, eps=1e-2)),
    trajectory(
        "RmsProp: centred, momentum, weight decay",
        o.RMSprop,
        dict(lr=0.002, alpha=0.9, momentum=0.9, centered=True, eps=1e-2, weight_decay=0.125),
    ),
    trajectory("Adam: plain", o.Adam, dict(lr=0.02)),
    trajectory("Adam: weight decay", o.Adam, dict(lr=0.02, weight_decay=0.125)),
    trajectory("Adam: other constants", o.Adam, dict(lr=0.02, betas=(0.8, 0.95), eps=1e-2)),
    trajectory("Adam: clipped by value", o.Adam, dict(lr=0.02), clip=clip_value),
    trajectory("Adam: one cycle", o.Adam, dict(lr=0.02), schedule=one_cycle(0.05)),
    trajectory("AdamW: plain", o.AdamW, dict(lr=0.02)),
    trajectory("AdamW: weight decay", o.AdamW, dict(lr=0.02, weight_decay=0.125)),
    trajectory("AdamW: other constants", o.AdamW, dict(lr=0.02, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.5)),
    trajectory("AdamW: two groups", o.AdamW, dict(lr=0.02, weight_decay=0.125), dict(lr=0.05, weight_decay=0.0)),
]
valleys = [
    valley("Lbfgs: line search", max_iter=1, max_eval=30, line_search_fn="strong_wolfe"),
    valley("Lbfgs: short history", max_iter=2, max_eval=30, history_size=3, line_search_fn="strong_wolfe"),
    valley("Lbfgs: many iterations", line_search_fn="strong_wolfe"),
    valley("Lbfgs: no line search", lr=0.05, max_iter=4),
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
    write = lambda entries: ",\n".join(json.dumps(c, separators=(",", ":")) for c in entries)
    torch_version = torch.__version__.split("a")[0]
    head = '"torch":"%s","problem":%s,"steps":%s' % (torch_version, json.dumps(problem, separators=(",", ":")), STEPS)
    out.write('{%s,"cases":[\n%s\n],\n' % (head, write(cases)))
    out.write('"valleySteps":%s,"valleys":[\n%s\n]}\n' % (VALLEY_STEPS, write(valleys)))
print(f"optimizers.json: {len(cases) + len(valleys)} cases")
