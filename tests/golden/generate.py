"""Writes the golden values of operations: outputs and gradients of PyTorch in float64, one thread.

Run `python3 tests/golden/generate.py` (PyTorch 1.13 or later); the files beside this script are rewritten with the
same bytes by the same version of PyTorch. `golden.py` says what a file holds.
"""

import torch
import torch.nn.functional as F

from golden import case, distinct, integers, normal, random, uniform, write


def elementwise():
    random.manual_seed(1)
    pairs = {
        "same shape": ((2, 3, 4), (2, 3, 4)),
        "row": ((2, 3, 4), (4,)),
        "both stretch": ((2, 1, 4), (3, 1)),
        "scalar left": ((), (3, 2)),
        "scalar right": ((3, 2), ()),
        "column": ((3, 1), (3, 5)),
    }
    binary = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "pow_tensor": torch.pow,
    }
    for op, compute in binary.items():
        for name, (left, right) in pairs.items():
            a = uniform(0.25, 3, *left) if op == "pow_tensor" else normal(*left)
            b = uniform(0.5, 2, *right) if op == "div" else normal(*right)
            if op in ("maximum", "minimum"):
                a = (a * 16).round() / 16
                b = (b * 16).round() / 16 + 1 / 64  # never equal
            case(op, name, compute, a, b)
    case("add", "eight axes", lambda a, b: a + b, normal(1, 2, 1, 2, 1, 2, 1, 2), normal(2, 1, 2, 1, 2, 1, 2, 1))
    tied = torch.tensor([1.0, 2.0, 2.0, -1.0])
    case("maximum", "ties share the gradient", torch.maximum, tied, torch.tensor([1.0, 3.0, 2.0, -2.0]))
    case("minimum", "ties share the gradient", torch.minimum, tied, torch.tensor([1.0, 3.0, 2.0, -2.0]))
    for exponent in (2.0, 3.0, 0.5, -1.5, 0.0, 1.0):
        x = uniform(0.25, 3, 3, 4)
        case("pow", f"exponent {exponent}", lambda x: x**exponent, x, exponent=exponent)
    case("pow", "negative base, whole exponent", lambda x: x**3.0, normal(7), exponent=3.0)
    unary = {
        "neg": (torch.neg, normal(3, 5)),
        "exp": (torch.exp, normal(3, 5) * 3),
        "log": (torch.log, uniform(0.02, 20, 3, 5)),
        "sqrt": (torch.sqrt, uniform(0.02, 20, 3, 5)),
        "tanh": (torch.tanh, normal(3, 5) * 2),
        "sigmoid": (torch.sigmoid, normal(3, 5) * 3),
        "relu": (torch.relu, normal(3, 5) + 1 / 256),
        "erf": (torch.erf, normal(3, 5)),
        "abs": (torch.abs, normal(3, 5) + 1 / 256),
    }
    for op, (compute, x) in unary.items():
        case(op, "around zero" if op not in ("log", "sqrt") else "positive", compute, x)
        case(op, "scalar", compute, x.reshape(-1)[3])
    case("relu", "at zero", torch.relu, torch.tensor([0.0, -0.0, 1.0, -1.0]))
    case("abs", "at zero", torch.abs, torch.tensor([0.0, -0.0, 1.0, -1.0]))
    ends = torch.tensor([-1000.0, -40.0, -20.0, 0.0, 20.0, 40.0, 1000.0])
    for op, compute in {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "erf": torch.erf}.items():
        case(op, "far from zero", compute, ends)
    x = normal(4, 5) + 1 / 256
    case("clamp", "both bounds", lambda x: x.clamp(-0.5, 0.75), x, min=-0.5, max=0.75)
    case("clamp", "lower bound", lambda x: x.clamp(min=-0.25), x, min=-0.25)
    case("clamp", "upper bound", lambda x: x.clamp(max=0.25), x, max=0.25)
    at = torch.tensor([-1.0, -0.5, 0.0, 0.75, 1.0])
    case("clamp", "at the bounds", lambda x: x.clamp(-0.5, 0.75), at, min=-0.5, max=0.75)
    case("where", "same shape", torch.where, normal(3, 4) > 0, normal(3, 4), normal(3, 4))
    case("where", "all three stretch", torch.where, normal(3, 1) > 0, normal(1, 4), normal(2, 1, 1))
    write("elementwise.json")


def matmul():
    random.manual_seed(2)
    for name, left, right in [
        ("matrices", (3, 4), (4, 5)),
        ("one column", (7, 3), (3, 1)),
        ("one row", (1, 6), (6, 5)),
        ("inner size one", (3, 1), (1, 4)),
        ("inner size zero", (2, 0), (0, 3)),
        ("odd sizes", (13, 17), (17, 11)),
        ("vector times vector", (5,), (5,)),
        ("vector times matrix", (4,), (4, 5)),
        ("matrix times vector", (3, 4), (4,)),
        ("batch", (2, 3, 4), (2, 4, 5)),
        ("batch times matrix", (2, 3, 4), (4, 5)),
        ("matrix times batch", (3, 4), (2, 4, 5)),
        ("vector times batch", (4,), (2, 4, 3)),
        ("batch times vector", (2, 3, 4), (4,)),
        ("batches stretch", (2, 1, 3, 4), (5, 4, 2)),
    ]:
        case("matmul", name, torch.matmul, normal(*left), normal(*right))
    case("matmul", "transposed left", lambda a, b: a.t() @ b, normal(4, 3), normal(4, 5), transposeLeft=True)
    case("matmul", "transposed right", lambda a, b: a @ b.t(), normal(3, 4), normal(5, 4), transposeRight=True)
    case("linear", "batch", F.linear, normal(5, 4), normal(3, 4), normal(3))
    case("linear", "no bias", F.linear, normal(5, 4), normal(3, 4))
    case("linear", "one sample", F.linear, normal(1, 7), normal(6, 7), normal(6))
    case("linear", "more axes", F.linear, normal(2, 3, 4), normal(5, 4), normal(5))
    write("matmul.json")


def over_axes(op, compute, x, suffix="", **options):
    """The reduction over several choices of axes, with and without keeping them."""
    for axes in ([0], [1], [-1], [0, 2], [0, 1, 2]):
        for keep in (False, True):
            name = f"axes {axes}{', kept' if keep else ''}{suffix}"
            case(op, name, lambda x: compute(x, axes, keep), x, axes=axes, keepDims=keep, **options)


def product(x, axes, keep):
    for axis in sorted((a % x.dim() for a in axes), reverse=True):
        x = x.prod(axis, keep)
    return x


def reductions():
    random.manual_seed(3)
    over_axes("sum", torch.sum, normal(2, 3, 4))
    over_axes("mean", torch.mean, normal(2, 3, 4))
    over_axes("max", torch.amax, distinct(2, 3, 4))
    over_axes("min", torch.amin, distinct(2, 3, 4))
    over_axes("prod", product, uniform(0.5, 2, 2, 3, 4))
    over_axes("norm", lambda x, a, k: torch.linalg.vector_norm(x, 2, a, k), normal(2, 3, 4))
    over_axes("logsumexp", torch.logsumexp, normal(2, 3, 4) * 3)
    for unbiased in (True, False):
        suffix = ", unbiased" if unbiased else ", biased"
        over_axes("var", lambda x, a, k: x.var(a, unbiased, k), normal(2, 3, 4), suffix, unbiased=unbiased)
        over_axes("std", lambda x, a, k: x.std(a, unbiased, k), normal(2, 3, 4), suffix, unbiased=unbiased)
    for op, compute in {"sum": torch.sum, "mean": torch.mean, "max": torch.max, "min": torch.min}.items():
        case(op, "everything", compute, distinct(3, 4))
        case(op, "of a scalar", compute, torch.tensor(1.5))
    case("sum", "of nothing", lambda x: x.sum(0), normal(0, 3), axes=[0], keepDims=False)
    case("sum", "long row", lambda x: x.sum(), normal(1037))
    case("mean", "long rows", lambda x: x.mean(1), normal(2, 300), axes=[1], keepDims=False)
    tied = torch.tensor([[2.0, 2.0, 1.0], [0.0, 0.0, 0.0]])
    case("max", "ties share the gradient", lambda x: x.amax(1), tied, axes=[1], keepDims=False)
    case("min", "ties share the gradient", lambda x: x.amin(1), tied, axes=[1], keepDims=False)
    zeros = torch.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0], [1.0, 2.0, 4.0]])
    case("prod", "one zero and two zeros", lambda x: x.prod(1), zeros, axes=[1], keepDims=False)
    rows = torch.tensor([[0.0, 0.0, 0.0], [3.0, 0.0, -4.0]])
    case("norm", "a row of zeros", lambda x: x.norm(dim=1), rows, axes=[1], keepDims=False)
    flat = torch.tensor([[0.5, 0.5, 0.5], [3.0, 0.0, -4.0]])
    case("std", "a constant row", lambda x: x.std(1), flat, axes=[1], keepDims=False, unbiased=True)
    big = torch.tensor([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -999.0]])
    case("logsumexp", "large", lambda x: x.logsumexp(1), big, axes=[1], keepDims=False)
    for op, compute in {"softmax": torch.softmax, "log_softmax": torch.log_softmax}.items():
        for axis in (0, 1, -1):
            case(op, f"axis {axis}", lambda x: compute(x, axis), normal(2, 5, 4), axis=axis)
        case(op, "long rows", lambda x: compute(x, 1), normal(2, 37) * 3, axis=1)
        case(op, "large", lambda x: compute(x, 1), big, axis=1)
    for axis in (0, 1, -1):
        case("cumsum", f"axis {axis}", lambda x: x.cumsum(axis), normal(2, 5, 4), axis=axis)
        case("argmax", f"axis {axis}", lambda x: x.argmax(axis), distinct(2, 5, 4), axis=axis)
    write("reductions.json")


def indexing():
    random.manual_seed(4)
    for axis in (0, 1, -1):
        index = integers(3, 5)
        case("index_select", f"axis {axis}", lambda x, i: x.index_select(axis, i), normal(3, 4, 3), index, axis=axis)
        shape = [3, 4, 3]
        shape[axis] = 6
        where = integers(3, *shape)
        case("gather", f"axis {axis}", lambda x, i: x.gather(axis, i), normal(3, 4, 3), where, axis=axis)
        source = normal(*[5 if a == axis % 3 else s for a, s in enumerate((3, 4, 3))])
        compute = lambda x, i, s: x.index_add(axis, i, s)
        case("index_add", f"axis {axis}, repeated", compute, normal(3, 4, 3), index, source, axis=axis)
    labels = integers(5, 7, 1)
    case("gather", "one per row", lambda x, i: x.gather(1, i), normal(7, 5), labels, axis=1)
    case("index_select", "rows of a table", lambda x, i: x.index_select(0, i), normal(9, 4), integers(9, 12), axis=0)
    case("masked_select", "same shape", torch.masked_select, normal(3, 4), normal(3, 4) > 0)
    row = torch.tensor([True, False, True, True])
    case("masked_select", "mask stretches", torch.masked_select, normal(2, 3, 4), row)
    case("masked_select", "nothing", torch.masked_select, normal(3), torch.tensor([False, False, False]))
    for axis in (0, 1, -1):
        for largest in (True, False):
            compute = lambda x: x.topk(2, axis, largest, True)
            name = f"axis {axis}, {'largest' if largest else 'smallest'}"
            case("topk", name, compute, distinct(3, 5, 4), k=2, axis=axis, largest=largest)
            compute = lambda x: x.sort(axis, not largest)
            name = f"axis {axis}, {'rising' if largest else 'falling'}"
            case("sort", name, compute, distinct(3, 5, 4), axis=axis, descending=not largest)
    case("one_hot", "vector", lambda i: F.one_hot(i, 5), integers(5, 7), classes=5)
    case("one_hot", "matrix", lambda i: F.one_hot(i, 3), integers(3, 2, 4), classes=3)
    write("indexing.json")


def shaping():
    random.manual_seed(5)
    for axis in (0, 1, -1):
        parts = [normal(*[n if a == axis % 3 else s for a, s in enumerate((2, 3, 4))]) for n in (1, 3, 2)]
        case("concat", f"axis {axis}", lambda *p: torch.cat(p, axis), *parts, axis=axis)
        sizes = [1, 3, 2]
        case("split", f"axis {axis}", lambda x: x.split(sizes, axis), torch.cat(parts, axis), axis=axis, sizes=sizes)
    for axis in (0, 1, 2, -1):
        case("stack", f"axis {axis}", lambda *p: torch.stack(p, axis), normal(2, 3), normal(2, 3), axis=axis)
    case("pad", "last axis", lambda x: F.pad(x, (1, 2)), normal(2, 3), padding=[[0, 0], [1, 2]], value=0.0)
    padding = [[1, 1], [2, 0], [0, 1]]
    compute = lambda x: F.pad(x, (0, 1, 2, 0, 1, 1), value=0.5)
    case("pad", "all axes, a value", compute, normal(2, 3, 2), padding=padding, value=0.5)
    case("transpose", "matrix", lambda x: x.transpose(0, 1), normal(3, 4), axes=[0, 1])
    case("transpose", "outer and inner", lambda x: x.transpose(0, -1), normal(2, 3, 4), axes=[0, -1])
    case("permute", "four axes", lambda x: x.permute(0, 3, 1, 2), normal(2, 3, 2, 4), order=[0, 3, 1, 2])
    case("reshape", "flat", lambda x: x.reshape(24), normal(2, 3, 4), shape=[24])
    case("reshape", "one size inferred", lambda x: x.reshape(4, -1), normal(2, 3, 4), shape=[4, -1])
    case("reshape", "after a transpose", lambda x: x.t().reshape(2, 6), normal(3, 4), shape=[2, 6], transposeFirst=True)
    case("squeeze", "one axis", lambda x: x.squeeze(1), normal(2, 1, 3), axis=1)
    case("unsqueeze", "inner", lambda x: x.unsqueeze(-1), normal(2, 3), axis=-1)
    case("broadcast", "new and stretched axes", lambda x: x.expand(2, 3, 4), normal(3, 1), shape=[2, 3, 4])
    case("slice", "first axis", lambda x: x[1:3], normal(4, 3), ranges=[[1, 3], [0, 3]])
    case("slice", "all axes", lambda x: x[0:1, 1:3, 2:4], normal(2, 3, 4), ranges=[[0, 1], [1, 3], [2, 4]])
    case("slice", "empty", lambda x: x[2:2], normal(4, 3), ranges=[[2, 2], [0, 3]])
    write("shaping.json")


def spatial():
    random.manual_seed(6)
    for name, shape, weight, bias, stride, padding, dilation, groups in [
        ("plain", (2, 3, 6, 5), (4, 3, 3, 3), True, (1, 1), (0, 0), (1, 1), 1),
        ("no bias", (2, 3, 6, 5), (4, 3, 3, 3), False, (1, 1), (0, 0), (1, 1), 1),
        ("padding", (2, 2, 5, 6), (3, 2, 3, 3), True, (1, 1), (1, 1), (1, 1), 1),
        ("stride", (2, 2, 7, 8), (3, 2, 3, 3), True, (2, 2), (1, 1), (1, 1), 1),
        ("unequal everything", (2, 2, 8, 7), (3, 2, 3, 2), True, (2, 1), (1, 2), (1, 2), 1),
        ("dilation", (1, 2, 7, 7), (2, 2, 3, 3), True, (1, 1), (2, 2), (2, 2), 1),
        ("groups", (2, 4, 5, 5), (6, 2, 3, 3), True, (1, 1), (1, 1), (1, 1), 2),
        ("depthwise", (2, 3, 5, 5), (3, 1, 3, 3), True, (2, 2), (1, 1), (1, 1), 3),
        ("depthwise, two filters a channel", (1, 3, 5, 4), (6, 1, 3, 3), False, (1, 1), (1, 1), (1, 1), 3),
        ("batch one", (1, 3, 5, 5), (2, 3, 3, 3), True, (1, 1), (0, 0), (1, 1), 1),
        ("kernel as large as the image", (3, 2, 4, 5), (3, 2, 4, 5), True, (1, 1), (0, 0), (1, 1), 1),
        ("one by one", (2, 5, 3, 4), (4, 5, 1, 1), True, (1, 1), (0, 0), (1, 1), 1),
        ("stride past the kernel", (1, 2, 7, 8), (2, 2, 2, 2), True, (3, 3), (0, 0), (1, 1), 1),
        ("seventeen filters", (1, 1, 8, 8), (17, 1, 5, 5), True, (1, 1), (0, 0), (1, 1), 1),
    ]:
        inputs = [normal(*shape), normal(*weight)] + ([normal(weight[0])] if bias else [])
        compute = lambda x, w, b=None: F.conv2d(x, w, b, stride, padding, dilation, groups)
        options = dict(stride=list(stride), padding=list(padding), dilation=list(dilation), groups=groups)
        case("conv2d", name, compute, *inputs, **options)
    for name, shape, kernel, stride, padding in [
        ("two by two", (2, 2, 6, 4), (2, 2), (2, 2), (0, 0)),
        ("overlapping", (2, 2, 7, 7), (3, 3), (2, 2), (0, 0)),
        ("padding", (1, 2, 6, 5), (3, 3), (2, 2), (1, 1)),
        ("rest of the image unused", (1, 2, 5, 7), (2, 2), (2, 2), (0, 0)),
        ("unequal", (1, 2, 6, 7), (3, 2), (1, 2), (1, 0)),
        ("whole image", (2, 3, 4, 4), (4, 4), (4, 4), (0, 0)),
    ]:
        options = dict(kernelSize=list(kernel), stride=list(stride), padding=list(padding))
        case("max_pool2d", name, lambda x: F.max_pool2d(x, kernel, stride, padding), distinct(*shape), **options)
        for count in (True, False) if padding != (0, 0) else (True,):
            compute = lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=count)
            suffix = "" if padding == (0, 0) else ", padding counted" if count else ", padding not counted"
            case("avg_pool2d", name + suffix, compute, normal(*shape), countIncludePad=count, **options)
    write("spatial.json")


def batch_norm(name, x, affine=True, training=True, momentum=0.1, epsilon=1e-5):
    """Inputs: x, then weight and bias where affine. Outputs: y, then the running statistics after the call."""
    channels = x.shape[1]
    mean, variance = normal(channels), uniform(0.5, 2, channels)
    parameters = [uniform(0.5, 1.5, channels), normal(channels)] if affine else []

    def compute(x, weight=None, bias=None):
        m, v = mean.clone(), variance.clone()
        return F.batch_norm(x, m, v, weight, bias, training, momentum, epsilon), m, v

    options = dict(training=training, momentum=momentum, epsilon=epsilon)
    running = dict(runningMean=mean.tolist(), runningVariance=variance.tolist())
    case("batch_norm", name, compute, x, *parameters, **options, **running)


def normalization():
    random.manual_seed(7)
    for training in (True, False):
        suffix = ", training" if training else ", inference"
        batch_norm("1d" + suffix, normal(6, 3) * 2 + 1, training=training)
        batch_norm("1d with length" + suffix, normal(3, 2, 5) + 2, training=training)
        batch_norm("2d" + suffix, normal(3, 4, 3, 2) * 3 - 1, training=training)
        batch_norm("2d, not affine" + suffix, normal(2, 3, 3, 2), affine=False, training=training)
    batch_norm("2d, momentum 0.3, epsilon 0.001, training", normal(2, 2, 4, 3), momentum=0.3, epsilon=1e-3)
    batch_norm("1d, two samples, training", normal(2, 5))
    write("normalization.json")


if __name__ == "__main__":
    for group in (elementwise, matmul, reductions, indexing, shaping, spatial, normalization):
        group()
