#!/usr/bin/env python3
"""Turns what a terminal shows into an SVG picture.

    tmux new-session -d -s shot -x 92 -y 30 'COLORTERM=truecolor descent train digits'
    tmux capture-pane -t shot -p -e | python3 docs/images/terminal_svg.py > docs/images/training.svg

Braille, blocks and bars are drawn as shapes, so that the picture does not depend on the reader's fonts.
"""

import html
import re
import sys

CELL_WIDTH, CELL_HEIGHT, MARGIN, BAR = 8.4, 18, 16, 30
FOREGROUND, BACKGROUND = "#d4d4d4", "#1b1d23"
BASIC = [
    "#000000", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d4d4d4",
    "#7f848e", "#f07178", "#a6d189", "#f0d78c", "#82c0ff", "#d8a0ee", "#7fd5d5", "#ffffff",
]


def indexed(number):
    """A colour of the 256."""
    if number < 16:
        return BASIC[number]
    if number >= 232:
        level = 8 + 10 * (number - 232)
        return f"#{level:02x}{level:02x}{level:02x}"
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return "#%02x%02x%02x" % (levels[number // 36], levels[number // 6 % 6], levels[number % 6])


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.front, self.back, self.bold = FOREGROUND, None, False

    def apply(self, text):
        codes = [int(code or 0) for code in text.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code == 22:
                self.bold = False
            elif code == 39:
                self.front = FOREGROUND
            elif code == 49:
                self.back = None
            elif 30 <= code <= 37:
                self.front = BASIC[code - 30]
            elif 90 <= code <= 97:
                self.front = BASIC[code - 82]
            elif code in (38, 48):
                if codes.pop(0) == 5:
                    color = indexed(codes.pop(0))
                else:
                    color = "#%02x%02x%02x" % (codes.pop(0), codes.pop(0), codes.pop(0))
                if code == 38:
                    self.front = color
                else:
                    self.back = color


def cells(line, style):
    """The characters of a line, each with its colours."""
    for escape, character in re.findall(r"\x1b\[([0-9;]*)m|(.)", line):
        if character:
            yield character, style.front, style.back, style.bold
        else:
            style.apply(escape)


def rectangle(x, y, width, height, color):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.2f}" height="{height:.2f}" fill="{color}"/>'


def shape(character, x, y, color):
    """The shapes of a character that is drawn, or None for one that is written."""
    code = ord(character)
    if 0x2800 <= code < 0x2900:
        places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
        return "".join(
            f'<circle cx="{x + CELL_WIDTH * (0.27 + 0.5 * column):.1f}" cy="{y + CELL_HEIGHT * (row + 0.5) / 4:.1f}" r="1.3" fill="{color}"/>'
            for bit, (column, row) in enumerate(places)
            if code - 0x2800 >> bit & 1
        )
    if character == "▀":
        return rectangle(x, y, CELL_WIDTH + 0.2, CELL_HEIGHT / 2, color)
    if character == "━":
        return rectangle(x, y + CELL_HEIGHT / 2 - 2, CELL_WIDTH + 0.1, 4, color)
    if "▉" <= character <= "▏" or character == "█":
        return rectangle(x, y + 3, CELL_WIDTH * (0x2590 - code) / 8, CELL_HEIGHT - 6, color)
    if character == "●":
        return f'<circle cx="{x + CELL_WIDTH / 2:.1f}" cy="{y + CELL_HEIGHT / 2:.1f}" r="3.6" fill="{color}"/>'
    if character in "─│└┼":
        center, middle = x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2
        parts = {
            "─": [(x, middle, CELL_WIDTH, 1)],
            "│": [(center, y, 1, CELL_HEIGHT)],
            "└": [(center, y, 1, CELL_HEIGHT / 2), (center, middle, CELL_WIDTH / 2, 1)],
            "┼": [(x, middle, CELL_WIDTH, 1), (center, y, 1, CELL_HEIGHT)],
        }
        return "".join(rectangle(*part, color) for part in parts[character])
    return None


def main():
    lines = sys.stdin.read().rstrip("\n ").split("\n")
    style, body, columns = Style(), [], 0
    for row, line in enumerate(lines):
        y, run = MARGIN + BAR + row * CELL_HEIGHT, []
        for column, (character, front, back, bold) in enumerate(cells(line, style)):
            x = MARGIN + column * CELL_WIDTH
            if back:
                body.append(rectangle(x, y, CELL_WIDTH + 0.2, CELL_HEIGHT + 0.2, back))
            drawn = shape(character, x, y, front)
            if drawn is not None:
                body.append(drawn)
            elif character != " ":
                columns = max(columns, column + 1)
                if run and run[-1][0] + len(run[-1][1]) == column and run[-1][2:] == (front, bold):
                    run[-1] = (run[-1][0], run[-1][1] + character, front, bold)
                else:
                    run.append((column, character, front, bold))
            columns = max(columns, column + 1 if character != " " else 0)
        for column, text, front, bold in run:
            x = MARGIN + column * CELL_WIDTH
            weight = ' font-weight="bold"' if bold else ""
            body.append(
                f'<text x="{x:.1f}" y="{y + 13}" fill="{front}"{weight} textLength="{len(text) * CELL_WIDTH:.1f}">{html.escape(text)}</text>'
            )
    width = 2 * MARGIN + columns * CELL_WIDTH
    height = 2 * MARGIN + BAR + len(lines) * CELL_HEIGHT
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
        ' font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="13.5">'
    )
    print(f'<rect width="100%" height="100%" rx="9" fill="{BACKGROUND}"/>')
    for place, color in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        print(f'<circle cx="{MARGIN + 6 + 20 * place}" cy="20" r="6" fill="{color}"/>')
    print("\n".join(body))
    print("</svg>")


if __name__ == "__main__":
    main()
