"""Text of cells -> typed arrays by their declared column, with a finding for each bad cell."""

# ruff: noqa: EM101 - the first argument is the short name of a rule, not a message
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.european import comma_advice
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice
from optimizer.instance.schema import ColumnSpec
from optimizer.instance.table import Column

FLAGS = MappingProxyType({"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0,
                          "是": 1.0, "否": 0.0})

#: Other spellings of a choice.
SPELLINGS = MappingProxyType({"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">=", "=<": "<=", "=>": ">=",
                              "==": "="})

#: Columns whose cells are years written as text; spreadsheets turn 2026 into 2026.0.
YEAR_COLUMNS = frozenset({"period"})

#: No figure of a mine is larger, whatever its unit; a plan could not be proven beyond it.
LARGEST = 1e12

#: More findings on one column help nobody; the rest is counted in a last one.
MOST_PER_COLUMN = 200

_PLAIN_NUMBERS = re.compile(r"[0-9eE+\-.\n]*")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE_YEAR = re.compile(r"^(\d+)\.0+$", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class CellFault(ValueError):  # noqa: N818 - a reason, turned into a finding
    """One cell breaks the rule of its column: rule, what was expected, what to do."""

    def __init__(self, rule: str, expected: str, do: str) -> None:
        super().__init__(rule)
        self.rule, self.expected, self.do = rule, expected, do


def normal(text: str) -> str:
    """Text with full-width digits, letters and marks made plain, trimmed."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def parse_cell(spec: ColumnSpec, cell: str) -> float | str:
    """Value of one cell: a float (NaN where blank) or text ('' where blank).

    Raises
    ------
    CellFault
        If the cell is not what its column holds, or out of range.
    """
    if spec.numeric:
        return _in_range(spec, _number(spec, normal(cell)))
    if spec.kind == "flag":
        return _flag(normal(cell))
    if spec.kind == "choice":
        return _choice(spec, normal(cell))
    return _text(spec, cell)


def typed_column(
    spec: ColumnSpec, cells: Sequence[str], lines: Sequence[int], file: str
) -> tuple[Column, list[Finding]]:
    """Type a whole column of trimmed text; cells with a finding come back blank.

    Returns
    -------
    tuple
        Array of shape (rows,), float64 or object, and the findings.
    """
    fast = _fast_numbers(spec, cells) if spec.numeric else _fast_texts(spec, cells)
    if fast is not None:
        return fast, []
    text = spec.kind in ("text", "choice")
    blank: float | str = "" if text else np.nan
    parsed: dict[str, float | str | CellFault] = {}
    for cell in dict.fromkeys(cells):
        try:
            parsed[cell] = parse_cell(spec, cell)
        except CellFault as fault:
            parsed[cell] = fault
    outcomes = [parsed[cell] for cell in cells]
    array = np.empty(len(cells), dtype=object if text else np.float64)
    array[:] = [blank if isinstance(outcome, CellFault) else outcome for outcome in outcomes]
    faults = [(line, cell, outcome) for line, cell, outcome
              in zip(lines, cells, outcomes, strict=True) if isinstance(outcome, CellFault)]
    return array, _findings(spec, faults, file)


def checked_numbers(
    spec: ColumnSpec, values: NDArray[np.float64], lines: Sequence[int], file: str
) -> tuple[Column, list[Finding]]:
    """Check numbers that came typed (Parquet); cells with a finding come back blank (NaN)."""
    if spec.numeric and all_in_range(spec, values):
        return values, []
    values = values.copy()
    faults: list[tuple[int, str, CellFault]] = []
    for row in np.flatnonzero(~np.isnan(values)).tolist():
        try:
            parse_cell(spec, plain_number(values[row]))
        except CellFault as fault:
            faults.append((lines[row], plain_number(values[row]), fault))
            values[row] = np.nan
    return values, _findings(spec, faults, file)


def plain_number(value: float) -> str:
    """Write a number so that it reads back as itself: no .0 on whole ones, '' for NaN."""
    if np.isnan(value):
        return ""
    if np.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def required_findings(spec: ColumnSpec, values: Column | None, lines: Sequence[int],
                      file: str) -> list[Finding]:
    """Findings about blanks in a column that must always be filled in (None: no such column)."""
    if spec.required != "always":
        return []
    if values is None:
        return [Finding(file, "missing column", "no such column", f"`{spec.name}`: {spec.meaning}",
                        "Add the column.", column=spec.name)]
    blank = values == "" if values.dtype == object else np.isnan(values)
    fault = CellFault("blank cell", spec.meaning.rstrip("."), "Fill the cell in.")
    return _findings(spec, [(lines[row], "", fault) for row in np.flatnonzero(blank).tolist()],
                     file)


def _fast_numbers(spec: ColumnSpec, cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Whole column of numbers at once; None where any cell needs a closer look."""
    if not _PLAIN_NUMBERS.fullmatch("\n".join(cells)):
        return None
    try:
        values = np.array([float(cell) if cell else np.nan for cell in cells], dtype=np.float64)
    except ValueError:
        return None
    return values if all_in_range(spec, values) else None


def _fast_texts(spec: ColumnSpec, cells: Sequence[str]) -> Column | None:
    """Whole column of trimmed, printable text at once; None where a cell needs a closer look."""
    if spec.kind != "text" or spec.name in YEAR_COLUMNS or not " ".join(cells).isprintable():
        return None
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def all_in_range(spec: ColumnSpec, values: NDArray[np.float64]) -> bool:
    """Whether all numbers that are not blank are in range, and whole where they must."""
    given = values[~np.isnan(values)]
    if not given.size:
        return True
    low = spec.lowest is None or given.min() > spec.lowest or (
        not spec.above and given.min() == spec.lowest)
    high = spec.highest is None or given.max() <= spec.highest
    whole = spec.kind != "integer" or bool(np.all(given == np.rint(given)))
    return bool(low and high and whole and np.all(np.abs(given) <= LARGEST))


def _number(spec: ColumnSpec, cell: str) -> float:
    """A number, strictly: digits, a decimal point, an exponent."""
    if not cell:
        return np.nan
    unit = f" in {spec.unit}" if _measured(spec) else ""
    if not _NUMBER.fullmatch(cell):
        raise CellFault("not a number", f"a number{unit}", _number_advice(cell))
    value = float(cell)
    if abs(value) > LARGEST:
        raise CellFault("too large a number", f"at most {LARGEST:g}{unit} in size",
                        "Check the unit, and that no digits ran together.")
    if spec.kind == "integer" and value != round(value):
        raise CellFault("not a whole number", f"a whole number{unit}", "Write a whole number.")
    return value


def _measured(spec: ColumnSpec) -> bool:
    """Whether a number has a unit that can be said after it ('of the limit' cannot)."""
    return spec.unit not in ("", "1", "year") and not spec.unit.startswith("of ")


def _number_advice(cell: str) -> str:
    """What to write instead of a text that is not a number."""
    with_commas = comma_advice(cell)
    if with_commas:
        return with_commas
    if cell.casefold().lstrip("+-") in ("", "nan", "na", "n/a", "null", "none", "inf", "infinity",
                                        "/", "#n/a"):
        return "Leave the cell blank where there is no value."
    return "Write digits with a decimal point and nothing else; the unit stands in the header."


def _in_range(spec: ColumnSpec, value: float) -> float:
    """The value, if it lies in the range of its column."""
    if np.isnan(value):
        return value
    too_low = spec.lowest is not None and (
        value < spec.lowest or (spec.above and value == spec.lowest))
    too_high = spec.highest is not None and value > spec.highest
    if too_low or too_high:
        raise CellFault("out of range", range_text(spec), f"Check the unit: {spec.meaning}")
    return value


def range_text(spec: ColumnSpec) -> str:
    """The range of a number in words."""
    unit = f" {spec.unit}" if _measured(spec) else ""
    low = "" if spec.lowest is None else f"{'above' if spec.above else 'at least'} {spec.lowest:g}"
    high = "" if spec.highest is None else f"at most {spec.highest:g}"
    return " and ".join(part for part in (low, high) if part) + unit


def _flag(cell: str) -> float:
    """1 for yes, 0 for no, NaN for blank."""
    if not cell:
        return np.nan
    if cell.casefold() not in FLAGS:
        raise CellFault("not yes or no", "yes or no", "Write yes or no.")
    return FLAGS[cell.casefold()]


def _choice(spec: ColumnSpec, cell: str) -> str:
    """One of the words of the column."""
    word = SPELLINGS.get(cell, cell)
    if word and word not in spec.choices:
        words = ", ".join(spec.choices)
        raise CellFault("unknown word", f"one of {words}",
                        advice(word, spec.choices, f"Write one of {words}."))
    return word


def _text(spec: ColumnSpec, cell: str) -> str:
    """Trimmed text without control characters; years without the .0 of spreadsheets."""
    trimmed = cell.strip()
    if not trimmed.isprintable() and _CONTROL.search(trimmed):
        raise CellFault("control characters in text", "plain text", "Type the text anew.")
    if spec.name in YEAR_COLUMNS:
        return "|".join(_WHOLE_YEAR.sub(r"\1", part.strip()) for part in normal(trimmed).split("|"))
    return trimmed


def _findings(
    spec: ColumnSpec, faults: list[tuple[int, str, CellFault]], file: str
) -> list[Finding]:
    """One finding per fault; beyond `MOST_PER_COLUMN` only their number."""
    found = [
        Finding(file, fault.rule, f"`{cell}`" if cell else "blank", fault.expected, fault.do,
                row=line or None, column=spec.name)
        for line, cell, fault in faults[:MOST_PER_COLUMN]
    ]
    rest = len(faults) - MOST_PER_COLUMN
    if rest > 0:
        found.append(Finding(file, "more of the same", f"{rest} more cells", "as above",
                             "Mend the whole column.", column=spec.name))
    return found
