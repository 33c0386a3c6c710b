"""A result folder -> one Excel workbook: summary, plan, limits, parcels, carbon, stocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.result_files import ResultFiles, read_result
from optimizer.instance.workbook.draft import ColumnDraft, DraftCell, SheetDraft
from optimizer.instance.workbook.write_book import write_book
from optimizer.report.folder import OutputRefused
from optimizer.report.output_file import OutputColumn
from optimizer.report.output_schema import BY_NAME

if TYPE_CHECKING:
    import pandas as pd

#: Units that say which other column or key has the unit.
_ELSEWHERE = frozenset({"row", "value_unit", "attribute"})
_OBJECTIVE = "objective_unit"

#: Endings of headers that say the unit.
_ENDINGS: Mapping[str, str] = {"ha": "_ha", "m3": "_m3", "t CO2e": "tco2e", "km": "_km"}


def write_results_workbook(out: str | Path, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write what a result folder holds as one workbook, units in the headers.

    The sheet `plan` is read wherever a plan is asked for.

    Parameters
    ----------
    out
        Result folder of `solve`.
    path
        The file, ending in `.xlsx`.
    overwrite
        Whether a file there may be replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OutputRefused
        If there is a file already that may not be replaced.
    InstanceRefused
        If a file of the result is missing, openpyxl is not installed, or a table does not fit
        into a sheet.
    """
    out, path = Path(out), Path(path)
    if path.exists() and not overwrite:
        message = f"{path} exists. Choose another file, or replace it with --overwrite."
        raise OutputRefused(message)
    write_book(path, list(_sheets(read_result(out))))
    return path


def _sheets(result: ResultFiles) -> Iterator[SheetDraft]:
    """Sheets in the order in which a planner reads them."""
    unit = str(result.summary.get("objective_unit") or "")
    proven = result.summary.get("status") != "stopped"
    yield _summary(result.summary, unit)
    yield _table("plan" if proven else "incumbent", "plan", result.plan, unit)
    for name in ("limits", "parcels", "carbon"):
        if name in result.tables:
            yield _table(name, name, result.tables[name], unit)
    yield _table("stocks", "stocks", result.stocks, unit)


def _summary(summary: Mapping[str, Any], objective_unit: str) -> SheetDraft:
    """Keys, values, units and meanings of `summary.json`, nested keys one a row."""
    declared = {column.name: column for column in BY_NAME["summary.json"].columns}
    rows: list[tuple[str, DraftCell, str, str]] = []
    for key, value in summary.items():
        column = declared.get(key, OutputColumn(key, ""))
        unit = column.unit.replace(_OBJECTIVE, objective_unit)
        for place, one in _flat(key, value):
            rows.append((place, one, unit, column.meaning if place == key or not rows
                         or not rows[-1][0].startswith(key) else ""))
    keys, values, units, meanings = zip(*rows, strict=True)
    return SheetDraft("summary", (
        ColumnDraft("key", keys, width=34), ColumnDraft("value", values, width=30),
        ColumnDraft("unit", units, width=16), ColumnDraft("meaning", meanings, width=70),
    ), wrapped=True)


def _flat(place: str, value: Any) -> Iterator[tuple[str, DraftCell]]:
    """A value of JSON as one or more cells."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{place}.{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{place}[{number}]", inner)
    elif isinstance(value, bool):
        yield place, "yes" if value else "no"
    elif isinstance(value, int | float):
        yield place, float(value)
    else:
        yield place, None if value is None else str(value)


def _table(title: str, name: str, table: pd.DataFrame, objective_unit: str) -> SheetDraft:
    """Draft the sheet of a table of the result."""
    declared = {column.name: column for column in BY_NAME[f"{name}.csv"].columns}
    return SheetDraft(title, tuple(
        _column(declared.get(str(header), OutputColumn(str(header), "")), table[header].tolist(),
                objective_unit)
        for header in table.columns))


def _column(column: OutputColumn, cells: Sequence[Any], objective_unit: str) -> ColumnDraft:
    """Draft one column; what has a unit is a number, and so are years."""
    unit = column.unit.replace(_OBJECTIVE, objective_unit)
    shown = bool(unit) and unit not in _ELSEWHERE and not column.name.endswith(
        _ENDINGS.get(unit, " "))
    header = f"{column.name} [{unit}]" if shown else column.name
    note = column.meaning + (f"\nUnit: {unit}" if unit and unit not in _ELSEWHERE else "")
    if column.unit:
        return ColumnDraft(header, [_number(cell) for cell in cells], note)
    if column.name == "period":
        return ColumnDraft(header, [int(cell) if str(cell).isdigit() else _text(cell)
                                    for cell in cells], note)
    return ColumnDraft(header, [_text(cell) for cell in cells], note, as_text=True)


def _number(cell: Any) -> DraftCell:
    """A number, or None where blank."""
    if cell is None or cell != cell or cell == "":
        return None
    return float(cell)


def _text(cell: Any) -> DraftCell:
    """Text, or None where blank."""
    if cell is None or cell != cell or cell == "":
        return None
    return ("yes" if cell else "no") if isinstance(cell, bool) else str(cell)
