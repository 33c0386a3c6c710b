"""Each row once, and no row missing that another one calls for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.instance.cells import normal
from optimizer.instance.checks.common import (
    Tables,
    line_of,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import SHOWN_AT_MOST, Finding
from optimizer.instance.nearest import nearest
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings


def duplicate_keys(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Two rows with the same key contradict or double each other."""
    for name, table in tables.items():
        if name not in TABLES or not len(table):
            continue
        keys = [key for key in TABLES[name].keys if key in table]
        first: dict[tuple[str, ...], int] = {}
        for row, key in enumerate(table.key_rows(tuple(keys)) if keys else []):
            if key not in first:
                first[key] = row
                continue
            line = line_of(table, first[key])
            there = f", already in row {line}" if line else ", given before"
            yield Finding(
                table.file, "duplicate", f"{', '.join(part or 'blank' for part in key)}{there}",
                f"each {', '.join(keys)} once", "Delete or rename one of the two rows.",
                line_of(table, row), keys[0])


def parcels_alike(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Names of parcels that differ only by case, width or blanks may be one parcel twice."""
    parcels = table_of(tables, "parcels")
    first: dict[str, int] = {}
    names = texts(parcels, "parcel")
    for row, name in enumerate(names):
        at = first.setdefault("".join(normal(name).casefold().split()), row)
        if names[at] != name:
            line = line_of(parcels, at)
            yield from on_rows(
                parcels, [row], rule="names alike", column="parcel", severity="warning",
                seen=f"`{name}` beside `{names[at]}`" + (f" in row {line}" if line else ""),
                expected="names that differ by more than case and blanks",
                do="If the two are one parcel, delete a row; if not, nothing is needed.")


def uses_without_method(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A use can be chosen only by one of its methods."""
    uses = table_of(tables, "uses")
    served = set(texts(table_of(tables, "methods"), "use"))
    names = uses.rows_of_text("use")
    # A use that is only mistyped in methods is told there.
    mistyped = {nearest(use, names) for use in sorted(served - names.keys())[:SHOWN_AT_MOST]}
    for use, rows in names.items():
        if use and use not in served | mistyped:
            yield from on_rows(
                uses, rows, rule="use without method", column="use", seen=f"`{use}`",
                expected="at least one row of methods for each use",
                do=f"Add a method for `{use}`, or delete the use.")


def methods_without_period(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A method given by periods must be given for all of them."""
    methods = table_of(tables, "methods")
    periods = {str(year) for year in settings.periods}
    pairs = list(zip(texts(methods, "use"), texts(methods, "method"), strict=True))
    given: dict[tuple[str, str], set[str]] = {}
    for pair, period in zip(pairs, texts(methods, "period"), strict=True):
        given.setdefault(pair, set()).add(period)
    for pair, found in given.items():
        missing = sorted(periods - found)
        if "" in found or not missing:
            continue
        yield from on_rows(
            methods, [pairs.index(pair)], rule="missing row", column="period",
            seen=f"{', '.join(pair)} without {', '.join(missing)}",
            expected="a row for every period, or one with a blank period for the rest",
            do="Add the missing rows, or leave the period blank. To offer it in some periods only, "
               "add a limit on its area for the others: account area, sense <=, value 0.")


def methods_that_vary(_: Settings, tables: Tables) -> Iterator[Finding]:
    """What a method makes of the land must be the same in every period."""
    methods = table_of(tables, "methods")
    pairs = zip(texts(methods, "use"), texts(methods, "method"), strict=True)
    rows_of: dict[tuple[str, str], list[int]] = {}
    for row, pair in enumerate(pairs):
        rows_of.setdefault(pair, []).append(row)
    fixed = [name for name in methods.columns
             if name.startswith("after:") or name == "respread_own_soil"]
    for column in fixed:
        values = methods.columns[column]
        if values.dtype == object:
            continue
        for pair, rows in rows_of.items():
            different = [row for row in rows[1:] if not np.isclose(
                values[row], values[rows[0]], rtol=1e-12, atol=0, equal_nan=True)]
            yield from on_rows(
                methods, different, rule="varies by period", column=column,
                seen=f"{', '.join(pair)} has another value in another period",
                expected="one value for all periods of a method",
                do="Make the values the same, or name the later one a method of its own.")


def missing_source_rows(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Every source has a row for every period, if only to say that it yields nothing."""
    sources = table_of(tables, "sources")
    periods = [str(year) for year in settings.periods]
    names = texts(sources, "source")
    given = set(zip(names, texts(sources, "period"), strict=True))
    for source, rows in sources.rows_of_text("source").items():
        missing = [period for period in periods if (source, period) not in given]
        if missing:
            yield from on_rows(
                sources, rows[:1], rule="missing row", column="period",
                seen=f"`{source}` without {', '.join(missing)}",
                expected="a row for every source and period",
                do="Add the rows; supply_m3 0 where nothing becomes available.")


CHECKS = (
    duplicate_keys, parcels_alike, uses_without_method, methods_without_period, methods_that_vary,
    missing_source_rows,
)
