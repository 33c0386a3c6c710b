"""A line chart: values over years or over any number, with a legend that needs no colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.report.html.svg import Drawing, Scale, text_width, ticks

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.html.language import Language

WIDTH, HEIGHT = 860.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 92.0, 24.0, 16.0, 44.0
LEGEND_STEP = 20.0


@dataclass(frozen=True)
class Line:
    """One line: points with a gap where a value is NaN; `dash` tells it from others."""

    label: str
    colour: str
    dash: str
    x: Sequence[float]
    y: Sequence[float]
    marks: bool = False


def lines_chart(
    lines: Sequence[Line], language: Language, *, label: str, x_title: str, y_title: str,
    years: bool = False, zero: bool = True,
) -> Markup:
    """Draw lines over a common axis.

    Parameters
    ----------
    lines
        What to draw.
    language
        For the numbers on the axes.
    label
        What the picture shows, in words.
    x_title, y_title
        With units.
    years
        Whether x are years, written without separators.
    zero
        Whether the axis of values has to show 0.
    """
    rows = _legend_rows(lines)
    height = HEIGHT + LEGEND_STEP * rows
    drawing = Drawing(WIDTH, height, label)
    x_scale, y_scale = _axes(drawing, lines, language, years=years, zero=zero)
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_title, "middle", class_="quiet")
    drawing.text(4.0, 11.0, y_title, class_="quiet")
    for line in lines:
        for part in _parts(line):
            points = [(x_scale(x), y_scale(y)) for x, y in part]
            drawing.polyline(points, stroke=line.colour, stroke_width=2.2,
                             stroke_dasharray=line.dash or None, stroke_linejoin="round")
            for x, y in points if line.marks else ():
                drawing.add("circle", cx=x, cy=y, r=2.6, fill=line.colour)
    _legend(drawing, lines)
    return drawing.markup()


def _axes(
    drawing: Drawing, lines: Sequence[Line], language: Language, *, years: bool, zero: bool
) -> tuple[Scale, Scale]:
    """Draw both axes and return their scales."""
    xs = [x for line in lines for x in line.x if math.isfinite(x)] or [0.0, 1.0]
    ys = [y for line in lines for y in line.y if math.isfinite(y)] or [0.0, 1.0]
    y_ticks = ticks(min(*ys, 0.0) if zero else min(ys), max(*ys, 0.0) if zero else max(ys))
    x_scale = Scale(min(xs), max(xs), LEFT, WIDTH - RIGHT)
    y_scale = Scale(y_ticks[0], y_ticks[-1], HEIGHT - BOTTOM, TOP + 8)
    for value in y_ticks:
        y = y_scale(value)
        drawing.line(LEFT, y, WIDTH - RIGHT, y, class_="zero" if value == 0 else "grid")
        drawing.text(LEFT - 8, y + 4, language.round(value), "end", class_="quiet")
    for value in ticks(min(xs), max(xs), 7):
        if min(xs) <= value <= max(xs) and (not years or value == round(value)):
            x = x_scale(value)
            drawing.line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, class_="axis")
            drawing.text(x, HEIGHT - BOTTOM + 18, f"{value:.0f}" if years else
                         language.round(value), "middle", class_="quiet")
    return x_scale, y_scale


def _parts(line: Line) -> list[list[tuple[float, float]]]:
    """Cut a line where a value is not known."""
    parts: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            parts[-1].append((x, y))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _legend_places(lines: Sequence[Line]) -> list[tuple[float, int]]:
    """Left edge and row of every entry of the legend."""
    places, x, row = [], LEFT, 0
    for line in lines:
        width = 46 + text_width(line.label) + 18
        if x > LEFT and x + width > WIDTH:
            x, row = LEFT, row + 1
        places.append((x, row))
        x += width
    return places


def _legend_rows(lines: Sequence[Line]) -> int:
    """Rows the legend takes; none for a single line."""
    return _legend_places(lines)[-1][1] + 1 if len(lines) > 1 else 0


def _legend(drawing: Drawing, lines: Sequence[Line]) -> None:
    """Name the lines, each behind a piece of it."""
    if len(lines) < 2:
        return
    for line, (x, row) in zip(lines, _legend_places(lines), strict=True):
        y = HEIGHT + 10 + LEGEND_STEP * row
        drawing.line(x, y - 4, x + 36, y - 4, stroke=line.colour, stroke_width=2.2,
                     stroke_dasharray=line.dash or None)
        drawing.text(x + 44, y, line.label)
