"""Cells of a sheet -> a column as text or numbers, whatever the spreadsheet made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from optimizer.instance.cells import MOST_PER_COLUMN, plain_number
from optimizer.instance.findings import Finding
from optimizer.instance.raw import RawColumn
from optimizer.instance.reader import numeric_key
from optimizer.instance.schema import ColumnSpec
from optimizer.instance.workbook.book import CellValue, Odd

#: Text columns that are read by people only, where a date may stand.
PROSE = frozenset({"note", "source", "reason", "clause", "label", "label_zh"})

#: A header with this in it holds percent.
PERCENT = "_pct"

_ODD = {
    "error": ("error in a cell", "a value", "Mend the formula, or clear the cell."),
    "uncalculated": ("formula without a result", "a value",
                     "Open the workbook in a spreadsheet program and save it, or write the value."),
}


@dataclass
class Column:
    """Cells of one column, being read.

    Parameters
    ----------
    name
        Declared name, or the header where the table knows no such column.
    spec
        Declaration; None where there is none.
    file
        Name for messages.
    findings
        Everything odd about the cells.
    """

    name: str
    spec: ColumnSpec | None
    file: str
    findings: list[Finding] = field(default_factory=list)

    def read(self, cells: Sequence[CellValue | None], lines: Sequence[int]) -> RawColumn:
        """Cells as numbers where all are, else as text; odd ones with a finding come back blank."""
        values = [self._value(cell, line) for cell, line in zip(cells, lines, strict=True)]
        self._note_percent(cells, lines)
        self._shorten()
        if self._text():
            self._note_numbers(values, lines)
        elif all(value == "" or not isinstance(value, str) for value in values):
            return np.array([np.nan if value == "" else value for value in values],
                            dtype=np.float64)
        return [value if isinstance(value, str) else plain_number(value) for value in values]

    def _text(self) -> bool:
        """Whether the column is declared as text."""
        return self.spec is not None and self.spec.kind in ("text", "choice", "flag")

    def _value(self, cell: CellValue | None, line: int) -> str | float:
        """Text or number of one cell; '' where it is blank or cannot be used."""
        if cell is None:
            return ""
        if isinstance(cell, bool):
            return "yes" if cell else "no"
        if isinstance(cell, Odd):
            return self._odd(cell, line)
        return cell

    def _odd(self, cell: Odd, line: int) -> str | float:
        """What an odd cell stands for, or a finding and a blank."""
        if cell.kind == "percent":
            if PERCENT in self.name:
                return hundredfold(cell.number)
            self._fault(line, "number shown as percent",
                        f"`{cell.shown}`, stored as {cell.number:g}", "a plain number",
                        "Format the cell as a number and write what the unit asks for.")
        elif cell.kind == "date":
            if self.spec is not None and self.name in PROSE:
                return cell.shown
            self._fault(line, "date in a cell", f"`{cell.shown}`",
                        "a year" if "year" in self.name or self.name == "period"
                        else "text or a number",
                        "The spreadsheet made a date of what was typed: format the cells as text "
                        "(or General for numbers) and type them anew.")
        else:
            rule, expected, do = _ODD[cell.kind]
            self._fault(line, rule, f"`{cell.shown}`", expected, do)
        return ""

    def _fault(self, line: int, rule: str, seen: str, expected: str, do: str) -> None:
        self.findings.append(Finding(self.file, rule, seen, expected, do, row=line,
                                     column=self.name))

    def _shorten(self) -> None:
        """Keep the first findings and count the rest."""
        rest = len(self.findings) - MOST_PER_COLUMN
        if rest > 0:
            del self.findings[MOST_PER_COLUMN:]
            self.findings.append(Finding(
                self.file, "more of the same", f"{rest} more cells", "as above",
                "Mend the whole column.", column=self.name))

    def _note_percent(self, cells: Sequence[CellValue | None], lines: Sequence[int]) -> None:
        """Say once that cells shown as percent were read as shown."""
        if PERCENT not in self.name:
            return
        first = next(((cell, line) for cell, line in zip(cells, lines, strict=True)
                      if isinstance(cell, Odd) and cell.kind == "percent"), None)
        if first is not None:
            cell, line = first
            self.findings.append(Finding(
                self.file, "numbers shown as percent", f"`{cell.shown}`, stored as {cell.number:g}",
                "plain numbers in percent", f"Read as {hundredfold(cell.number):g}; format the "
                "cells as numbers to be sure.", row=line, column=self.name, severity="warning"))

    def _note_numbers(self, values: Sequence[str | float], lines: Sequence[int]) -> None:
        """Warn of names that were typed as numbers, so that leading zeros are gone."""
        if self.spec is None:
            return
        numbers = [(plain_number(value), line) for value, line in zip(values, lines, strict=True)
                   if not isinstance(value, str)]
        self.findings += numeric_key(self.spec, self.file, [text for text, _ in numbers],
                                     numbers[0][1] if numbers else None)


def hundredfold(number: float) -> float:
    """A hundred times a number, exactly as its digits say: 0.07 gives 7."""
    return float(Decimal(repr(number)) * 100)
