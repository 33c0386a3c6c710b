"""Spans of mining years: the right way round and without overlap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.instance.checks.common import Tables, line_of, number_column, on_rows, table_of
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings


def reversed_spans(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A span does not end before it begins."""
    mining = table_of(tables, "mining")
    wrong = number_column(mining, "year_to") < number_column(mining, "year_from")
    yield from on_rows(
        mining, wrong, rule="span ends before it begins", column="year_to",
        seen=_span(tables, int(np.flatnonzero(wrong)[0])) if wrong.any() else "",
        expected="year_to at least year_from", do="Exchange or correct the two years.")


def overlapping_spans(_: Settings, tables: Tables) -> Iterator[Finding]:
    """No year is counted twice."""
    mining = table_of(tables, "mining")
    start, end = number_column(mining, "year_from"), number_column(mining, "year_to")
    rows = [int(row) for row in np.argsort(start, kind="stable") if end[row] >= start[row]]
    last: int | None = None
    for row in rows:
        if last is not None and start[row] <= end[last]:
            line = line_of(mining, last)
            yield from on_rows(
                mining, [row], rule="overlapping spans", column="year_from",
                seen=f"{_span(tables, row)}, beside {_span(tables, last)} in row {line}",
                expected="spans that do not overlap", do="Correct the years, or merge the rows.")
        if last is None or end[row] > end[last]:
            last = row


def gangue_beyond_all(_: Settings, tables: Tables) -> Iterator[Finding]:
    """No more gangue is placed than there is."""
    mining = table_of(tables, "mining")
    there, placed = number_column(mining, "gangue_t"), number_column(mining, "gangue_placed_t")
    wrong = placed > there
    first = int(np.flatnonzero(wrong)[0]) if wrong.any() else 0
    yield from on_rows(
        mining, wrong, rule="more gangue placed than there is", column="gangue_placed_t",
        seen=f"{placed[first]:g} t of {there[first]:g} t" if wrong.any() else "",
        expected="gangue_placed_t at most gangue_t", do="Correct one of the two.")


def _span(tables: Tables, row: int) -> str:
    """Write a span as its two years."""
    mining = table_of(tables, "mining")
    start, end = (number_column(mining, name)[row] for name in ("year_from", "year_to"))
    return f"{start:g} to {end:g}"


CHECKS = (reversed_spans, overlapping_spans, gangue_beyond_all)
