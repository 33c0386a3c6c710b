"""Bars from one value to another, one a row: waterfalls, ranges, tornadoes, indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.report.canvas import EMISSION, SINK
from optimizer.report.html.svg import Drawing, Scale, text_width, ticks

if TYPE_CHECKING:
    from markupsafe import Markup

    from optimizer.report.html.language import Language

WIDTH, ROW, TOP = 860.0, 24.0, 12.0
#: Colour of a total.
TOTAL = "#2b2b2b"


@dataclass(frozen=True)
class Bar:
    """One row: its name, where the bar begins and ends, and what to write behind it."""

    label: str
    start: float
    end: float
    told: str
    colour: str = ""
    mark: float | None = None

    @property
    def fill(self) -> str:
        """Own colour, else by direction."""
        return self.colour or (SINK if self.end >= self.start else EMISSION)


def bars_chart(
    bars: Sequence[Bar], language: Language, *, label: str, unit: str, joined: bool = False,
    zero: bool = True,
) -> Markup:
    """Draw rows of bars over a common axis.

    Parameters
    ----------
    bars
        From top to bottom.
    language
        For the numbers on the axis.
    label
        What the picture shows, in words.
    unit
        Title of the axis.
    joined
        Whether the end of each is where the next begins, shown by thin lines.
    zero
        Whether the axis has to show 0.
    """
    left = min(330.0, 16 + max((text_width(bar.label) for bar in bars), default=0.0))
    right = 16 + max((text_width(bar.told) for bar in bars), default=0.0)
    bottom = TOP + ROW * len(bars)
    drawing = Drawing(WIDTH, bottom + 44, label)
    values = [value for bar in bars for value in (bar.start, bar.end)] + ([0.0] if zero else [])
    marks = ticks(min(values, default=0.0), max(values, default=1.0), 6)
    scale = Scale(marks[0], marks[-1], left + 8, WIDTH - right)
    for value in marks:
        x = scale(value)
        drawing.line(x, TOP - 4, x, bottom, class_="zero" if value == 0 else "grid")
        drawing.text(x, bottom + 16, language.round(value), "middle", class_="quiet")
    drawing.text((left + WIDTH - right) / 2, bottom + 36, unit, "middle", class_="quiet")
    for row, bar in enumerate(bars):
        _bar(drawing, bar, TOP + ROW * row, scale, left)
        if joined and row + 1 < len(bars):
            x = scale(bar.end)
            drawing.line(x, TOP + ROW * row + 4, x, TOP + ROW * (row + 2) - 6, class_="axis")
    return drawing.markup()


def _bar(drawing: Drawing, bar: Bar, top: float, scale: Scale, left: float) -> None:
    """Draw one row."""
    a, b = sorted((scale(bar.start), scale(bar.end)))
    drawing.text(left, top + 15, _cut(bar.label, left - 8), "end")
    drawing.bar(a, top + 4, b - a, ROW - 9, f"{bar.label}: {bar.told}", fill=bar.fill)
    if bar.mark is not None:
        x = scale(bar.mark)
        drawing.add("path", d=f"M{x:.1f} {top + 1:.1f}l5 5l-5 5l-5 -5z", fill="#ffffff",
                    stroke=TOTAL, stroke_width=1.2)
    drawing.text(b + 7, top + 15, bar.told)


def _cut(label: str, width: float) -> str:
    """Shorten a label that does not fit."""
    while len(label) > 4 and text_width(label) > width:
        label = label[:-2].rstrip() + "…"
    return label
