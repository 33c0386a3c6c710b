"""Cells of a results workbook: what stands in a file, as text, a number or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.instance.workbook.draft import DraftCell


def flat(place: str, value: Any) -> Iterator[tuple[str, DraftCell]]:
    """A value of JSON as one or more cells.

    Parameters
    ----------
    place
        Key of the value; nested ones follow behind a point, entries of a list in brackets.
    value
        What was read.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(f"{place}.{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number_of, inner in enumerate(value, start=1):
            yield from flat(f"{place}[{number_of}]", inner)
    elif isinstance(value, bool):
        yield place, "yes" if value else "no"
    elif isinstance(value, int | float):
        yield place, float(value)
    else:
        yield place, None if value is None else str(value)


def number(cell: Any) -> DraftCell:
    """A number, or None where blank."""
    if cell is None or cell != cell or cell == "":
        return None
    return float(cell)


def text(cell: Any) -> str | None:
    """Text, or None where blank."""
    if cell is None or cell != cell or cell == "":
        return None
    return ("yes" if cell else "no") if isinstance(cell, bool) else str(cell)
