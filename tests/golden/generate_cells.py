"""Writes cells.json: one step of PyTorch's recurrent cells, forward and backward; see golden.py for what a case is.

The inputs are x (N, C), the state (h, for an LSTM c too), then the parameters in PyTorch's order.
"""

import torch

from golden import case, normal, random, write

BATCH, INPUT, HIDDEN = 3, 4, 2


def cell(kind, name, **options):
    model = getattr(torch.nn, kind.replace("Rnn", "RNN").replace("Lstm", "LSTM").replace("Gru", "GRU"))(
        INPUT, HIDDEN, **options
    )
    names = [name for name, _ in model.named_parameters()]
    states = [normal(BATCH, HIDDEN) for _ in range(2 if kind == "LstmCell" else 1)]

    def compute(x, *rest):
        state, weights = rest[: len(states)], dict(zip(names, rest[len(states) :]))
        state = tuple(state) if kind == "LstmCell" else state[0]
        return torch.nn.utils.stateless.functional_call(model, weights, (x, state))

    weights = [normal(*parameter.shape) * 0.5 for parameter in model.parameters()]
    extra = {"relu": True} if options.get("nonlinearity") == "relu" else {}
    case(kind, name, compute, normal(BATCH, INPUT), *states, *weights, states=len(states), **extra)


if __name__ == "__main__":
    random.manual_seed(22)
    cell("RnnCell", "tanh")
    cell("RnnCell", "ReLU", nonlinearity="relu")
    cell("LstmCell", "plain")
    cell("GruCell", "plain")
    write("cells.json")
