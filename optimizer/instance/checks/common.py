"""What the checks share: findings on rows of a table, told once however many rows they hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

Tables: TypeAlias = Mapping[str, Table]
Check: TypeAlias = Callable[[Settings, Tables], Iterator[Finding]]
Severity: TypeAlias = Literal["error", "warning"]


def table_of(tables: Tables, name: str) -> Table:
    """Return a table, or one without rows where the instance has none of that name."""
    found = tables.get(name)
    if found is None:
        return Table(name, f"{name}.csv", {}, np.zeros(0, dtype=np.int64))
    return found


def no_neighbours(tables: Tables) -> tuple[str, str] | None:
    """What is seen and what to do where no two parcels are neighbours; None where some are."""
    if len(table_of(tables, "adjacency")):
        return None
    what = "which parcels share how much boundary"
    if "adjacency" in tables:
        return "a table adjacency without rows", f"Fill adjacency.csv in: {what}"
    return "no adjacency table", f"Add adjacency.csv: {what}"


def line_of(table: Table, row: int) -> int | None:
    """Line of the file that a row was read from, or None where it has none (library rows)."""
    line = int(table.lines[row])
    return line if line > 0 else None


def on_rows(
    table: Table,
    rows: NDArray[np.bool_] | list[int],
    *,
    rule: str,
    column: str,
    seen: str,
    expected: str,
    do: str,
    severity: Severity = "error",
) -> Iterator[Finding]:
    """Yield one finding for all the rows it hits (none: nothing), placed at the first of them.

    Parameters
    ----------
    rows
        Mask of shape (rows,) or a list of row numbers.
    """
    hit = np.flatnonzero(rows) if isinstance(rows, np.ndarray) else np.asarray(rows, dtype=int)
    if not len(hit):
        return
    more = len(hit) - 1
    others = "" if not more else f" (and in {more} more row{'s' if more > 1 else ''})"
    yield Finding(table.file, rule, f"{seen}{others}", expected, do, line_of(table, int(hit[0])),
                  column, severity)


def blank_rows(table: Table, column: str) -> NDArray[np.bool_]:
    """Whether the cell of each row is blank, shape (rows,); all of them without the column."""
    if column not in table:
        return np.ones(len(table), dtype=bool)
    values = table.columns[column]
    if values.dtype == object:
        return np.asarray(values == "", dtype=bool)
    return np.isnan(values)


def texts(table: Table, column: str) -> list[str]:
    """Column as a list of texts, however it is stored."""
    return table.key_text(column)


def numbers_given(table: Table, column: str) -> NDArray[np.float64]:
    """Numbers of a column that are there and finite, shape (given,); text gives none."""
    if column not in table or table.columns[column].dtype == object:
        return np.zeros(0)
    values: NDArray[np.float64] = table.columns[column]
    return values[np.isfinite(values)]


def number_column(table: Table, column: str) -> NDArray[np.float64]:
    """Numbers of a column, shape (rows,); NaN where blank, absent or stored as text."""
    if column in table and table.columns[column].dtype == object:
        return np.full(len(table), np.nan)
    values: NDArray[np.float64] = table.number(column)
    return values
