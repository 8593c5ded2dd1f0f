"""Writes the golden values of layer, group and instance normalisation. Run `python3 tests/golden/generate_layer_norms.py`; see `golden.py`."""

import torch.nn.functional as F

from golden import case, normal, random, uniform, write

random.manual_seed(13)
affine = lambda *shape: (uniform(0.5, 1.5, *shape), normal(*shape))


def layer_norm(name, x, shape, parameters, epsilon=1e-5):
    compute = lambda x, *p: F.layer_norm(x, shape, *p, eps=epsilon)
    case("LayerNorm", name, compute, x, *parameters, normalizedShape=shape, epsilon=epsilon)


def group_norm(name, x, groups, parameters, epsilon=1e-5):
    case("GroupNorm", name, lambda x, *p: F.group_norm(x, groups, *p, eps=epsilon), x, *parameters, groups=groups, epsilon=epsilon)


def instance_norm(name, x, parameters, tracks=False, training=True, momentum=0.1, epsilon=1e-5):
    """Outputs: y, then where statistics are tracked the running ones after the call."""
    mean, variance = normal(x.shape[1]), uniform(0.5, 2, x.shape[1])

    def compute(x, weight=None, bias=None):
        if not tracks:
            return F.instance_norm(x, None, None, weight, bias, True, momentum, epsilon)
        m, v = mean.clone(), variance.clone()
        return F.instance_norm(x, m, v, weight, bias, training, momentum, epsilon), m, v

    options = dict(training=training, momentum=momentum, epsilon=epsilon)
    if tracks:
        options |= dict(runningMean=mean.tolist(), runningVariance=variance.tolist())
    case(f"InstanceNorm{x.dim() - 2}d", name, compute, x, *parameters, **options)


layer_norm("features", normal(4, 6) * 2 + 1, [6], affine(6))
layer_norm("sequences", normal(2, 3, 5) * 3, [5], affine(5))
layer_norm("two axes", normal(2, 3, 4) + 2, [3, 4], affine(3, 4))
layer_norm("not affine, epsilon 0.01", normal(3, 7), [7], (), 0.01)
layer_norm("one feature", normal(3, 1), [1], affine(1))
group_norm("pictures", normal(2, 6, 3, 2) * 2 + 1, 3, affine(6))
group_norm("rows", normal(3, 8), 2, affine(8))
group_norm("one group", normal(2, 4, 5), 1, affine(4))
group_norm("a group a channel", normal(2, 3, 5), 3, affine(3))
group_norm("not affine, epsilon 0.01", normal(2, 4, 5), 2, (), 0.01)
for shape in ((3, 2, 5), (2, 3, 3, 4)):
    instance_norm("plain", normal(*shape) * 2 + 1, ())
    instance_norm("affine, epsilon 0.01", normal(*shape), affine(shape[1]), epsilon=0.01)
    for training in (True, False):
        name = f"running statistics, {'training' if training else 'inference'}"
        instance_norm(name, normal(*shape) * 2 - 1, affine(shape[1]), True, training, 0.3)
write("layer_norms.json")
