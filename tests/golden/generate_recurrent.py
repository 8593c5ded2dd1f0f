"""Writes recurrent.json: PyTorch's recurrent layers, forward and backward; see golden.py for what a case is.

The first input is (N, L, C), then the parameters follow in PyTorch's order. Operations with "state" in their name take
the initial state after them (h, for an LSTM c too), give outputs and final states, and may have "lengths".
"""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import case, normal, random, write

BATCH, LENGTH, INPUT, HIDDEN = 3, 4, 3, 2


def parts(kind, layers=1, bidirectional=False, bias=True, **options):
    model = getattr(torch.nn, kind.upper())(
        INPUT, HIDDEN, layers, batch_first=True, bidirectional=bidirectional, bias=bias, **options
    )

    def run(x, weights, *state):
        model._flat_weights = list(weights)
        return model(x, *state)

    return run, [normal(*parameter.shape) * 0.5 for parameter in model.parameters()]


def plain(kind, name, length=LENGTH, **options):
    run, values = parts(kind, **options)
    compute = lambda x, *weights: run(x, weights)[0]
    renamed = {"relu" if key == "nonlinearity" else key: value for key, value in options.items()}
    renamed = {key: value == "relu" if key == "relu" else value for key, value in renamed.items()}
    case(kind, name, compute, normal(BATCH, length, INPUT), *values, hidden=HIDDEN, **renamed)


def state(kind, name, lengths=None, **options):
    run, values = parts(kind, **options)
    count = options.get("layers", 1) * (2 if options.get("bidirectional") else 1)
    initial = [normal(count, BATCH, HIDDEN) for _ in range(2 if kind == "Lstm" else 1)]

    def compute(x, *rest):
        weights, first = rest[: len(values)], rest[len(values) :]
        if lengths:
            x = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        first = tuple(first) if kind == "Lstm" else first[0]
        y, last = run(x, weights, first)
        if lengths:
            y = pad_packed_sequence(y, batch_first=True, total_length=LENGTH)[0]
        return (y, *last) if kind == "Lstm" else (y, last)

    extra = {"lengths": lengths} if lengths else {}
    case(kind + " state", name, compute, normal(BATCH, LENGTH, INPUT), *values, *initial, hidden=HIDDEN, **options, **extra)


if __name__ == "__main__":
    random.manual_seed(21)
    for kind in ("Rnn", "Lstm", "Gru"):
        plain(kind, "one layer")
        plain(kind, "no bias", bias=False)
        plain(kind, "one step", length=1)
        plain(kind, "bidirectional", bidirectional=True)
        plain(kind, "two layers, bidirectional", layers=2, bidirectional=True)
        state(kind, "one layer")
        state(kind, "two layers, bidirectional", layers=2, bidirectional=True)
        state(kind, "lengths", lengths=[2, 4, 1])
        state(kind, "lengths, two layers, bidirectional", lengths=[1, 3, 4], layers=2, bidirectional=True)
    plain("Rnn", "ReLU", nonlinearity="relu")
    write("recurrent.json")
