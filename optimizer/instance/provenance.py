"""Where numbers come from: rows of the provenance table, matched to cells and carried along.

The first row that covers a cell is the one that holds for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from optimizer.instance.fill import Cell, appended, is_blank, row_keys
from optimizer.instance.schema import LIBRARY_TABLES, TABLES
from optimizer.instance.table import Column, Table

OWN = "given by the instance without a source"
DEFAULT = "default for blank cells in instance.toml"
SET = "set by the planner for this run"


def covers(pattern: str, key: Sequence[str]) -> bool:
    """Whether the key cell of a provenance row covers a key.

    Parts are joined by commas; `*` stands for any part, parts left out at the end too.
    """
    if pattern in ("", "*"):
        return True
    parts = [part.strip() for part in pattern.split(",")]
    padded = [*key, *[""] * (len(parts) - len(key))]
    return all(part in ("*", known) for part, known in zip(parts, padded, strict=False))


def covering_row(rows: Sequence[tuple[str, str, str]], cell: Cell) -> int:
    """Index of the first (table, key, column) row that covers a cell; -1 for none."""
    table, key, column = cell
    for index, (row_table, pattern, row_column) in enumerate(rows):
        if row_table == table and row_column in ("*", column) and covers(pattern, key):
            return index
    return -1


def merged_provenance(
    tables: dict[str, Table], library: Table | None, taken: Iterable[Cell],
    own_works: Mapping[str, float],
) -> dict[str, Table]:
    """Add the library's provenance of what was taken, and say what is the instance's own.

    Parameters
    ----------
    tables
        Tables of the instance, library values filled in.
    library
        Provenance of the library.
    taken
        Cells that came from the library.
    own_works
        Works factors the instance gives itself.
    """
    if library is None:
        return tables
    theirs = _rows(library)
    used = sorted({covering_row(theirs, cell) for cell in taken} - {-1})
    mine = _rows(tables["provenance"]) if "provenance" in tables else []
    covered = [theirs[index] for index in used]
    own = [cell for cell in _own_cells(tables, set(taken), own_works)
           if covering_row(covered, cell) >= 0 and covering_row(mine, cell) < 0]
    added = _stacked(_assumed([(t, ",".join(key) or "*", c) for t, key, c in own], OWN),
                     {name: values[used] for name, values in library.columns.items()})
    if not len(added["table"]):
        return tables
    table = appended(tables.get("provenance"), "provenance", library.file, added)
    return {**tables, "provenance": table}


def with_default_rows(
    tables: dict[str, Table], filled: list[tuple[str, str, str]]
) -> dict[str, Table]:
    """Say in front of everything else which cells were filled from the manifest's defaults."""
    if not filled:
        return tables
    there = tables.get("provenance")
    first = appended(None, "provenance", "provenance.csv", _assumed(filled, DEFAULT))
    table = first if there is None else _in_front(first, there)
    return {**tables, "provenance": table}


def with_override_row(
    tables: dict[str, Table], where: str, keys: Sequence[str], column: str
) -> dict[str, Table]:
    """Say in front of everything else that numbers were set for this run, not as their source has.

    Where no row speaks of them there is nothing to correct.
    """
    there = tables.get("provenance")
    if there is None or where == "provenance" or not any(
            table == where and named in ("*", column) and _overlap(pattern, keys)
            for table, pattern, named in _rows(there)):
        return tables
    cell = (where, ",".join(keys) or "*", column)
    first = appended(None, "provenance", there.file, _assumed([cell], SET))
    return {**tables, "provenance": _in_front(first, there)}


def _overlap(pattern: str, keys: Sequence[str]) -> bool:
    """Whether the key cell of a provenance row and the keys of a path can mean the same row."""
    parts = [part.strip() for part in pattern.split(",")]
    return all("*" in (part, key) or part == key or not part
               for part, key in zip(parts, keys, strict=False))


def _in_front(first: Table, there: Table) -> Table:
    """One table above another, under the file name of the other, in place of rows on the same."""
    said = set(_rows(first))
    keep = np.array([row not in said for row in _rows(there)], dtype=bool)
    kept = {name: values[keep] for name, values in there.columns.items()}
    stacked = appended(first, "provenance", there.file, kept)
    lines = np.concatenate([first.lines, there.lines[keep]])
    return Table("provenance", there.file, stacked.columns, lines)


def _rows(provenance: Table) -> list[tuple[str, str, str]]:
    """(table, key, column) of every row."""
    return [(table, key, column)
            for table, key, column in provenance.key_rows(("table", "key", "column"))]


def _own_cells(
    tables: Mapping[str, Table], taken: set[Cell], own_works: Mapping[str, float]
) -> list[Cell]:
    """Cells that hold numbers of the instance itself, in tables a library also has."""
    cells: list[Cell] = [("works", (), key) for key in own_works]
    for name in LIBRARY_TABLES:
        if name not in tables or name == "provenance":
            continue
        spec = TABLES[name]
        keys = row_keys(tables[name], spec)
        cells += [(name, keys[row], column) for column, values in tables[name].columns.items()
                  if values.dtype != object and column not in spec.keys
                  for row in np.flatnonzero(~is_blank(values))
                  if (name, keys[row], column) not in taken]
    return cells


def _assumed(cells: Sequence[tuple[str, str, str]], source: str) -> dict[str, Column]:
    """Provenance rows with the standing `assumed`."""
    columns = {name: np.empty(len(cells), dtype=object)
               for name in ("table", "key", "column", "standing", "source")}
    for position, name in enumerate(("table", "key", "column")):
        columns[name][:] = [cell[position] for cell in cells]
    columns["standing"][:] = "assumed"
    columns["source"][:] = source
    return columns


def _stacked(above: dict[str, Column], below: dict[str, Column]) -> dict[str, Column]:
    """Rows above rows; columns either lacks are blank there."""
    table = appended(appended(None, "provenance", "", above), "provenance", "", below)
    return dict(table.columns)
