#!/usr/bin/python3
"""The first training step of nielsen_cnn in a fresh process: prints one JSON line. Threads: OMP_NUM_THREADS."""
import torch
from torch import nn

model = nn.Sequential(
    nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 40, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(640, 1000), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1000, 1000), nn.ReLU(), nn.Dropout(0.5),
    nn.Linear(1000, 10),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
images, labels = torch.rand(100, 1, 28, 28), torch.randint(0, 10, (100,))
loss = nn.functional.cross_entropy(model(images), labels)
loss.backward()
optimizer.step()

import json, resource

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(dict(name='first_step', threads=torch.get_num_threads(), loss=loss.item(), rss_mb=peak)), flush=True)
