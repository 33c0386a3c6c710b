"""Names that other tables must know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.advice import name_advice
from optimizer.instance.checks.common import Tables, on_rows, table_of, texts
from optimizer.instance.findings import SHOWN_AT_MOST, Finding
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

#: Column that refers to another table -> (table, column) it refers to.
REFERENCES: tuple[tuple[str, str, str, str], ...] = (
    ("suitability", "use", "uses", "use"),
    ("methods", "use", "uses", "use"),
    ("site", "parcel", "parcels", "parcel"),
    ("site", "use", "uses", "use"),
    ("hauls", "source", "sources", "source"),
    ("hauls", "parcel", "parcels", "parcel"),
    ("adjacency", "parcel_a", "parcels", "parcel"),
    ("adjacency", "parcel_b", "parcels", "parcel"),
    ("neighbours", "use_a", "uses", "use"),
    ("neighbours", "use_b", "uses", "use"),
    ("clusters", "use", "uses", "use"),
)

#: Tables with a period column; a blank one means every period.
PERIOD_TABLES = ("methods", "sources", "site")

#: Sections of instance.toml that provenance may name beside the tables.
PROVENANCE_SECTIONS = ("instance", "works", "layout", "objective", "plans")


def unknown_references(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Parcels, uses and sources named anywhere must exist."""
    for name, column, target, target_column in REFERENCES:
        if name in tables:
            known = table_of(tables, target).rows_of_text(target_column).keys()
            yield from unknown_names(tables[name], column, known, target)


def unknown_periods(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Periods are named by their start year, as in instance.toml."""
    known = [str(year) for year in settings.periods]
    for name in PERIOD_TABLES:
        if name in tables:
            yield from unknown_names(tables[name], "period", known, "periods of instance.toml")


def unknown_site_methods(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A site row names a method of its own use."""
    site, methods = table_of(tables, "site"), table_of(tables, "methods")
    by_use: dict[str, set[str]] = {}
    for use, method in zip(texts(methods, "use"), texts(methods, "method"), strict=True):
        by_use.setdefault(use, set()).add(method)
    wrong: dict[tuple[str, str], list[int]] = {}
    pairs = zip(texts(site, "use"), texts(site, "method"), strict=True)
    for row, (use, method) in enumerate(pairs):
        # A use that nobody knows is told elsewhere.
        if method and use in by_use and method not in by_use[use]:
            wrong.setdefault((use, method), []).append(row)
    for (use, method), rows in wrong.items():
        yield from on_rows(
            site, rows, rule="unknown name", column="method", seen=f"`{method}` for `{use}`",
            expected=f"a method of `{use}`, or blank for all of them",
            do=name_advice(method, sorted(by_use[use])))


def unknown_curves(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Curves that methods name must be drawn."""
    known = [*table_of(tables, "curves").rows_of_text("curve"), "none"]
    methods = table_of(tables, "methods")
    for column in ("curve_soil", "curve_biomass"):
        yield from unknown_names(methods, column, known, "curves (or none)")


def unknown_provenance(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Provenance of a table that does not exist covers nothing."""
    if "provenance" in tables:
        yield from unknown_names(
            tables["provenance"], "table", (*TABLES, *PROVENANCE_SECTIONS), "tables")


def known_rows(settings: Settings, tables: Tables, name: str) -> NDArray[np.bool_]:
    """Rows of a table whose uses, parcels, sources and periods are all known, shape (rows,)."""
    table = table_of(tables, name)
    columns = [(column, texts(table_of(tables, target), target_column))
               for place, column, target, target_column in REFERENCES if place == name]
    if name in PERIOD_TABLES:
        columns.append(("period", [str(year) for year in settings.periods]))
    known = np.ones(len(table), dtype=bool)
    for column, names in columns:
        known &= np.isin(np.asarray(texts(table, column), dtype=object), ["", *names])
    return known


def unknown_names(
    table: Table, column: str, known: Collection[str], where: str
) -> Iterator[Finding]:
    """Yield one finding for each distinct name of a column that is not known (blanks pass)."""
    if column not in table or not set(table.key_text(column)).difference(known, ("",)):
        return
    wrong = {name: rows for name, rows in table.rows_of_text(column).items()
             if name and name not in known}
    for count, (name, rows) in enumerate(wrong.items()):
        # Looking for the nearest name is slow, and nobody reads a hundred of them.
        do = name_advice(name, known) if count < SHOWN_AT_MOST else "Correct the name."
        yield from on_rows(
            table, rows, rule="unknown name", column=column, seen=f"`{name}`",
            expected=f"a name of the table {where}" if where in TABLES else f"one of the {where}",
            do=do)


CHECKS = (
    unknown_references, unknown_periods, unknown_site_methods, unknown_curves,
    unknown_provenance,
)
