#!/usr/bin/env python3
"""Draws the validation accuracy of training runs over their epochs.

    python3 docs/images/curve_svg.py 'label=runs/mnist-1/metrics.jsonl' ... > docs/images/mnist-curve.svg
"""

import json
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 360, 64, 24, 24, 48
COLOURS = ["#0072b2", "#d55e00", "#009e73"]
LOW, HIGH = 98.0, 99.6


def load(path):
    with open(path) as lines:
        return [(row["epoch"], 100 * row["validation_accuracy"]) for row in map(json.loads, lines)]


def main():
    runs = [(label, load(path)) for label, path in (argument.split("=", 1) for argument in sys.argv[1:])]
    last = max(epoch for _, points in runs for epoch, _ in points)

    def x(epoch):
        return LEFT + (epoch - 1) / max(1, last - 1) * (WIDTH - LEFT - RIGHT)

    def y(accuracy):
        return TOP + (HIGH - accuracy) / (HIGH - LOW) * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for step in range(round((HIGH - LOW) / 0.2) + 1):
        accuracy = LOW + 0.2 * step
        out.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(accuracy):.1f}" y2="{y(accuracy):.1f}" stroke="#dddddd"/>'
            f'<text x="{LEFT - 8}" y="{y(accuracy) + 4:.1f}" text-anchor="end" fill="#444444">{accuracy:.1f} %</text>'
        )
    for epoch in [1, *range(5, last + 1, 5)]:
        out.append(f'<text x="{x(epoch):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#444444">{epoch}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle" fill="#444444">epoch</text>')
    for number, (label, points) in enumerate(runs):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{x(epoch):.1f},{y(accuracy):.1f}" for epoch, accuracy in points if accuracy >= LOW)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        height = HEIGHT - BOTTOM - 20 * (len(runs) - number)
        out.append(
            f'<line x1="{WIDTH - 330}" x2="{WIDTH - 300}" y1="{height - 4}" y2="{height - 4}" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{WIDTH - 292}" y="{height}" fill="#222222">{label}</text>'
        )
    out.append("</svg>")
    print("\n".join(out))


main()
