"""Numbers and bars as a planner reads them, for the terminal and for pictures."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

#: Digits that carry a message; the files hold all of them.
TELLING_DIGITS = 3


def figure(value: float | None) -> str:
    """Write a number with thousands separators and about three or four telling digits."""
    if value is None or not math.isfinite(value):
        return "-"
    value, size = value + 0.0, abs(value)
    if size >= 10_000:
        text = f"{value:,.0f}"
    elif size >= 100:
        text = f"{value:,.1f}"
    elif size >= 1 or value == 0:
        text = f"{value:,.2f}" if size < 10 else f"{value:,.1f}"
    elif size >= 1e-4:
        text = f"{value:.{TELLING_DIGITS - 1 - math.floor(math.log10(size))}f}"
    else:
        text = f"{value:.{TELLING_DIGITS - 1}e}"
    return text


def signed(value: float) -> str:
    """Write a number with its sign; zero has none."""
    return f"+{figure(value)}" if value > 0 else figure(value + 0.0)


def whole(value: float) -> str:
    """Write a number with thousands separators, and decimals only where it has some."""
    return f"{value:,.0f}" if value == round(value) else figure(value)


def of_unit(number: str, unit: str) -> str:
    """Join a number with its unit; a unit that is a multiple (`1000 CNY`) is set off by an x.

    Of a unit that begins with 1 (`1`, `1/yr`, `1 per t`) the 1 is left away.
    """
    if unit == "1":
        return number
    if unit.startswith(("1/", "1 per ")):
        return f"{number} per {unit.removeprefix('1/').removeprefix('1 per ')}"
    return f"{number} x {unit}" if unit[:1].isdigit() else f"{number} {unit}"


def hectares(value: float) -> str:
    """Write hectares with one decimal, all alike so that they align; traces as `<0.1`."""
    return "<0.1" if 0 < value < 0.05 else f"{value + 0.0:,.1f}"


def percent(part: float, of: float) -> str:
    """Write a share in percent, `-` where there is nothing to share."""
    return f"{100 * part / of:.0f} %" if of > 0 else "-"


def telling_step(bound: float) -> float:
    """Return a round amount worth telling beside a bound, small enough for its price to hold.

    About a hundredth of it; of bounds below 100 up to a tenth, at most 1; 1 where there is none.
    """
    size = abs(bound)
    if size == 0 or not math.isfinite(size):
        return 1.0
    if size < 100:
        return min(1.0, float(10.0 ** math.floor(math.log10(size / 10))))
    return float(10.0 ** math.floor(math.log10(size / 100)))


def bar(value: float, largest: float, width: int) -> str:
    """Draw a bar of at most `width` characters; something that is not zero is seen."""
    if largest <= 0 or value == 0:
        return ""
    return "#" * max(1, round(width * abs(value) / largest))


def alike(values: Iterable[float]) -> list[str]:
    """Write signed numbers with the same decimals, so many as the largest needs to tell."""
    numbers = list(values)
    largest = max((abs(value) for value in numbers), default=0.0)
    decimals = 0 if largest >= 1_000 else 1 if largest >= 100 else 2
    return [f"{value:+,.{decimals}f}" if abs(value) >= 0.5 * 10.0**-decimals
            else f"{value:+.1g}" if value else "0" for value in numbers]


def shown_width(text: str) -> int:
    """Return the columns a text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, width: int) -> str:
    """Shorten a text to at most `width` columns of a terminal, with ... where something is lost."""
    if shown_width(text) <= width:
        return text
    while text and shown_width(text) > width - 3:
        text = text[:-1]
    return text + "..."


def padded(text: str, width: int, side: str) -> str:
    """Fill a text up with blanks; `<` keeps it left, `>` right."""
    blanks = " " * max(0, width - shown_width(text))
    return text + blanks if side == "<" else blanks + text


def columns(rows: Sequence[tuple[str, ...]], align: str, indent: str = "  ") -> list[str]:
    """Lay rows out in aligned columns.

    Parameters
    ----------
    rows
        Cells, the same number in each row.
    align
        One letter a column: `<` left, `>` right.
    """
    if not rows:
        return []
    widths = [max(shown_width(row[c]) for row in rows) for c in range(len(align))]
    return [
        (indent + "  ".join(
            padded(cell, size, side) for cell, side, size in zip(row, align, widths, strict=True)
        )).rstrip()
        for row in rows
    ]
