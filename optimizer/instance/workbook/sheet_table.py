"""One sheet -> one raw table: header, rows with their numbers, and everything odd about them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.cells import normal, plain_number
from optimizer.instance.findings import Finding
from optimizer.instance.raw import RawColumn, RawTable, header_findings
from optimizer.instance.reader import declared_column
from optimizer.instance.schema import TableSpec
from optimizer.instance.workbook.book import CellValue, Odd, Sheet
from optimizer.instance.workbook.sheet_cells import Column


def sheet_label(file: str, title: str) -> str:
    """Name of a sheet in messages."""
    return f"{file} sheet {title}"


def raw_sheet(sheet: Sheet, spec: TableSpec, file: str) -> RawTable:
    """Take a sheet as a raw table.

    The first row with content is the header. Rows and columns without content are skipped.

    Parameters
    ----------
    sheet
        What was read.
    spec
        Declaration of the table.
    file
        Name of the workbook, for messages.
    """
    label = sheet_label(file, sheet.title)
    if not sheet.rows:
        return RawTable(label, {}, frozenset(), [], [])
    numbers = sorted(sheet.rows)
    top, lines = numbers[0], numbers[1:]
    places = sorted({column for cells in sheet.rows.values() for column in cells})
    header = {place: header_text(sheet.rows[top].get(place)) for place in places}
    findings = header_findings(list(header.values()), label, top, places)
    findings += [_merged(area, label) for area in _merged_in_use(sheet, numbers, places)]
    columns: dict[str, RawColumn] = {}
    cell_findings = list(_hidden(sheet, lines, places, label))
    for place, name in header.items():
        if not name or name in columns:
            continue
        declared = declared_column(name, spec)
        column = Column(declared.name if declared else name, declared, label)
        columns[name] = column.read([sheet.rows[line].get(place) for line in lines], lines)
        cell_findings += column.findings
    return RawTable(label, columns, frozenset(), lines, findings, cell_findings=cell_findings)


def header_text(cell: CellValue | None) -> str:
    """A header without the line breaks that fit it into its cell."""
    if cell is None:
        return ""
    if isinstance(cell, Odd):
        return cell.shown
    text = cell if isinstance(cell, str) else plain_number(float(cell))
    return " ".join(normal(text).split())


def _merged_in_use(
    sheet: Sheet, rows: list[int], places: list[int]
) -> Iterator[tuple[int, int, int, int, str]]:
    """Merged areas that reach into the table."""
    for area in sheet.merged:
        first_row, last_row, first_column, last_column, _ = area
        if first_row <= rows[-1] and last_row >= rows[0] and (
                first_column <= places[-1] and last_column >= places[0]):
            yield area


def _merged(area: tuple[int, int, int, int, str], label: str) -> Finding:
    """Finding about merged cells: all but the first are empty, whatever they look like."""
    return Finding(label, "merged cells", f"{area[4]} are one cell", "one value in each cell",
                   "Unmerge them and write the value into each cell.", row=area[0])


def _hidden(sheet: Sheet, lines: list[int], places: list[int], label: str) -> Iterator[Finding]:
    """Warnings that what is hidden is read like everything else."""
    rows = [line for line in lines if line in sheet.hidden_rows]
    columns = [place for place in places if place in sheet.hidden_columns]
    seen = [words for words in (
        "the whole sheet" if sheet.hidden else "",
        f"{len(rows)} row{'s' if len(rows) > 1 else ''} from row {rows[0]} on" if rows else "",
        f"{len(columns)} column{'s' if len(columns) > 1 else ''}" if columns else "") if words]
    if seen:
        yield Finding(label, "hidden cells are read", " and ".join(seen),
                      "cells that are seen", "Show them (or take the filter off), and delete what "
                      "is not meant.", severity="warning")
