"""The one place that reads Excel files: cells as plain values, with what is odd about them."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from optimizer.instance.cells import plain_number
from optimizer.instance.findings import Finding

#: Files that are read as workbooks.
SUFFIXES = (".xlsx", ".xlsm")

#: Files of spreadsheets that must be saved as one of those first.
OTHER_SUFFIXES = (".xls", ".xlsb", ".ods")

#: First bytes of files in the old container: .xls, and workbooks with a password.
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_LIST_PART = "xl/workbook.xml"
_LISTED_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_ZEROS = re.compile(r"0{2,}")
_QUOTED = re.compile(r'"[^"]*"|\\.')

Oddity = Literal["percent", "date", "error", "uncalculated"]


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is not simply the text or number it seems to be.

    Parameters
    ----------
    kind
        `percent`: stored is a hundredth of what is shown; `date`: a date or time; `error`: the
        error of a formula; `uncalculated`: a formula without a stored result.
    shown
        What a planner sees, for messages.
    number
        The stored number of a percentage.
    """

    kind: Oddity
    shown: str
    number: float = 0.0


#: What a cell holds; cells without content are not there.
CellValue = str | float | bool | Odd


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    title
        Its name.
    rows
        Number of the row (from 1) -> number of the column (from 1) -> value; only filled cells.
    merged
        First and last row, first and last column, and the name of every merged area.
    hidden
        Whether the sheet is hidden.
    hidden_rows, hidden_columns
        Numbers of hidden rows and columns.
    """

    title: str
    rows: Mapping[int, Mapping[int, CellValue]]
    merged: tuple[tuple[int, int, int, int, str], ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def is_workbook(path: Path) -> bool:
    """Whether a path has the name of a workbook that can be read."""
    return path.suffix.lower() in SUFFIXES


def open_book(path: Path) -> tuple[Sheet, ...] | Finding:
    """Read every sheet of a workbook, or say why it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return unreadable(path, f"it cannot be read ({error.strerror or error})",
                          "Check the path, and close it in the spreadsheet program.")
    if data.startswith(_OLD_CONTAINER):
        return unreadable(path, "a workbook with a password, or of the old .xls format",
                          "Save it as .xlsx without a password.")
    try:
        import openpyxl  # noqa: F401 - only whether it is there
    except ImportError:
        return library_missing(path.name)
    try:
        return tuple(_sheets(data))
    except Exception as error:  # a damaged file may break anything in the library
        seen = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        return unreadable(path, f"no Excel workbook ({seen})",
                          "Open it in a spreadsheet program and save it anew as .xlsx.")


def unreadable(path: Path, seen: str, do: str) -> Finding:
    """Finding about a file that is no workbook this program can read."""
    return Finding(path.name, "unreadable file", seen, "an Excel workbook (.xlsx)", do)


def library_missing(file: str) -> Finding:
    """Finding that the library for workbooks is not installed."""
    return Finding(file, "a library is missing", "openpyxl is not installed",
                   "openpyxl, which reads and writes Excel workbooks",
                   'Install it with `pip install "reclaim-optimizer[excel]"`, or use a folder of '
                   "CSV files.")


def _sheets(data: bytes) -> Iterator[Sheet]:
    """Sheets with the stored results of formulas."""
    results = _loaded(data, data_only=True)
    lost = _sheet_count(data) - len(results.sheetnames)
    if lost > 0:
        message = f"{lost} of its sheets cannot be read"
        raise ValueError(message)
    formulas = _loaded(data, data_only=False) if _has_formulas(data) else None
    for sheet in results.worksheets:
        waiting = {} if formulas is None else _formulas(formulas[sheet.title])
        yield _sheet(sheet, waiting)


def _loaded(data: bytes, *, data_only: bool) -> Any:
    """Open a workbook without the remarks of the library on parts it does not know.

    From memory: the library leaves files open that it cannot read.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


def _sheet_count(data: bytes) -> int:
    """Sheets the workbook lists; the library passes over those whose part is damaged or gone."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.read(_LIST_PART) if _LIST_PART in parts.namelist() else b""
    return len(_LISTED_SHEET.findall(listed))


def _has_formulas(data: bytes) -> bool:
    """Whether any sheet holds a formula; if none does, one reading is enough."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return any(_FORMULA.search(parts.read(name)) for name in parts.namelist()
                   if _SHEET_PART.fullmatch(name))


def _formulas(sheet: Any) -> dict[tuple[int, int], str]:
    """Place -> formula of every cell that has one."""
    return {place: str(getattr(cell.value, "text", cell.value))
            for place, cell in sheet._cells.items() if cell.data_type == "f"}


def _sheet(sheet: Any, formulas: Mapping[tuple[int, int], str]) -> Sheet:
    """One sheet as plain values.

    The cells that exist are walked one by one: a sheet with a format on whole columns has a
    million rows, nearly all of them empty.
    """
    rows: dict[int, dict[int, CellValue]] = {}
    for (row, column), cell in sorted(sheet._cells.items(), key=lambda entry: entry[0]):
        value = _value(cell, formulas.get((row, column), ""))
        if value is not None:
            rows.setdefault(row, {})[column] = value
    merged = tuple((area.min_row, area.max_row, area.min_col, area.max_col, area.coord)
                   for area in sheet.merged_cells.ranges)
    return Sheet(
        sheet.title, rows, merged, sheet.sheet_state != "visible",
        frozenset(n for n, row in sheet.row_dimensions.items() if row.hidden),
        frozenset(_hidden_columns(sheet)))


def _hidden_columns(sheet: Any) -> Iterator[int]:
    """Numbers of hidden columns; a run of them is stored as one."""
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min is not None:
            yield from range(dimension.min, min(dimension.max, sheet.max_column) + 1)


def _value(cell: Any, formula: str) -> CellValue | None:
    """What a cell holds; None where it is empty."""
    value = cell.value
    if value is None:
        return Odd("uncalculated", formula) if formula else None
    if cell.data_type == "e":
        return Odd("error", str(value))
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(float(value), str(cell.number_format or ""))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return Odd("date", _shown_date(value))
    text = str(value).strip()
    return text or None


def _number(value: float, form: str) -> CellValue:
    """A number as the planner sees it: 7 in a cell of the format 000 is 007, 0.25 may be 25%."""
    bare = _QUOTED.sub("", form)
    if "%" in bare:
        return Odd("percent", f"{value * 100:.10g}%", value)
    if _ZEROS.fullmatch(bare) and value >= 0 and value == int(value):
        return plain_number(value).zfill(len(bare))
    return value


def _shown_date(value: Any) -> str:
    """A date without its midnight."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
