"""Workbooks for tests: a small instance as one, changed cell by cell as a planner might."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import write_folder

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.instance.workbook.sheets import write_workbook


def minimal_book(folder: Path, edit: Callable[[Any], None] = lambda book: None) -> Path:
    """The minimal instance as a workbook, edited."""
    book = openpyxl.load_workbook(io.BytesIO(minimal_bytes()))
    edit(book)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.xlsx"
    book.save(path)
    return path


@cache
def minimal_bytes() -> bytes:
    """The minimal instance as a workbook, written once."""
    with tempfile.TemporaryDirectory() as name:
        folder = write_folder(Path(name) / "minimal")
        write_workbook(read_instance(folder), folder / "mine.xlsx")
        return (folder / "mine.xlsx").read_bytes()


def edited(folder: Path, edit: Callable[[Any], None]) -> Instance:
    """What is read from the edited workbook."""
    return read_instance(minimal_book(folder, edit))


def refused(folder: Path, edit: Callable[[Any], None]) -> list[str]:
    """Findings in words about the edited workbook, which must be refused."""
    path = minimal_book(folder, edit)
    with pytest.raises(InstanceRefused) as caught:
        read_instance(path)
    return [str(finding) for finding in caught.value.findings]


def place(sheet: Any, header: str, row: int) -> Any:
    """Cell of a column by its header."""
    column = next(cell.column for cell in sheet[1] if cell.value == header)
    return sheet.cell(row, column)


def warnings_in_words(instance: Instance) -> list[str]:
    """Warnings of an instance."""
    found: tuple[Finding, ...] = instance.warnings
    return [str(finding) for finding in found]
