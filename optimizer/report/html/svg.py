"""Pictures as SVG text that stands in the page: shapes, axes, and nothing unescaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

#: Widths of letters over the font size: narrow enough to keep labels apart, wide for Chinese.
_WIDE, _NARROW = 1.0, 0.56


@dataclass
class Drawing:
    """A picture under way.

    Parameters
    ----------
    width, height
        Of the view box, in user units (about a pixel each).
    label
        What the picture shows, for those who do not see it.
    """

    width: float
    height: float
    label: str
    parts: list[Markup] = field(default_factory=list)

    def add(self, tag: str, text: str | None = None, /, **attributes: Any) -> None:
        """Add an element; `_` in the names of attributes stands for `-`, a last one is dropped."""
        written = Markup(" ").join(
            Markup('{}="{}"').format(name.rstrip("_").replace("_", "-"), _short(value))
            for name, value in attributes.items() if value is not None)
        if text is None:
            self.parts.append(Markup("<{} {}/>").format(Markup(tag), written))
        else:
            self.parts.append(Markup("<{0} {1}>{2}</{0}>").format(Markup(tag), written, text))

    def text(self, x: float, y: float, text: str, anchor: str = "start", **attributes: Any) -> None:
        """Write text at its base line."""
        self.add("text", text, x=x, y=y, text_anchor=anchor, **attributes)

    def bar(self, x: float, y: float, width: float, height: float, title: str = "",
            **attributes: Any) -> None:
        """Draw a bar; one of no size is not drawn, a small one is still seen."""
        if width == 0 or height == 0:
            return
        width, height = max(width, 0.8), max(height, 0.8)
        if not title:
            self.add("rect", x=x, y=y, width=width, height=height, **attributes)
            return
        own = Markup(" ").join(Markup('{}="{}"').format(n.rstrip("_").replace("_", "-"), v)
                               for n, v in attributes.items())
        self.parts.append(Markup(
            '<rect x="{}" y="{}" width="{}" height="{}" {}><title>{}</title></rect>').format(
            _short(x), _short(y), _short(width), _short(height), own, title))

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: Any) -> None:
        """Draw a straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)

    def polyline(self, points: Sequence[tuple[float, float]], **attributes: Any) -> None:
        """Draw a line through points."""
        told = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        self.add("polyline", points=told, fill="none", **attributes)

    def markup(self) -> Markup:
        """Return the picture as it stands in the page."""
        return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" '
                      'xmlns="http://www.w3.org/2000/svg">{}</svg>').format(
            _short(self.width), _short(self.height), self.label, Markup("").join(self.parts))


def _short(value: Any) -> Any:
    """Numbers with at most one decimal; text as it is."""
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"
    return value


def text_width(text: str, size: float = 12.0) -> float:
    """About how wide a text is drawn."""
    return size * sum(_WIDE if ord(letter) > 0x2E80 else _NARROW for letter in text)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about so many."""
    if not high > low:
        low, high = min(low, 0.0), max(high, 1.0) if high == low == 0.0 else max(high, 0.0)
        if not high > low:
            high = low + 1.0
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * n for n in range(first, last + 1)]


@dataclass(frozen=True)
class Scale:
    """A straight scale from values to places in a drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Place of a value."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + share * (self.end - self.start)


def escaped(text: str) -> Markup:
    """Text as it may stand anywhere in the page."""
    return escape(text)
