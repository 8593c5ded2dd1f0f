"""Computes, in NumPy, the published numbers of a two-layer network on toy data, prints them, writes two_layer_net.json.

The network: scores = relu(X W1 + b1) W2 + b2 with 4 inputs, 10 hidden units and 3 classes; the loss is the mean
cross-entropy of the softmax plus reg * (sum W1^2 + sum W2^2). W1 then W2 are 0.1 * randn from seed 0, the biases are
zero; the data X = 10 * randn(5, 4) from seed 1. Training makes the weights again from seed 0 and goes on in that
stream: each of 100 iterations draws choice(5, 200), takes a step of gradient descent, and multiplies the rate by 0.95.
"""

import json
import os

import numpy as np


def make_weights():
    np.random.seed(0)
    w1 = 0.1 * np.random.randn(4, 10)
    w2 = 0.1 * np.random.randn(10, 3)
    return [w1, np.zeros(10), w2, np.zeros(3)]


def make_data():
    np.random.seed(1)
    return 10 * np.random.randn(5, 4), np.array([0, 1, 2, 2, 1])


def forward(weights, x):
    w1, b1, w2, b2 = weights
    hidden = np.maximum(0, x @ w1 + b1)
    return hidden, hidden @ w2 + b2


def loss_and_gradients(weights, x, y, reg):
    w1, _, w2, _ = weights
    hidden, scores = forward(weights, x)
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean() + reg * (np.sum(w1 * w1) + np.sum(w2 * w2))
    d_scores = p.copy()
    d_scores[rows, y] -= 1
    d_scores /= len(y)
    d_hidden = (d_scores @ w2.T) * (hidden > 0)
    return loss, [
        x.T @ d_hidden + 2 * reg * w1,
        d_hidden.sum(axis=0),
        hidden.T @ d_scores + 2 * reg * w2,
        d_scores.sum(axis=0),
    ]


def numeric_gradient(weights, which, x, y, reg, step=1e-5):
    target = weights[which]
    gradient = np.zeros_like(target)
    for place in np.ndindex(*target.shape):
        kept = target[place]
        target[place] = kept + step
        above = loss_and_gradients(weights, x, y, reg)[0]
        target[place] = kept - step
        below = loss_and_gradients(weights, x, y, reg)[0]
        target[place] = kept
        gradient[place] = (above - below) / (2 * step)
    return gradient


weights = make_weights()
x, y = make_data()
print("scores")
scores = forward(weights, x)[1]
print(scores)
loss, gradients = loss_and_gradients(weights, x, y, reg=0.05)
expected = {"scores": scores.tolist(), "loss": loss, "gradients": [g.tolist() for g in gradients]}
print("loss", repr(float(loss)))
for name, which in (("W1", 0), ("b1", 1), ("W2", 2), ("b2", 3)):
    numeric = numeric_gradient(weights, which, x, y, reg=0.05)
    error = np.abs(numeric - gradients[which]) / np.maximum(1e-8, np.abs(numeric) + np.abs(gradients[which]))
    print(f"{name}: relative error of the gradient {error.max():.6e}")

weights = make_weights()
rate = 1e-1
history = []
# The stream goes on from the weights: making the data again here would seed it anew.
for _ in range(100):
    batch = np.random.choice(5, 200)
    loss, gradients = loss_and_gradients(weights, x[batch], y[batch], reg=5e-6)
    history.append(loss)
    for weight, gradient in zip(weights, gradients):
        weight -= rate * gradient
    rate *= 0.95
print("first loss", repr(float(history[0])))
print("last loss", repr(float(history[-1])))

# What the exercise prints; the file is written only when every one of these numbers is met.
assert abs(expected["loss"] - 1.30378789133) < 1e-11
assert f"{history[0]:.6f}" == "1.241994"
assert abs(history[-1] - 0.017149607938732023) < 1e-12
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "two_layer_net.json"), "w", encoding="utf-8") as out:
    json.dump({**expected, "losses": history}, out, separators=(",", ":"))
    out.write("\n")
