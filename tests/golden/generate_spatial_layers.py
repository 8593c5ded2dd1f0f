"""Writes the golden values of what slides over pictures and sequences: outputs and gradients of PyTorch in float64.

Two files: `spatial_ops.json`, which operations and layers are tested against, and `spatial_layers.json`, layers alone.
"op" is the layer's class here; `golden.py` says what else a file holds. What PyTorch has not (padding "same" at strides
above one, flipped kernels, separable layers) is made of what it has, after the equations.
"""

import torch
import torch.nn.functional as F

from golden import case, distinct, normal, random, uniform, write

MODES = {"Reflect": "reflect", "Replicate": "replicate", "Circular": "circular"}


def transposed():
    for name, shape, weight, bias, stride, padding, extra, dilation, groups in [
        ("plain", (2, 3, 4, 5), (3, 2, 3, 3), True, (1, 1), (0, 0), (0, 0), (1, 1), 1),
        ("stride and padding", (2, 2, 3, 4), (2, 3, 3, 3), True, (2, 2), (1, 1), (0, 0), (1, 1), 1),
        ("output padding", (2, 2, 3, 4), (2, 3, 3, 3), True, (2, 3), (1, 1), (1, 2), (1, 1), 1),
        ("unequal everything", (1, 2, 3, 4), (2, 3, 3, 2), False, (2, 1), (1, 2), (1, 0), (1, 2), 1),
        ("groups", (2, 4, 3, 3), (4, 3, 3, 3), True, (2, 2), (1, 1), (0, 0), (1, 1), 2),
        ("depthwise", (2, 3, 3, 4), (3, 1, 2, 2), False, (2, 2), (0, 0), (0, 0), (1, 1), 3),
        ("stride past the kernel", (1, 2, 3, 2), (2, 2, 1, 2), True, (3, 4), (0, 0), (2, 1), (1, 1), 1),
        ("one pixel", (1, 3, 1, 1), (3, 2, 4, 3), True, (1, 1), (0, 0), (0, 0), (1, 1), 1),
    ]:
        inputs = [normal(*shape), normal(*weight)] + ([normal(weight[1] * groups)] if bias else [])
        compute = lambda x, w, b=None: F.conv_transpose2d(x, w, b, stride, padding, extra, groups, dilation)
        options = dict(stride=list(stride), padding=list(padding), outputPadding=list(extra), dilation=list(dilation))
        case("ConvTranspose2d", name, compute, *inputs, **options, groups=groups)


def pads():
    for mode, name in MODES.items():
        for what, (top, bottom, left, right) in {"all sides": (1, 1, 1, 1), "unequal": (2, 0, 1, 3)}.items():
            compute = lambda x: F.pad(x, (left, right, top, bottom), mode=name)
            options = dict(mode=mode, padding=[[top, bottom], [left, right]])
            case("Pad2d", f"{name}, {what}", compute, normal(2, 2, 3, 4), **options)
    compute = lambda x: F.pad(x, (1, 0, 2, 1), value=0.5)
    case("Pad2d", "a value", compute, normal(1, 2, 2, 3), mode="Zeros", padding=[[2, 1], [1, 0]], value=0.5)


def flips():
    for axes in ([1], [0, -1], [2, 1]):
        case("flip", f"axes {axes}", lambda x: x.flip(axes), normal(2, 3, 4), axes=axes)


def windows():
    for name, shape, kernel, stride, padding, dilation in [
        ("two by two", (2, 2, 4, 5), (2, 2), (1, 1), (0, 0), (1, 1)),
        ("everything", (1, 3, 7, 6), (3, 2), (2, 1), (1, 2), (1, 2)),
        ("stride past the kernel", (1, 2, 7, 8), (2, 2), (3, 4), (0, 0), (1, 1)),
    ]:
        options = dict(kernelSize=list(kernel), stride=list(stride), padding=list(padding), dilation=list(dilation))
        compute = lambda x: F.unfold(x, kernel, dilation, padding, stride)
        pictures = normal(*shape)
        case("Unfold", name, compute, pictures, **options)
        size = shape[2:]
        columns = normal(*compute(pictures).shape)
        compute = lambda x: F.fold(x, size, kernel, dilation, padding, stride)
        case("Fold", name, compute, columns, outputSize=list(size), **options)


def pools():
    for name, shape, kernel, stride, padding in [
        ("ceiling, last window half outside", (2, 2, 5, 7), (2, 2), (2, 2), (0, 0)),
        ("ceiling, overlapping, padded", (1, 2, 7, 6), (3, 3), (2, 2), (1, 1)),
        ("ceiling, a window that would start behind", (1, 2, 4, 5), (2, 2), (3, 3), (1, 1)),
        ("ceiling, unequal", (1, 2, 6, 7), (3, 2), (2, 3), (1, 0)),
        ("ceiling, window larger than the picture", (1, 2, 2, 3), (3, 4), (2, 2), (0, 0)),
    ]:
        options = dict(kernelSize=list(kernel), stride=list(stride), padding=list(padding), dilation=[1, 1])
        compute = lambda x: F.max_pool2d(x, kernel, stride, padding, ceil_mode=True)
        case("MaxPool2d", name, compute, distinct(*shape), **options)
        for count in (True, False):
            compute = lambda x: F.avg_pool2d(x, kernel, stride, padding, True, count)
            suffix = "" if count else ", padding not counted"
            case("AveragePool2d", name + suffix, compute, normal(*shape), countPadding=count, **options)
    options = dict(kernelSize=[2, 3], stride=[3, 2], padding=[0, 0], dilation=[2, 1])
    compute = lambda x: F.max_pool2d(x, (2, 3), (3, 2), 0, (2, 1), True)
    case("MaxPool2d", "ceiling, dilation", compute, distinct(1, 2, 7, 6), **options)
    for p in (1.0, 1.5, 2.0, 3.0):
        compute = lambda x: F.lp_pool2d(x, p, (2, 3), (2, 1))
        options = dict(p=p, kernelSize=[2, 3], stride=[2, 1])
        case("LpPool2d", f"p = {p}", compute, uniform(0.25, 2, 2, 2, 5, 5), **options)
    options = dict(p=2.0, kernelSize=[2, 2], stride=[2, 2])
    case("LpPool2d", "p = 2, both signs", lambda x: F.lp_pool2d(x, 2.0, 2), normal(1, 2, 4, 4), **options)
    for name, shape, size in [
        ("equal windows", (2, 2, 6, 4), (3, 2)),
        ("windows that share rows", (2, 2, 7, 5), (3, 2)),
        ("one window", (2, 3, 4, 5), (1, 1)),
        ("more windows than pixels", (1, 2, 2, 3), (3, 5)),
    ]:
        options = dict(outputSize=list(size))
        case("AdaptiveAveragePool2d", name, lambda x: F.adaptive_avg_pool2d(x, size), normal(*shape), **options)
        case("AdaptiveMaxPool2d", name, lambda x: F.adaptive_max_pool2d(x, size), distinct(*shape), **options)


def upsampling():
    for name, shape, size in [
        ("twice", (2, 2, 3, 4), (6, 8)),
        ("odd sizes", (1, 2, 3, 4), (7, 5)),
        ("smaller", (1, 2, 7, 6), (3, 4)),
        ("one pixel", (2, 1, 1, 1), (3, 2)),
        ("to one pixel", (1, 2, 4, 3), (1, 1)),
    ]:
        options = dict(size=list(size), mode="Nearest", alignCorners=False)
        case("Upsample2d", f"{name}, nearest", lambda x: F.interpolate(x, size), normal(*shape), **options)
        for corners in (True, False):
            compute = lambda x: F.interpolate(x, size, mode="bilinear", align_corners=corners)
            options = dict(size=list(size), mode="Linear", alignCorners=corners)
            case("Upsample2d", f"{name}, corners aligned {corners}", compute, normal(*shape), **options)
    options = dict(scale=[2, 3], mode="Linear", alignCorners=False)
    compute = lambda x: F.interpolate(x, scale_factor=(2, 3), mode="bilinear", align_corners=False)
    case("Upsample2d", "a scale", compute, normal(1, 2, 3, 2), **options)


def same(size, kernel, stride, dilation):
    """TensorFlow's rule for one axis: (before, after)."""
    total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def convolutions():
    for mode, name in MODES.items():
        compute = lambda x, w, b: F.conv2d(F.pad(x, (2, 2, 1, 1), mode=name), w, b)
        options = dict(padding=[1, 1, 2, 2], mode=mode)
        case("Conv2d", f"padding by {name}", compute, normal(1, 2, 4, 5), normal(3, 2, 3, 3), normal(3), **options)
    for name, shape, kernel, stride, dilation in [
        ("odd kernel", (1, 2, 5, 6), (3, 3), (1, 1), (1, 1)),
        ("even kernel", (1, 2, 5, 6), (2, 4), (1, 1), (1, 1)),
        ("stride", (1, 2, 5, 6), (3, 3), (2, 2), (1, 1)),
        ("stride past the kernel", (1, 2, 7, 8), (2, 1), (3, 3), (1, 1)),
        ("dilation", (1, 2, 6, 5), (3, 2), (1, 2), (2, 3)),
    ]:
        rows, columns = (same(shape[2 + a], kernel[a], stride[a], dilation[a]) for a in (0, 1))
        compute = lambda x, w, b: F.conv2d(F.pad(x, columns + rows), w, b, stride, 0, dilation)
        options = dict(stride=list(stride), dilation=list(dilation), same=True)
        weight = normal(3, 2, *kernel)
        case("Conv2d", f"same, {name}", compute, normal(*shape), weight, normal(3), **options)
    compute = lambda x, w, b: F.conv2d(x, w.flip(2, 3), b, 1, 1)
    options = dict(padding=[1, 1, 1, 1], flipKernel=True)
    case("Conv2d", "kernel flipped", compute, normal(1, 2, 4, 5), normal(3, 2, 3, 2), normal(3), **options)
    compute = lambda x, w, b: F.conv2d(x, w, b, (2, 1), (1, 0), groups=3)
    options = dict(stride=[2, 1], padding=[1, 1, 0, 0])
    for name, filters in {"one filter": 3, "two filters": 6}.items():
        weight = normal(filters, 1, 3, 2)
        case("DepthwiseConv2d", name, compute, normal(2, 3, 5, 4), weight, normal(filters), **options)

    def separable(x, depthwise, pointwise, bias):
        return F.conv2d(F.conv2d(x, depthwise, None, 1, 1, groups=2), pointwise, bias)

    weights = [normal(4, 1, 3, 3), normal(3, 4, 1, 1), normal(3)]
    case("SeparableConv2d", "two filters a channel", separable, normal(2, 2, 4, 5), *weights, padding=[1, 1, 1, 1])


def lines():
    for name, shape, weight, bias, stride, padding, dilation, groups in [
        ("plain", (2, 3, 7), (4, 3, 3), True, 1, 0, 1, 1),
        ("no bias", (2, 3, 7), (4, 3, 3), False, 1, 0, 1, 1),
        ("everything", (2, 4, 9), (6, 2, 3), True, 2, 2, 2, 2),
        ("stride past the kernel", (1, 2, 9), (3, 2, 2), True, 4, 1, 1, 1),
        ("length one", (1, 3, 1), (2, 3, 1), True, 1, 0, 1, 1),
    ]:
        inputs = [normal(*shape), normal(*weight)] + ([normal(weight[0])] if bias else [])
        compute = lambda x, w, b=None: F.conv1d(x, w, b, stride, padding, dilation, groups)
        case("Conv1d", name, compute, *inputs, stride=stride, padding=[padding] * 2, dilation=dilation, groups=groups)
    options = dict(stride=1, padding=[2, 2], dilation=1, groups=1, mode="Reflect")
    compute = lambda x, w, b: F.conv1d(F.pad(x, (2, 2), mode="reflect"), w, b)
    case("Conv1d", "padding by reflect", compute, normal(1, 2, 5), normal(3, 2, 3), normal(3), **options)
    options = dict(stride=2, dilation=1, groups=1, same=True)
    compute = lambda x, w, b: F.conv1d(F.pad(x, same(6, 3, 2, 1)), w, b, 2)
    case("Conv1d", "same, stride", compute, normal(1, 2, 6), normal(3, 2, 3), normal(3), **options)
    for name, shape, weight, bias, stride, padding, extra, dilation, groups in [
        ("plain", (2, 3, 4), (3, 2, 3), True, 1, 0, 0, 1, 1),
        ("everything", (2, 4, 5), (4, 3, 3), False, 3, 1, 2, 2, 2),
        ("length one", (1, 2, 1), (2, 3, 4), True, 2, 0, 0, 1, 1),
    ]:
        inputs = [normal(*shape), normal(*weight)] + ([normal(weight[1] * groups)] if bias else [])
        compute = lambda x, w, b=None: F.conv_transpose1d(x, w, b, stride, padding, extra, groups, dilation)
        options = dict(stride=stride, padding=padding, outputPadding=extra, dilation=dilation, groups=groups)
        case("ConvTranspose1d", name, compute, *inputs, **options)
    for name, length, kernel, stride, padding, ceiling in [
        ("two", 6, 2, 2, 0, False),
        ("overlapping, padded", 7, 3, 2, 1, False),
        ("ceiling", 6, 3, 2, 1, True),
        ("ceiling, a window that would start behind", 5, 2, 3, 1, True),
    ]:
        options = dict(kernelSize=kernel, stride=stride, padding=padding, ceilingMode=ceiling)
        compute = lambda x: F.max_pool1d(x, kernel, stride, padding, 1, ceiling)
        case("MaxPool1d", name, compute, distinct(2, 3, length), dilation=1, **options)
        for count in (True, False):
            compute = lambda x: F.avg_pool1d(x, kernel, stride, padding, ceiling, count)
            suffix = "" if count else ", padding not counted"
            case("AveragePool1d", name + suffix, compute, normal(2, 3, length), countPadding=count, **options)
    compute = lambda x: F.max_pool1d(x, 2, 3, 0, 2)
    options = dict(kernelSize=2, stride=3, padding=0, dilation=2, ceilingMode=False)
    case("MaxPool1d", "dilation", compute, distinct(1, 2, 8), **options)
    for p in (2.0, 3.0):
        compute = lambda x: F.lp_pool1d(x, p, 3, 2)
        case("LpPool1d", f"p = {p}", compute, uniform(0.25, 2, 2, 2, 7), p=p, kernelSize=3, stride=2)
    for size in (1, 3, 5):
        options = dict(outputSize=size)
        name = f"{size} of 7"
        case("AdaptiveAveragePool1d", name, lambda x: F.adaptive_avg_pool1d(x, size), normal(2, 2, 7), **options)
        case("AdaptiveMaxPool1d", name, lambda x: F.adaptive_max_pool1d(x, size), distinct(2, 2, 7), **options)
    for name, shape in {"sequences": (2, 3, 5), "pictures": (2, 3, 4, 3)}.items():
        axes = tuple(range(2, len(shape)))
        case("GlobalAveragePool", name, lambda x: x.mean(axes), normal(*shape))
        case("GlobalMaxPool", name, lambda x: x.amax(axes), distinct(*shape))
    for name, size in {"longer": 7, "shorter": 2}.items():
        options = dict(size=size, mode="Nearest", alignCorners=False)
        case("Upsample1d", f"{name}, nearest", lambda x: F.interpolate(x, size), normal(2, 2, 4), **options)
        for corners in (True, False):
            compute = lambda x: F.interpolate(x, size, mode="linear", align_corners=corners)
            options = dict(size=size, mode="Linear", alignCorners=corners)
            case("Upsample1d", f"{name}, corners aligned {corners}", compute, normal(2, 2, 4), **options)
    for mode, name in MODES.items():
        compute = lambda x: F.pad(x, (2, 1), mode=name)
        case("Pad1d", name, compute, normal(2, 2, 4), mode=mode, padding=[2, 1])
    options = dict(mode="Zeros", padding=[0, 2], value=-1.5)
    case("Pad1d", "a value", lambda x: F.pad(x, (0, 2), value=-1.5), normal(1, 2, 3), **options)


if __name__ == "__main__":
    random.manual_seed(21)
    for group in (transposed, pads, flips, windows, pools, upsampling):
        group()
    write("spatial_ops.json")
    for group in (convolutions, lines):
        group()
    write("spatial_layers.json")
