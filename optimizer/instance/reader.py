"""One file of an instance -> one typed `Table`, with everything wrong in it as findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from optimizer.instance.cells import (
    MOST_PER_COLUMN,
    YEAR_COLUMNS,
    checked_numbers,
    normal,
    plain_number,
    required_findings,
    typed_column,
)
from optimizer.instance.european import (
    ambiguous,
    ambiguous_rows,
    like_a_number,
    like_thousands,
    with_points,
)
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.raw import RawColumn, RawTable, read_raw
from optimizer.instance.schema import ColumnSpec, TableSpec
from optimizer.instance.table import Column, Table

SUFFIXES = (".csv", ".parquet")

#: Chinese headers of free text.
FREE_TEXT_ZH = MappingProxyType({"备注": "note", "出处": "source"})


@dataclass(frozen=True)
class ReadTable:
    """A table (None where it could not be typed at all) and the findings about its file.

    `whole` says that no row was left out, so that names can be checked across tables.
    """

    table: Table | None
    findings: list[Finding]
    whole: bool


def table_path(folder: Path, name: str) -> Path | Finding | None:
    """Find the file of a table: None where there is none, a finding where there are two."""
    found = [folder / (name + suffix) for suffix in SUFFIXES if (folder / (name + suffix)).exists()]
    if len(found) > 1:
        return Finding(found[0].name, "two files for one table",
                       " and ".join(path.name for path in found), "one of them",
                       "Remove the one that is out of date.")
    return found[0] if found else None


def read_table(path: Path, spec: TableSpec, file: str = "") -> ReadTable:
    """Read and type one table.

    Cells with a finding come back blank, so that the rest of the table can still be checked.
    Whether cells that must always be filled in are, is left to `missing_findings`, because
    library values and defaults may still fill them.

    Parameters
    ----------
    path
        A `.csv` or `.parquet` file.
    spec
        Declaration of the table.
    file
        Name for messages; the name of the file where not given.
    """
    return typed_table(read_raw(path, file or path.name), spec)


def typed_table(raw: RawTable, spec: TableSpec) -> ReadTable:
    """Type the columns of a raw table; as `read_table`, for what was read already."""
    findings = [*raw.findings, *raw.cell_findings]
    whole = not raw.findings
    if not raw.columns:
        if not raw.findings:
            findings = [Finding(raw.file, "empty file", "no columns", "a header and rows",
                                "Fill the table in, or remove the file.")]
        return ReadTable(None, findings, whole=False)
    columns: dict[str, Column] = {}
    for header in raw.columns:
        column = declared_column(header, spec)
        if column is None and spec.open_numbers and _holds_numbers(raw.columns[header]):
            column = open_column(header)
        if column is None:
            findings.append(_unknown(header, spec, raw.file))
        elif column.name in columns:
            findings.append(Finding(raw.file, "duplicate header", f"`{header}`",
                                    f"`{column.name}` once", "Remove a column.", row=1,
                                    column=column.name))
        else:
            columns[column.name], found = _typed(column, raw, header)
            findings += found
    table = Table(spec.name, raw.file, columns, np.array(raw.lines, dtype=np.int64))
    no_rows = _no_rows(table, spec)
    return ReadTable(table, [*findings, *no_rows], whole and not no_rows)


def open_column(name: str) -> ColumnSpec:
    """Specification of a further numeric column (an attribute of parcels)."""
    return ColumnSpec(name, "number", "Attribute of the parcel.")


def column_spec(name: str, spec: TableSpec) -> ColumnSpec | None:
    """Specification of a column by its exact name; None where the table knows no such column."""
    if name in spec.by_name:
        return spec.by_name[name]
    prefix = spec.prefix_of(name)
    if prefix is not None:
        return ColumnSpec(name, "number", prefix.meaning)
    if name in spec.free_text:
        return ColumnSpec(name, "text", "Free text.")
    return None


def known_columns(spec: TableSpec) -> list[str]:
    """Every column name a table knows, prefixes included."""
    return [*spec.by_name, *(prefix.prefix + "NAME" for prefix in spec.prefixes), *spec.free_text]


def missing_findings(table: Table, spec: TableSpec) -> list[Finding]:
    """Findings about columns and cells that must always be filled in."""
    lines = table.lines.tolist()
    return [
        finding
        for column in spec.columns
        for finding in required_findings(column, table.columns.get(column.name), lines, table.file)
    ]


def declared_column(header: str, spec: TableSpec) -> ColumnSpec | None:
    """Specification of a header, English or Chinese; None where the table knows no such column."""
    for column in spec.columns:
        if header == column.label_zh:
            return column
    header = FREE_TEXT_ZH.get(header, header)
    for prefix in spec.prefixes:
        if prefix.label_zh and header.startswith(prefix.label_zh):
            header = prefix.prefix + header.removeprefix(prefix.label_zh)
    for prefix in spec.prefixes:
        if header.startswith(prefix.prefix):
            header = prefix.prefix + header.removeprefix(prefix.prefix).strip()
    return column_spec(header, spec)


def _holds_numbers(cells: RawColumn) -> bool:
    """Whether a column without declaration holds mostly numbers; the rest are bad cells of it."""
    if not isinstance(cells, list):
        return True
    values, _ = typed_column(open_column(""), cells, [0] * len(cells), "")
    given = sum(1 for cell in cells if cell)
    with_commas = sum(1 for cell in cells if like_a_number(normal(cell)))
    return bool((np.count_nonzero(~np.isnan(values)) + with_commas) * 2 >= given)


def _unknown(header: str, spec: TableSpec, file: str) -> Finding:
    """Finding about a header the table does not know."""
    known = known_columns(spec)
    extra = " (or a number that a rule names)" if spec.open_numbers else ""
    return Finding(file, "unknown column", f"`{header}`", f"one of {listed(known, 40)}{extra}",
                   advice(header, [*known, *(c.label_zh for c in spec.columns if c.label_zh)],
                          "Remove or rename the column."), row=1, column=header)


def _typed(spec: ColumnSpec, raw: RawTable, header: str) -> tuple[Column, list[Finding]]:
    """Type one column, from text or from numbers that came typed."""
    cells = raw.columns[header]
    if isinstance(cells, list) and spec.numeric and raw.semicolons:
        return _between_semicolons(spec, [normal(cell) for cell in cells], raw)
    if isinstance(cells, list):
        values, findings = typed_column(spec, cells, raw.lines, raw.file)
        odd = like_thousands(cells, raw.lines, raw.file, spec.name) if spec.numeric else []
        return values, [*findings, *odd]
    if (header in raw.flags) != (spec.kind == "flag") and header in raw.flags:
        return typed_column(spec, [_truth(value) for value in cells], raw.lines, raw.file)
    if spec.numeric or spec.kind == "flag":
        return checked_numbers(spec, cells, raw.lines, raw.file)
    texts, findings = typed_column(spec, [plain_number(v) for v in cells], raw.lines, raw.file)
    return texts, [*findings, *numeric_key(spec, raw.file, texts)]


def _between_semicolons(
    spec: ColumnSpec, cells: list[str], raw: RawTable
) -> tuple[Column, list[Finding]]:
    """Type numbers of a file that may have decimal commas and points between thousands."""
    rows = ambiguous_rows(cells)
    doubtful = [ambiguous(cells[row], raw.lines[row], raw.file, spec.name)
                for row in rows[:MOST_PER_COLUMN]]
    for row in rows:
        cells[row] = ""
    plain = None if rows else with_points(cells)
    values, findings = typed_column(spec, plain or cells, raw.lines, raw.file)
    return values, [*doubtful, *findings]


def _truth(value: float) -> str:
    """A truth value in words, for messages about columns that hold none."""
    return "" if np.isnan(value) else "yes" if value else "no"


def numeric_key(
    spec: ColumnSpec, file: str, texts: Iterable[str], row: int | None = None
) -> list[Finding]:
    """Warning that names came as numbers, so that leading zeros may have been lost."""
    named = spec.key or spec.optional_key or spec.name in ("zone", "group")
    first = next((text for text in texts if text), "")
    if not named or spec.name in YEAR_COLUMNS or not first:
        return []
    return [Finding(file, "names stored as numbers", f"`{first}` and so on, as numbers",
                    "text, so that 007 is not 7",
                    "Read as text without leading zeros; store the column as text to be sure.",
                    row=row, column=spec.name, severity="warning")]


def _no_rows(table: Table, spec: TableSpec) -> list[Finding]:
    """Finding about a required table without rows."""
    if len(table) or not spec.required:
        return []
    return [Finding(table.file, "no rows", "a header and nothing else", "at least one row",
                    "Fill the table in.")]
