"""The one place that writes Excel files: drafts of sheets -> a workbook, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from optimizer.instance.cells import plain_number
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.formulas import would_run
from optimizer.instance.workbook.book import library_missing
from optimizer.instance.workbook.draft import ColumnDraft, DraftCell, SheetDraft

#: What a sheet can hold.
MOST_ROWS = 1_048_576
MOST_TEXT = 32_767

#: Longest list that may stand in a cell's own rule.
_MOST_CHOICES = 255

_NARROWEST, _WIDEST = 8.0, 44.0
_HEADER_FILL, _REQUIRED_FILL = "E4E9EF", "FFE2B8"


def write_book(path: Path, sheets: Sequence[SheetDraft]) -> None:
    """Write sheets as a workbook; the file appears when it is complete.

    Raises
    ------
    InstanceRefused
        If the library is missing, or something does not fit into a sheet.
    """
    refused = list(_too_much(path.name, sheets))
    if refused:
        raise InstanceRefused(path.name, refused)
    try:
        import openpyxl
    except ImportError:
        raise InstanceRefused(path.name, [library_missing(path.name)]) from None
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".reclaim-{secrets.token_hex(4)}-{path.name}")
    try:
        book.save(temporary)
        os.replace(temporary, path)  # noqa: PTH105 - the one call that replaces in one step
    finally:
        temporary.unlink(missing_ok=True)


def _too_much(file: str, sheets: Sequence[SheetDraft]) -> Iterator[Finding]:
    """Findings about what a sheet cannot hold; the library would cut it off without a word."""
    for sheet in sheets:
        longest = max((len(column.cells) for column in sheet.columns), default=0)
        if longest + 1 > MOST_ROWS:
            yield Finding(file, "too many rows for a sheet", f"{longest:,} in {sheet.title}",
                          f"at most {MOST_ROWS - 1:,}", "Keep the instance as a folder.")
        for column in sheet.columns:
            length = max((len(cell) for cell in column.cells if isinstance(cell, str)), default=0)
            if length > MOST_TEXT:
                yield Finding(file, "too long a text for a cell",
                              f"{length:,} characters in {sheet.title}", f"at most {MOST_TEXT:,}",
                              "Shorten the text, or keep the instance as a folder.",
                              column=column.header)


def _fill(page: Any, sheet: SheetDraft) -> None:
    """Fill one sheet in."""
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        _write_header(page.cell(1, place), column)
        page.column_dimensions[letter].width = _width(column)
        if column.as_text:
            page.column_dimensions[letter].number_format = "@"
        for row, cell in enumerate(column.cells, start=2):
            if cell is not None and cell != "":
                _write_cell(page.cell(row, place), cell, column, wrapped=sheet.wrapped)
        _offer(page, letter, column)
    page.freeze_panes = "B2" if len(sheet.columns) > 3 else "A2"


def _write_header(cell: Any, column: ColumnDraft) -> None:
    """Write a header with its note; those that must be filled in stand out."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    _set_text(cell, column.header)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.fill = PatternFill("solid", fgColor=_REQUIRED_FILL if column.required else _HEADER_FILL)
    if column.note:
        comment = Comment(column.note, "reclaim")
        comment.width, comment.height = 320, 28 + 18 * (1 + len(column.note) // 38
                                                        + column.note.count("\n"))
        cell.comment = comment


def _write_cell(cell: Any, value: DraftCell, column: ColumnDraft, *, wrapped: bool) -> None:
    """Write a value; text stays text whatever it looks like."""
    if isinstance(value, str):
        _set_text(cell, value)
        if column.as_text:
            cell.number_format = "@"
    elif value is not None:
        # The library would cut numbers to 16 digits; their text has all that tell them apart.
        cell.value = plain_number(float(value))
        cell.data_type = "n"
    if wrapped:
        from openpyxl.styles import Alignment

        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _set_text(cell: Any, text: str) -> None:
    """Set text so that it is neither run as a formula nor taken for an error.

    The mark of quoted text keeps it so when somebody edits the cell.
    """
    cell.value = text
    cell.data_type = "s"
    if would_run(text):
        cell.quotePrefix = True


def _width(column: ColumnDraft) -> float:
    """Width that shows the header on at most two lines and most cells whole."""
    if column.width is not None:
        return column.width
    texts = [cell for cell in column.cells[:500] if isinstance(cell, str)]
    longest = max((_shown_length(text) for text in texts), default=0.0)
    header = _shown_length(column.header)
    return min(max(_NARROWEST, longest + 2, header / (2 if header > 30 else 1) + 3), _WIDEST)


def _shown_length(text: str) -> float:
    """Length as shown: Chinese characters are about twice as wide."""
    return sum(2.0 if ord(character) > 0x2E7F else 1.0 for character in text)


def _offer(page: Any, letter: str, column: ColumnDraft) -> None:
    """Add the list of words or names that a cell may hold."""
    from openpyxl.worksheet.datavalidation import DataValidation

    formula = _list_formula(column)
    if not formula:
        return
    rule = DataValidation("list", formula1=formula, allow_blank=True,
                          showErrorMessage=column.strict, showDropDown=False)
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{MOST_ROWS}")


def _list_formula(column: ColumnDraft) -> str:
    """The words themselves, or the filled part of the column that has the names."""
    from openpyxl.utils import get_column_letter, quote_sheetname

    joined = ",".join(column.choices)
    if column.choices and len(joined) <= _MOST_CHOICES:
        return f'"{joined}"'
    if column.chosen_from is None:
        return ""
    title, place = column.chosen_from
    sheet, letter = quote_sheetname(title), get_column_letter(place)
    filled = f"MAX(1,COUNTA({sheet}!${letter}:${letter})-1)"
    return f"OFFSET({sheet}!${letter}$2,0,0,{filled},1)"


