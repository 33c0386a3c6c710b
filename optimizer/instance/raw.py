"""`RawTable`: a table as its file holds it, before the schema has its say; CSV and Parquet."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.cells import normal
from optimizer.instance.decode import raw_text
from optimizer.instance.findings import Finding
from optimizer.instance.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

#: Text cells as a list, numbers that came typed as float64 with NaN for blank.
RawColumn = list[str] | NDArray[np.float64]


@dataclass(frozen=True)
class RawTable:
    """Headers and untyped columns of one file.

    Parameters
    ----------
    file
        Name for messages.
    columns
        Header -> cells of all rows.
    flags
        Headers of columns that came typed as truth values.
    lines
        Line of the file of each row; rows of Parquet count as if they had a header line.
    findings
        Everything wrong with the file so far.
    semicolons
        Whether semicolons stand between the cells, as where the decimal mark is a comma.
    cell_findings
        Findings about single cells and warnings: all rows and columns are there nonetheless.
    """

    file: str
    columns: dict[str, RawColumn]
    flags: frozenset[str]
    lines: list[int]
    findings: list[Finding]
    semicolons: bool = False
    cell_findings: list[Finding] = field(default_factory=list)


def read_raw(path: Path, file: str) -> RawTable:
    """Read a CSV or Parquet file; whatever is wrong becomes a finding."""
    try:
        data = path.read_bytes()
    except OSError as error:
        do = ("Give yourself the right to read it." if isinstance(error, PermissionError)
              else "Write the file anew.")
        return _unreadable(file, f"it cannot be read ({error.strerror or error})", do)
    return _from_parquet(data, file) if path.suffix == ".parquet" else _from_text(data, file)


def raw_of(table: Table) -> RawTable:
    """Take a table made in memory as a raw one, so that it is checked like one from a file."""
    columns: dict[str, RawColumn] = {
        name: [_cell(value) for value in values] if values.dtype == object
        else np.asarray(values, dtype=np.float64)
        for name, values in table.columns.items()
    }
    flags = frozenset(name for name, values in table.columns.items() if values.dtype == bool)
    return RawTable(table.file or table.name, columns, flags, table.lines.tolist(), [])


def _unreadable(file: str, seen: str, do: str = "Write the file anew.") -> RawTable:
    """A table without columns and the finding that says why."""
    finding = Finding(file, "unreadable file", seen, "a CSV or Parquet table", do)
    return RawTable(file, {}, frozenset(), [], [finding])


def _from_text(data: bytes, file: str) -> RawTable:
    """Columns of a delimited text file."""
    raw = raw_text(data, file)
    header = [normal(name) for name in raw.header]
    findings = [*raw.findings, *header_findings(header, file)]
    columns: dict[str, RawColumn] = {name: [row[position] for row in raw.rows]
                                     for position, name in enumerate(header) if name}
    return RawTable(file, columns, frozenset(), raw.lines, findings, raw.semicolons)


def header_findings(
    header: list[str], file: str, row: int = 1, places: list[int] | None = None
) -> list[Finding]:
    """Findings about headers that are blank or stand there twice.

    Parameters
    ----------
    header
        Headers, from left to right.
    file
        Name for messages.
    row
        Row they stand in.
    places
        Number of the column of each header; from 1 on where not given.
    """
    findings = [
        Finding(file, "duplicate header", f"`{name}` {count} times", "every header once",
                "Remove or rename a column.", row=row, column=name)
        for name, count in Counter(header).items() if name and count > 1
    ]
    findings += [
        Finding(file, "blank header", f"column {position} has no header", "a header",
                "Name or remove the column.", row=row)
        for position, name in zip(places or range(1, len(header) + 1), header, strict=True)
        if not name
    ]
    return findings


def _from_parquet(data: bytes, file: str) -> RawTable:
    """Columns of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError, ValueError) as error:
        return _unreadable(file, f"no Parquet table ({str(error).splitlines()[0]})")
    header = [normal(name) for name in table.column_names]
    findings = header_findings(header, file)
    columns: dict[str, RawColumn] = {}
    flags = set()
    for name, column in zip(header, table.columns, strict=True):
        try:
            values = _parquet_column(column)
        except (pa.ArrowException, ValueError) as error:
            findings.append(Finding(
                file, "unreadable column", str(error).splitlines()[0], "numbers or text",
                "Write the column as numbers or text.", column=name))
            continue
        columns[name] = values
        if pa.types.is_boolean(column.type):
            flags.add(name)
    return RawTable(file, columns, frozenset(flags), list(range(2, len(table) + 2)), findings)


def _parquet_column(column: pa.ChunkedArray) -> RawColumn:
    """A Parquet column as numbers or as text."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind):
        column, kind = column.cast(pa.int8()), pa.int8()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy()
        return np.array(numbers, dtype=np.float64)
    if pa.types.is_null(kind):
        return [""] * len(column)
    # Names stand in many rows each: every distinct one is looked at once, and shared.
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    names = np.array([*map(_cell, encoded.dictionary.to_pylist()), ""], dtype=object)
    texts: list[str] = names[encoded.indices.fill_null(len(names) - 1).to_numpy()].tolist()
    return texts


def _cell(value: Any) -> str:
    """Text of one Parquet cell that is not a number."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime.date):
        return value.isoformat()
    message = f"values of type {type(value).__name__}"
    raise ValueError(message)
