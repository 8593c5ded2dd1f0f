"""Writes the golden values of the layers that look up rows. Run `python3 tests/golden/generate_tables.py`; see `golden.py`."""

import torch.nn.functional as F

from golden import case, integers, normal, random, write

random.manual_seed(11)
case("Embedding", "a vector", F.embedding, integers(5, 7), normal(5, 3))
case("Embedding", "sequences", F.embedding, integers(9, 4, 6), normal(9, 2))
compute = lambda i, w: F.embedding(i, w, padding_idx=2)
case("Embedding", "padding", compute, integers(4, 3, 5), normal(4, 3), paddingIndex=2)
case("Embedding", "nothing but padding", compute, integers(1, 2, 2) + 2, normal(4, 3), paddingIndex=2)
write("tables.json")
