"""Numbers of files with semicolons: read as they were meant, or refused by name.

Spreadsheets put semicolons between cells where the decimal mark is a comma, and points between
thousands: `120.000` may be a hundred and twenty thousand there. What can be read in two ways is
never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from optimizer.instance.findings import Finding

#: Columns whose numbers are usually in the thousands, so that 120.000 may be meant as one.
IN_THOUSANDS = frozenset({"supply_m3", "value"})

_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_MANY_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2}((,\d{3})+\.\d*|(,\d{3}){2,})", re.ASCII)
_POINTS_AND_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_NO_THOUSANDTHS = re.compile(r"[1-9]\d{0,2}\.000", re.ASCII)
_WITH_COMMAS = re.compile(r"[+-]?\d+(,\d+)?", re.ASCII)


def like_a_number(cell: str) -> bool:
    """Whether a cell is a number written with commas, whatever they mean."""
    return any(form.fullmatch(cell) for form in (_DECIMAL_COMMA, _MANY_COMMAS, _POINTS_AND_COMMA))


def comma_advice(cell: str) -> str:
    """What to write instead of a number with commas or several points; '' where it is none."""
    if _COMMAS.fullmatch(cell):
        return f"Write {_both(cell)}, whichever is meant."
    if _POINTS_AND_COMMA.fullmatch(cell):
        return f"Write {cell.replace('.', '').replace(',', '.')}."
    if _DECIMAL_COMMA.fullmatch(cell):
        return f"Write {_with_point(cell)}."
    if _MANY_COMMAS.fullmatch(cell):
        return f"Write it without thousands separators: {cell.replace(',', '')}."
    if _POINTS.fullmatch(cell):
        return f"Write it without thousands separators: {cell.replace('.', '')}."
    return ""


def with_points(cells: Sequence[str]) -> list[str] | None:
    """Cells of a column of decimal commas with points; None unless that is the only reading.

    Every cell is digits with at most one comma, one at least has a comma, and no comma stands
    where one between thousands could stand.
    """
    given = [cell for cell in cells if cell]
    if not any("," in cell for cell in given):
        return None
    if not all(_WITH_COMMAS.fullmatch(cell) and not _COMMAS.fullmatch(cell) for cell in given):
        return None
    return [cell.replace(",", ".") for cell in cells]


def ambiguous_rows(cells: Sequence[str]) -> list[int]:
    """Rows whose points may be decimal or between thousands."""
    return [row for row, cell in enumerate(cells) if _POINTS.fullmatch(cell)]


def ambiguous(cell: str, line: int, file: str, column: str) -> Finding:
    """Finding about a number with points in a file with semicolons."""
    if cell.count(".") == 1:
        do = (f"Write {_both(cell.replace('.', ','))}, whichever is meant, or put commas between "
              "the cells.")
    else:
        do = comma_advice(cell)
    return Finding(
        file, "ambiguous number", f"`{cell}` between semicolons",
        "a number that can be read in one way: points may stand between thousands here", do,
        row=line or None, column=column)


def _both(cell: str) -> str:
    """Both readings of a number with one comma and three digits after it."""
    decimal = _with_point(cell).rstrip("0")
    decimal += "0" if decimal.endswith(".") else ""
    # 1.375 between semicolons would be refused again; 1.3750 is not.
    decimal += "0" if _POINTS.fullmatch(decimal) else ""
    return f"{cell.replace(',', '')} or {decimal}"


def _with_point(cell: str) -> str:
    """A number with a decimal comma as one with a point."""
    sign = cell[0] if cell[0] in "+-" else ""
    whole, _, rest = cell.removeprefix(sign).partition(",")
    return f"{sign}{whole or '0'}.{rest}"


def like_thousands(
    cells: Sequence[str], lines: Sequence[int], file: str, column: str
) -> list[Finding]:
    """Warn of 120.000 where no other number has decimals: it is read as 120.

    A column in which every number has them was written by a program, and means what it says.
    """
    odd = [row for row, cell in enumerate(cells) if _NO_THOUSANDTHS.fullmatch(cell)]
    others = [cell for cell in cells if cell and not _NO_THOUSANDTHS.fullmatch(cell)]
    by_program = (not others and len(odd) > 1) or any("." in cell for cell in others)
    if column not in IN_THOUSANDS or not odd or by_program:
        return []
    cell = cells[odd[0]]
    whole, many = cell.partition(".")[0], cell.replace(".", "")
    more = "" if len(odd) == 1 else f" (and {len(odd) - 1} more like it)"
    return [Finding(
        file, "number looks like thousands", f"`{cell}`, read as {whole}{more}",
        "a point before decimals only", f"If {many} is meant, write {many}; if not, write {whole}.",
        row=lines[odd[0]], column=column, severity="warning")]
