"""What an instance takes from a coefficient library and from its own defaults.

`uses` and `methods` of the instance decide which rows exist. A blank or absent cell takes the
library's value for the same key. Suitability rows of the library hold for the instance's uses
unless the instance has the same (use, attribute) with a value. Curves and accounts come along if
something names them. What was taken brings its provenance along; what the instance gives itself
in place of it, without saying where it comes from, counts as assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.fill import (
    Cell,
    appended,
    filled_from,
    filled_periods,
    filled_with_defaults,
    is_blank,
    row_keys,
)
from optimizer.instance.library import Library
from optimizer.instance.provenance import merged_provenance, with_default_rows
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Column, Table

_CURVE_COLUMNS = ("curve_soil", "curve_biomass")


def completed(
    settings: Settings, tables: Mapping[str, Table], library: Library | None
) -> tuple[Settings, dict[str, Table]]:
    """Fill in library values and defaults.

    Parameters
    ----------
    settings, tables
        As the planner wrote them.
    library
        What to inherit from, if anything.

    Returns
    -------
    tuple
        Settings and tables with every value in its place.
    """
    done = dict(tables)
    if "methods" in done:
        done["methods"] = filled_periods(done["methods"], TABLES["methods"])
    if library is not None:
        settings, done = _inherited(settings, done, library)
    return settings, _with_defaults(settings, done)


def _inherited(
    settings: Settings, tables: dict[str, Table], library: Library
) -> tuple[Settings, dict[str, Table]]:
    """Everything an instance takes from its library."""
    taken: set[Cell] = set()
    for name in ("uses", "methods"):
        if name in tables and name in library.tables:
            tables[name], cells = _filled(tables[name], library.tables[name])
            taken |= cells
    for name, kept in (("suitability", _suitability_rows), ("curves", _curve_rows),
                       ("accounts", _account_rows)):
        if name in library.tables:
            tables[name], cells = _with_rows(name, tables, library, kept(tables, library))
            taken |= cells
    taken |= {("works", (), key) for key in library.works if key not in settings.works}
    works = {**library.works, **settings.works}
    tables = merged_provenance(tables, library.tables.get("provenance"), taken, settings.works)
    tables = {name: table for name, table in tables.items()
              if table.columns or TABLES[name].required}
    return replace(settings, works=works, library_version=library.label), tables


def _filled(table: Table, other: Table) -> tuple[Table, set[Cell]]:
    """Fill blank cells from library rows of the same key (or of the same key without period)."""
    spec = TABLES[table.name]
    position = {key: row for row, key in enumerate(row_keys(other, spec))}
    keys = row_keys(table, spec)
    row_of = [position.get(key, position.get((*key[:-1], ""), -1)) for key in keys]
    skip = frozenset({*spec.keys, *spec.free_text})
    done, filled = filled_from(table, other, row_of, skip)
    return done, {(table.name, keys[row], column)
                  for column, mask in filled.items() for row in np.flatnonzero(mask)}


def _suitability_rows(tables: Mapping[str, Table], library: Library) -> NDArray[np.bool_]:
    """Library rules for the instance's uses, where the instance has none of its own."""
    rules, own = library.tables["suitability"], tables.get("suitability")
    uses = set(tables["uses"].text("use")) if "uses" in tables else set()
    keys = rules.key_rows(("use", "attribute"))
    given = set() if own is None else {
        key for key, blank in zip(own.key_rows(("use", "attribute")), _no_bounds(own), strict=True)
        if not blank
    }
    return np.array([key[0] in uses and key not in given for key in keys], dtype=bool)


def _no_bounds(rules: Table) -> NDArray[np.bool_]:
    """Whether a suitability row gives neither bound."""
    return np.isnan(rules.number("minimum")) & np.isnan(rules.number("maximum"))


def _curve_rows(tables: Mapping[str, Table], library: Library) -> NDArray[np.bool_]:
    """Library curves that a method names and the instance does not have."""
    own = set(tables["curves"].text("curve")) if "curves" in tables else set()
    methods = tables.get("methods")
    named = set() if methods is None else {
        str(name) for column in _CURVE_COLUMNS for name in methods.text(column)}
    curves = library.tables["curves"].text("curve")
    return np.array([name in named and name not in own for name in curves], dtype=bool)


def _account_rows(tables: Mapping[str, Table], library: Library) -> NDArray[np.bool_]:
    """Library accounts that a column feeds and the instance does not declare."""
    own = set(tables["accounts"].text("account")) if "accounts" in tables else set()
    fed = {column.removeprefix("account:")
           for name in ("methods", "site") if name in tables
           for column in tables[name].columns if column.startswith("account:")}
    accounts = library.tables["accounts"].text("account")
    return np.array([name in fed and name not in own for name in accounts], dtype=bool)


def _with_rows(
    name: str, tables: Mapping[str, Table], library: Library, kept: NDArray[np.bool_]
) -> tuple[Table, set[Cell]]:
    """Append library rows to a table of the instance, replacing suitability rows without bounds."""
    other, own, spec = library.tables[name], tables.get(name), TABLES[name]
    rows = {column: values[kept] for column, values in other.columns.items()}
    if not kept.any():
        return own if own is not None else Table(name, other.file, {}, np.zeros(0, np.int64)), set()
    keys = [key for key, keep in zip(row_keys(other, spec), kept, strict=True) if keep]
    if own is not None and name == "suitability":
        own = _without(own, set(keys))
    cells = {(name, keys[row], column) for column, values in rows.items()
             if column not in spec.keys for row in np.flatnonzero(~is_blank(values))}
    return appended(own, name, other.file, rows), cells


def _without(table: Table, keys: set[tuple[str, ...]]) -> Table:
    """A table without the rows of some keys."""
    keep = np.array([key not in keys for key in row_keys(table, TABLES[table.name])], dtype=bool)
    columns: dict[str, Column] = {name: v[keep] for name, v in table.columns.items()}
    return Table(table.name, table.file, columns, table.lines[keep])


def _with_defaults(settings: Settings, tables: Mapping[str, Table]) -> dict[str, Table]:
    """Fill blank cells from `[defaults]`, and say so in the provenance."""
    done, filled = dict(tables), []
    for name, defaults in settings.defaults.items():
        if name in done:
            done[name], cells = filled_with_defaults(done[name], TABLES[name], defaults)
            filled += [(name, key, column) for key, column in cells]
    return with_default_rows(done, _few(filled))


def _few(filled: Iterable[tuple[str, str, str]], at_most: int = 200) -> list[tuple[str, str, str]]:
    """The cells filled, columns with very many of them as one row for the whole column."""
    by_column: dict[tuple[str, str], list[str]] = {}
    for table, key, column in filled:
        by_column.setdefault((table, column), []).append(key)
    return [(table, key, column) for (table, column), keys in by_column.items()
            for key in (keys if len(keys) <= at_most else ["*"])]
