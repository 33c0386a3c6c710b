"""Filling blank cells of a table: from other rows, from a library, from defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.schema import TableSpec
from optimizer.instance.table import Column, Table

#: One cell: table, key of its row, column.
Cell = tuple[str, tuple[str, ...], str]


def is_blank(values: Column) -> NDArray[np.bool_]:
    """Whether each cell is blank, shape (rows,)."""
    blank: NDArray[np.bool_] = values == "" if values.dtype == object else np.isnan(values)
    return blank


def blank_column(rows: int, text: bool) -> Column:
    """Return a column of blanks."""
    return np.full(rows, "", dtype=object) if text else np.full(rows, np.nan)


def row_keys(table: Table, spec: TableSpec) -> list[tuple[str, ...]]:
    """Key of every row, blank optional keys included."""
    return table.key_rows(spec.keys)


def filled_from(
    table: Table, other: Table, row_of: Sequence[int] | NDArray[np.int64], skip: frozenset[str]
) -> tuple[Table, dict[str, NDArray[np.bool_]]]:
    """Fill blank cells (and absent columns) of a table from the rows of another.

    Parameters
    ----------
    table, other
        What is filled, and from what.
    row_of
        Row of `other` for each row of `table`, shape (rows,); -1 for none.
    skip
        Columns left alone.

    Returns
    -------
    tuple
        The filled table, and column -> which of its cells were filled, shape (rows,).
    """
    rows = np.asarray(row_of, dtype=np.int64)
    known = rows >= 0
    columns, filled = dict(table.columns), {}
    for name, values in other.columns.items():
        if name in skip or not len(other):
            continue
        mine = columns.get(name)
        if mine is None:
            mine = blank_column(len(table), values.dtype == object)
        mask = is_blank(mine) & known & ~is_blank(values[rows])
        if mask.any():
            columns[name] = np.where(mask, values[rows], mine)
            filled[name] = mask
    return Table(table.name, table.file, columns, table.lines), filled


def filled_periods(table: Table, spec: TableSpec) -> Table:
    """Fill rows that name a period from the row of the same key that names none."""
    keys = row_keys(table, spec)
    general = {key: row for row, key in enumerate(keys) if not key[-1]}
    row_of = [general.get((*key[:-1], ""), -1) if key[-1] else -1 for key in keys]
    return filled_from(table, table, row_of, frozenset({*spec.keys, *spec.free_text}))[0]


def filled_with_defaults(
    table: Table, spec: TableSpec, defaults: Mapping[str, float | str]
) -> tuple[Table, list[tuple[str, str]]]:
    """Fill blank cells with the defaults of the manifest.

    Returns
    -------
    tuple
        The table, and (key, column) of the cells filled, key `*` where it was a whole column.
    """
    columns, filled = dict(table.columns), []
    keys: list[tuple[str, ...]] = []
    for name, value in defaults.items():
        text = isinstance(value, str)
        mine = columns.get(name, blank_column(len(table), text))
        mask = is_blank(mine)
        if not mask.any():
            continue
        columns[name] = np.where(mask, value, mine) if not text else _with_text(mine, mask, value)
        if mask.all():
            filled.append(("*", name))
        else:
            keys = keys or row_keys(table, spec)
            filled += [(",".join(keys[row]), name) for row in np.flatnonzero(mask)]
    return Table(table.name, table.file, columns, table.lines), filled


def _with_text(values: Column, mask: NDArray[np.bool_], text: float | str) -> Column:
    """Copy of a text column with a text where the mask says."""
    values = values.copy()
    values[mask] = text
    return values


def appended(table: Table | None, name: str, file: str, rows: Mapping[str, Column]) -> Table:
    """Append rows to a table (None: a new one); columns either lacks are blank there."""
    count = len(next(iter(rows.values())))
    if table is None:
        return Table(name, file, dict(rows), np.zeros(count, dtype=np.int64))
    columns = {}
    for column in dict.fromkeys([*table.columns, *rows]):
        above, below = table.columns.get(column), rows.get(column)
        text = (above if above is not None else rows[column]).dtype == object
        above = blank_column(len(table), text) if above is None else above
        below = blank_column(count, text) if below is None else below
        columns[column] = np.concatenate([above, below])
    lines = np.concatenate([table.lines, np.zeros(count, dtype=np.int64)])
    return Table(table.name, table.file, columns, lines)
