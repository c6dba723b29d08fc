"""A plot of lines as SVG, both axes logarithmic."""

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 640, 400, 60
"""Pixels."""
COLOURS = ("#d1495b", "#30638e", "#7a7a7a", "#00798c")
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def plot(title: str, unit: str, xs: Sequence[float], lines: Mapping[str, Sequence[float]]) -> str:
    """One line for each name, labelled at its end."""
    low, high = min(map(min, lines.values())), max(map(max, lines.values()))

    def x(value: float) -> float:
        return MARGIN + (WIDTH - 2.5 * MARGIN) * math.log(value / xs[0]) / math.log(xs[-1] / xs[0])

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * math.log(value / low) / math.log(high / low)

    parts = [text(WIDTH / 2, MARGIN / 2, title, "middle"), text(WIDTH / 2, HEIGHT - 12, unit, "middle")]
    for value in xs:
        parts += [text(x(value), HEIGHT - MARGIN + 20, f"{value:g}", "middle")]
    for value in (tick for tick in TICKS if low <= tick <= high):
        rule = f'<path d="M{x(xs[0]):.1f} {y(value):.1f}H{x(xs[-1]):.1f}" stroke="#ccc"/>'
        parts += [rule, text(MARGIN - 8, y(value) + 4, f"{value:g}", "end")]
    for (name, values), colour in zip(lines.items(), COLOURS, strict=False):
        points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in zip(xs, values, strict=True))
        parts += [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>']
        parts += [text(x(xs[-1]) + 8, y(values[-1]) + 4, name, "start", colour)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    return head + '<rect width="100%" height="100%" fill="#fff"/>' + "".join(parts) + "</svg>\n"


def text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" text-anchor="{anchor}" fill="{colour}">{words}</text>'
