"""Writes schedules.json: the learning rates of PyTorch's schedulers, and its averaged models on a small problem.

"schedules": each case gives the rate (as a multiple of the optimizer's) before each of its steps, the momentum where the
scheduler moves it, and for the plateau the metric observed after each step. How each case is made stands here and in
ScheduleCases.cs.

"averages": Sequential(Linear(3, 4), BatchNorm1d(4), Tanh, Linear(4, 2)) starts from "start" and takes a step of SGD on
the mean squared difference of outputs and "targets" for each of the "inputs" in turn, "rounds" times; after each step
the weights are averaged. Each case gives the averaged state: weights, and running statistics, which unless they were
averaged too are recomputed over the inputs.
"""

import json
import math
import os

import torch
from torch.optim import lr_scheduler as schedules
from torch.optim.swa_utils import AveragedModel, update_bn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
RATE = 0.5


def rates(name, make, steps, metrics=None):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE, momentum=0.9)
    scheduler = make(optimizer)
    found = {"name": name, "factors": []}
    momenta = []
    for step in range(steps):
        group = optimizer.param_groups[0]
        found["factors"].append(group["lr"] / RATE)
        momenta.append(group["momentum"])
        optimizer.step()
        if metrics:
            scheduler.step(metrics[step])
        elif step + 1 < steps:
            scheduler.step()
    if len(set(momenta)) > 1:
        found["momenta"] = momenta
    if metrics:
        found["metrics"] = metrics
    return found


def then(optimizer, first, second, milestone):
    return schedules.SequentialLR(optimizer, [first(optimizer), second(optimizer)], [milestone])


s = schedules
falling = [round(2 * math.exp(-i / 6) + (0.05 if i % 4 == 3 else 0), 6) for i in range(12)]
metrics = falling + [0.3] * 10 + [0.2] * 3 + [0.21, 0.1999999, 0.2] * 8
all_rates = [
    rates("Constant: half", lambda o: s.ConstantLR(o, factor=0.5, total_iters=100), 5),
    rates("Step: thirds", lambda o: s.StepLR(o, 3, gamma=1 / 3), 12),
    rates("MultiStep: three falls", lambda o: s.MultiStepLR(o, [2, 5, 6], gamma=0.1), 10),
    rates("Exponential: 0.95", lambda o: s.ExponentialLR(o, 0.95), 30),
    rates("Cosine: once", lambda o: s.CosineAnnealingLR(o, 12, eta_min=0.1 * RATE), 13),
    rates("Cosine: restarts", lambda o: s.CosineAnnealingWarmRestarts(o, 5), 15),
    rates("Cosine: growing", lambda o: s.CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.01 * RATE), 21),
    rates("OneCycle: usual", lambda o: s.OneCycleLR(o, RATE, total_steps=25), 25),
    rates(
        "OneCycle: other constants",
        lambda o: s.OneCycleLR(
            o, RATE, total_steps=17, pct_start=0.45, div_factor=10, final_div_factor=100, base_momentum=0.7, max_momentum=0.99
        ),
        17,
    ),
    rates(
        "OneCycle: rate alone", lambda o: s.OneCycleLR(o, RATE, total_steps=10, pct_start=0.5, cycle_momentum=False), 10
    ),
    rates("WarmUp: from a third", lambda o: s.LinearLR(o, start_factor=1 / 3, total_iters=4), 8),
    rates("Plateau: loss", lambda o: s.ReduceLROnPlateau(o, patience=2, eps=0), len(metrics), metrics),
    rates(
        "Plateau: accuracy, cool-down, lowest",
        lambda o: s.ReduceLROnPlateau(
            o, mode="max", factor=0.5, patience=1, threshold=0.01, cooldown=2, min_lr=0.2 * RATE, eps=0
        ),
        len(metrics),
        [1 - m / 3 for m in metrics],
    ),
    rates(
        "Then: warm-up and decay",
        lambda o: then(o, lambda o: s.LinearLR(o, 0.1, total_iters=5), lambda o: s.ExponentialLR(o, 0.9), 5),
        15,
    ),
    rates(
        "Times: warm-up and steps",
        lambda o: s.ChainedScheduler([s.LinearLR(o, 0.25, total_iters=4), s.StepLR(o, 3, gamma=0.5)]),
        12,
    ),
]

random = torch.Generator().manual_seed(4)
normal = lambda *shape: (torch.randn(shape, generator=random) * 64).round() / 64
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(normal(*parameter.shape))
inputs = [normal(6, 3) for _ in range(3)]
targets = [normal(6, 2) for _ in range(3)]
ROUNDS = 4
state_of = lambda net: {k: v.reshape(-1).tolist() for k, v in net.state_dict().items() if "num_batches" not in k}
start = {k: v.clone() for k, v in net.state_dict().items()}


def averaged(name, decay=None, use_buffers=False, first=0, every=1):
    net.load_state_dict(start)
    net.train()
    function = None if decay is None else (lambda average, new, _: decay * average + (1 - decay) * new)
    model = AveragedModel(net, avg_fn=function, use_buffers=False)
    # With use_buffers PyTorch averages the count of batches as well, which is no floating-point number: so by hand.
    buffers, count = {}, 0
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(ROUNDS * len(inputs)):
        optimizer.zero_grad()
        ((net(inputs[step % 3]) - targets[step % 3]) ** 2).mean().backward()
        optimizer.step()
        if step >= first and (step - first) % every == 0:
            model.update_parameters(net)
            for key in ("running_mean", "running_var"):
                new = getattr(net[1], key).clone()
                average = buffers.get(key, new)
                share = 1 / (count + 1) if decay is None else 1 - decay
                buffers[key] = average + (new - average) * share
            count += 1
    if use_buffers:
        for key, value in buffers.items():
            getattr(model.module[1], key).copy_(value)
    else:
        update_bn(inputs, model)
    return {"name": name, "count": count, "state": state_of(model.module)}


averages = [
    averaged("WeightAverage.Exponential: fast", decay=0.75),
    averaged("WeightAverage.Exponential: with buffers", decay=0.9, use_buffers=True),
    averaged("WeightAverage.Equal: all"),
    averaged("WeightAverage.Equal: late, every third", first=5, every=3),
]
problem = {
    "start": {k: v.reshape(-1).tolist() for k, v in start.items() if "num_batches" not in k},
    "inputs": [x.tolist() for x in inputs],
    "targets": [y.tolist() for y in targets],
    "rounds": ROUNDS,
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.json"), "w", encoding="utf-8") as out:
    write = lambda entries: ",\n".join(json.dumps(c, separators=(",", ":")) for c in entries)
    torch_version = torch.__version__.split("a")[0]
    out.write('{"torch":"%s","schedules":[\n%s\n],\n' % (torch_version, write(all_rates)))
    out.write('"problem":%s,"averages":[\n%s\n]}\n' % (json.dumps(problem, separators=(",", ":")), write(averages)))
print(f"schedules.json: {len(all_rates)} schedules, {len(averages)} averages")
