"""Writes the golden values of losses: values and gradients of PyTorch in float64, one thread.

Run `python3 tests/golden/generate_losses.py` (PyTorch 1.13 or later). A case's `op` is the method of `Loss`; its
inputs are predictions, targets and, where the options say so, weights. `golden.py` says what a file holds.
"""

import torch
import torch.nn.functional as F

from golden import case, integers, normal, random, uniform, write

REDUCTIONS = ("mean", "sum", "none")


def distributions(rows, classes):
    """Rows of probabilities that sum to 1 exactly, in multiples of 1/256."""
    counts = torch.distributions.Multinomial(256, torch.ones(rows, classes)).sample()
    return counts / 256


def cross_entropy():
    op = "CrossEntropy"
    huge = torch.tensor([[1000.0, 0.0, -1000.0], [1000.0, 999.0, 1000.0], [-1000.0, 0.0, 1000.0]])
    for reduction in REDUCTIONS:
        plain = lambda x, y: F.cross_entropy(x, y, reduction=reduction)
        case(op, reduction, plain, normal(7, 5) * 2, integers(5, 7), reduction=reduction)
        case(op, f"{reduction}, one sample", plain, normal(1, 10), integers(10, 1), reduction=reduction)
        case(op, f"{reduction}, logits of 1000", plain, huge, torch.tensor([0, 1, 0]), reduction=reduction)
        options = {"reduction": reduction, "weights": True}
        weighted = lambda x, y, w: F.cross_entropy(x, y, w.detach(), reduction=reduction)
        case(op, f"{reduction}, class weights", weighted, normal(6, 4), integers(4, 6), uniform(0, 2, 4), **options)
        options = {"reduction": reduction, "labelSmoothing": 0.1}
        smooth = lambda x, y: F.cross_entropy(x, y, reduction=reduction, label_smoothing=0.1)
        case(op, f"{reduction}, smoothing", smooth, normal(6, 4), integers(4, 6), **options)
        labels = torch.tensor([2, -100, 0, -100, 1])
        case(op, f"{reduction}, ignored", plain, normal(5, 3), labels, reduction=reduction, ignoredLabel=-100)
        options = {"reduction": reduction, "weights": True, "labelSmoothing": 0.25, "ignoredLabel": 1}
        everything = lambda x, y, w: F.cross_entropy(
            x, y, w.detach(), ignore_index=1, reduction=reduction, label_smoothing=0.25
        )
        labels = torch.tensor([2, 1, 0, 3, 1, 2])
        case(op, f"{reduction}, everything", everything, normal(6, 4), labels, uniform(0.25, 2, 4), **options)
        soft = lambda x, y: F.cross_entropy(x, y.detach(), reduction=reduction)
        case(op, f"{reduction}, soft", soft, normal(5, 4) * 2, distributions(5, 4), reduction=reduction)
        options = {"reduction": reduction, "weights": True, "labelSmoothing": 0.2}
        soft = lambda x, y, w: F.cross_entropy(x, y.detach(), w.detach(), reduction=reduction, label_smoothing=0.2)
        inputs = (normal(5, 4), distributions(5, 4), uniform(0, 2, 4))
        case(op, f"{reduction}, soft, weights, smoothing", soft, *inputs, **options)


def likelihoods():
    for reduction in REDUCTIONS:
        op = "NegativeLogLikelihood"
        plain = lambda x, y: F.nll_loss(x, y, reduction=reduction)
        case(op, reduction, plain, -uniform(0, 4, 6, 4), integers(4, 6), reduction=reduction)
        options = {"reduction": reduction, "weights": True, "ignoredLabel": -1}
        weighted = lambda x, y, w: F.nll_loss(x, y, w.detach(), ignore_index=-1, reduction=reduction)
        inputs = (-uniform(0, 4, 5, 3), torch.tensor([2, 0, -1, 1, 0]), uniform(0, 2, 3))
        case(op, f"{reduction}, weights, ignored", weighted, *inputs, **options)

        op = "BinaryCrossEntropy"
        plain = lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction=reduction)
        case(op, reduction, plain, normal(4, 3) * 2, uniform(0, 1, 4, 3), reduction=reduction)
        ends = torch.tensor([-1000.0, -30.0, 0.0, 30.0, 1000.0])
        targets = torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0])
        case(op, f"{reduction}, logits of 1000", plain, ends, targets, reduction=reduction)
        options = {"reduction": reduction, "weights": True}
        weighted = lambda x, y, w: F.binary_cross_entropy_with_logits(x, y, reduction=reduction, pos_weight=w.detach())
        inputs = (normal(4, 3) * 2, uniform(0, 1, 4, 3), uniform(0, 4, 3))
        case(op, f"{reduction}, positive weights", weighted, *inputs, **options)

        op = "BinaryCrossEntropyOfProbabilities"
        plain = lambda x, y: F.binary_cross_entropy(x, y.detach(), reduction=reduction)
        case(op, reduction, plain, uniform(0.02, 0.98, 4, 3), uniform(0, 1, 4, 3), reduction=reduction)
        certain = torch.tensor([0.0, 0.0, 1.0, 1.0, 2.0**-60])
        case(op, f"{reduction}, certain", plain, certain, torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0]), reduction=reduction)

        op = "KullbackLeibler"
        if reduction == "none":
            plain = lambda x, y: F.kl_div(x, y.detach(), reduction="none").sum(1)
        else:
            plain = lambda x, y: F.kl_div(x, y.detach(), reduction="batchmean" if reduction == "mean" else "sum")
        case(op, reduction, plain, -uniform(0, 4, 6, 4), distributions(6, 4), reduction=reduction)
        hard = torch.tensor([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]])
        case(op, f"{reduction}, certain", plain, -uniform(0, 4, 2, 3), hard, reduction=reduction)


def hinges():
    for reduction in REDUCTIONS:
        for op, power in (("MultiClassHinge", 1), ("MultiClassSquaredHinge", 2)):
            for margin in (1.0, 0.5):
                hinge = lambda x, y: F.multi_margin_loss(x, y, p=power, margin=margin, reduction=reduction) * x.shape[1]
                options = {"reduction": reduction, "margin": margin}
                case(op, f"{reduction}, margin {margin}", hinge, normal(6, 5), integers(5, 6), **options)


def distances():
    for reduction in REDUCTIONS:
        pair = lambda *shape: (normal(*shape), normal(*shape))
        compute = lambda x, y: F.mse_loss(x, y, reduction=reduction)
        case("MeanSquaredError", reduction, compute, *pair(4, 3), reduction=reduction)
        compute = lambda x, y: F.l1_loss(x, y, reduction=reduction)
        case("MeanAbsoluteError", reduction, compute, *pair(4, 3), reduction=reduction)
        equal = torch.tensor([1.0, -2.0])
        case("MeanAbsoluteError", f"{reduction}, equal", compute, equal, equal.clone(), reduction=reduction)
        for delta in (1.0, 0.25):
            compute = lambda x, y: F.huber_loss(x, y, reduction=reduction, delta=delta)
            options = {"reduction": reduction, "delta": delta}
            case("Huber", f"{reduction}, delta {delta}", compute, *pair(4, 3), **options)
        at = torch.tensor([1.0, -1.0, 0.0])
        case("Huber", f"{reduction}, at the border", compute, at / 4, at * 0, reduction=reduction, delta=0.25)
        reduce = {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduction]
        compute = lambda x, y: reduce(((x - y) ** 2).flatten(1).sum(1) / 2)
        case("QuadraticCost", reduction, compute, *pair(4, 3, 2), reduction=reduction)
    case("RootMeanSquaredError", "mean", lambda x, y: F.mse_loss(x, y).sqrt(), normal(4, 3), normal(4, 3))


if __name__ == "__main__":
    random.manual_seed(8)
    torch.manual_seed(8)
    for group in (cross_entropy, likelihoods, hinges, distances):
        group()
    write("losses.json")
