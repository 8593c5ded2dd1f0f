#!/usr/bin/python3
"""Writes whole networks of torchvision on random weights, with an input and its logits: too large to keep here.

usage: export_models.py OUT    then run the tests with DESCENT_GOLDEN_MODELS=OUT

One safetensors file per network: its state dictionary, and beside it `input` (2, 3, 224, 224) and `logits`. The
running statistics are random too, so that inference depends on them.
"""
import json, struct, sys
import numpy as np
import torch
import torchvision

torch.manual_seed(0)


def save(path, tensors):
    header, data, offset = {}, [], 0
    for name, tensor in tensors.items():
        array = np.ascontiguousarray(tensor.detach().numpy().astype(np.float32))
        header[name] = dict(dtype='F32', shape=list(array.shape), data_offsets=[offset, offset + array.nbytes])
        data.append(array)
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)))
        file.write(text)
        for array in data:
            file.write(array.tobytes())


for name in ('resnet18', 'resnet50', 'vgg16'):
    model = getattr(torchvision.models, name)(weights=None)
    for part in model.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 1.5)
            part.weight.data.uniform_(0.5, 1.5)
            part.bias.data.normal_(0, 0.1)
    model.eval()
    x = torch.rand(2, 3, 224, 224)
    with torch.no_grad():
        logits = model(x)
    state = {key: value for key, value in model.state_dict().items() if not key.endswith('num_batches_tracked')}
    save(f'{sys.argv[1]}/{name}.safetensors', {**state, 'input': x, 'logits': logits})
    print(name, float(logits.abs().max()), flush=True)
