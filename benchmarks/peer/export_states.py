#!/usr/bin/python3
"""Writes what each workload of the peer starts from, and what it has become after five steps without dropout.

usage: export_states.py BENCH_TORCH OUT [--only a,b]    (names that have no state to export are left out)

BENCH_TORCH is the peer's script of workloads, whose steps are closures over model, optimizer and batch: they are
taken from there, so that both sides begin with the same numbers. One safetensors file per workload:
before.0, before.1, ... (weights and running statistics in the model's order), input, target, losses, after.0, ...
"""
import argparse, json, runpy, struct, sys
import numpy as np
import torch

parser = argparse.ArgumentParser()
parser.add_argument('bench_torch')
parser.add_argument('out')
parser.add_argument('--only', default='')
arguments = parser.parse_args()

# With every workload skipped, running the script defines them and measures nothing.
sys.argv = [arguments.bench_torch, '--only', 'none', '--skip', 'none']
workloads = runpy.run_path(arguments.bench_torch)['W']

STEPS = 5
ADAM_SAMPLE = 1_000_000


def closure(step):
    return dict(zip(step.__code__.co_freevars, (cell.cell_contents for cell in step.__closure__)))


def save(path, tensors):
    header, data, offset = {}, [], 0
    for name, tensor in tensors.items():
        array = np.ascontiguousarray(tensor.detach().numpy())
        kind = {'float32': 'F32', 'float64': 'F64', 'int64': 'I64'}[str(array.dtype)]
        header[name] = dict(dtype=kind, shape=list(array.shape), data_offsets=[offset, offset + array.nbytes])
        data.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)))
        file.write(text)
        file.writelines(data)


def numbered(prefix, model):
    kept = [value for name, value in model.state_dict().items() if not name.endswith('num_batches_tracked')]
    return {f'{prefix}.{index}': value.clone() for index, value in enumerate(kept)}


def network(parts):
    model, optimizer, loss_of, x, y = (parts[name] for name in ('model', 'opt', 'lossf', 'x', 'y'))
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0
    model.load_state_dict(fresh_state(model))
    tensors = numbered('before', model)
    if parts.get('exactly'):
        model.double()
        x, y = x.double(), y.double() if y.is_floating_point() else y
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    precision = next(model.parameters()).dtype
    return {
        **tensors,
        'input': parts['x'],
        'target': parts['y'],
        'losses': torch.tensor(losses, dtype=precision),
        **numbered('after', model),
    }


def exactly(parts):
    """In float64: these steps magnify the rounding of float32 until two right answers differ."""
    return network({**parts, 'exactly': True})


def fresh_state(model):
    """The state with fresh running statistics: counting the work ran the model once already."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    for name, value in state.items():
        if name.endswith('running_mean'):
            value.zero_()
        if name.endswith('running_var'):
            value.fill_(1)
    return state


def recurrent(parts):
    """Names its parts otherwise than `network`, and has cross-entropy for its loss."""
    loss_of = torch.nn.functional.cross_entropy
    return network({**parts, 'model': parts['m'], 'lossf': loss_of})


def transfer(parts):
    """Only the head of the frozen network changes."""
    frozen = network({**parts, 'model': parts['m'], 'lossf': torch.nn.functional.binary_cross_entropy_with_logits})
    head = [tensor for name, tensor in parts['m'].state_dict().items() if name.startswith('classifier.6.')]
    kept = {name: tensor for name, tensor in frozen.items() if not name.startswith('after.')}
    return {**kept, **{f'after.{index}': tensor for index, tensor in enumerate(head)}}


def inference(parts):
    model, x = parts['m'], parts['x']
    with torch.no_grad():
        return {**numbered('before', model), 'input': x, 'after.0': model.eval()(x)}


def cross_entropy(parts):
    x, y = parts['x'], parts['y']
    x.grad = None
    loss = torch.nn.functional.cross_entropy(x, y)
    loss.backward()
    return {'input': x, 'target': y, 'losses': loss.reshape(1), 'after.0': x.grad}


def batch_norm(parts):
    layer, x, g = parts['m'], parts['x'], parts['g']
    x.grad = None
    y = layer(x)
    y.backward(g)
    return {'input': x, 'target': g, 'after.0': y, 'after.1': x.grad}


def adam(parts):
    optimizer = parts['o']
    weight = optimizer.param_groups[0]['params'][0]
    tensors = {'before.0': weight[:ADAM_SAMPLE].clone(), 'input': weight.grad[:ADAM_SAMPLE].clone()}
    for _ in range(STEPS):
        optimizer.step()
    return {**tensors, 'after.0': weight[:ADAM_SAMPLE]}


KINDS = dict(
    **dict.fromkeys('lstm_many_to_one lstm_bidir gru_many_to_one rnn_tanh'.split(), recurrent),
    catsdogs_cnn=exactly,
    resnet18_train_b8=exactly,
    vgg16_transfer_b16=transfer,
    **dict.fromkeys(
        'lstm_infer resnet18_infer_b1 resnet18_infer_b16 vgg16_infer_b1 vgg16_infer_b8'.split(), inference
    ),
    softmax_ce_256x10000=cross_entropy,
    batchnorm_32x64x56x56=batch_norm,
    optimizer_adam_25M=adam,
)
NETWORKS = 'mlp_sgd_b1 mlp_sgd_b10 mlp_sgd_b100 bank_mlp twolayer_cifar nielsen_cnn book_mnist_cnn'.split()

known = [*NETWORKS, *KINDS]
wanted = arguments.only.split(',') if arguments.only else known
for name in (name for name in known if name in wanted):
    torch.manual_seed(0)
    parts = closure(workloads[name]()[0])
    save(f'{arguments.out}/{name}.safetensors', KINDS.get(name, network)(parts))
    print(name, flush=True)
