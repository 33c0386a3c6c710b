"""Mutations of single cells and of the values of columns."""

from __future__ import annotations

import random

from mutated_tables import Folder, Rows, any_cell, any_table, data_of, number_columns, numbers_in

#: What stands in cells of real files, and what should not.
ODD_TEXTS = (
    "", " ", "nan", "NaN", "inf", "-inf", "Infinity", "1e308", "-1e308", "1e309", "1e-320", "1e15",
    "-1", "0", "-0", "0.0", "1,5", "1.234,5", "12,345", "1 000", "1\u00a0000", "1'000", "1_000",
    "１２", "１２．５", "－５", "٣", "½", "0x10", "1e", "1e5", "--5", "+5", "5-", "5 ha",
    "5ha", "¥5",
    "50%", "五", "=A1+1", "#DIV/0!", "#N/A", "#REF!", "NULL", "None", "none", "-", "n/a", "TRUE",
    "yes", "no", "maybe", "是", "否", "2026", "2026.0", "2026-01-01", "2026年", "1899-12-30", "007",
    "7", "*", "|", "a|b", "a||b", "*|x", "|*", "cropland|", "grass|grass", "<=", ">=", "=", "<",
    "≤", "==", "ha", "mu", "亩", "CNY", "%", "t/yr", "m3/yr", "10000 CNY", "net_sink", "holding",
    "area", "cost", "soil", "account:", "account:cost", "absolute", "equal", "average",
    "share_of_reclaimed", "share_of_available", "share_of_released", "average_of_available",
    "table", "exponential", "started", "tilt", "once", "per_year", "林地", "Ünïcödé", "naïve\u0301",
    "\u200b", "\ufeff", "\u202eabc", "😀", "\x00", "\x07", "a\nb", "a\rb", "a\tb", '"',
    "'", ",", ";",
    "\\", "../../x", "con", "x" * 5000, "9" * 400, "1" + "0" * 40, "<script>", "{}", "[]", "%s",
    "{0}", "$HOME",
)

#: Factors of wrong units and of figures nobody has.
FACTORS = (-1.0, 0.0, 1e-300, 1e-12, 1e-6, 1e-3, 0.01, 1 / 15, 0.1, 2.0, 10.0, 15.0,
           100.0, 1e3, 1e4,
           1e6, 1e9, 1e12, 1e300)


def odd_cell(folder: Folder, source: random.Random) -> str | None:
    """Put an odd text into a cell."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row, column = any_cell(rows, source)
    text = source.choice(ODD_TEXTS)
    return _set(folder, name, rows, row, column, text)


def swapped_cells(folder: Folder, source: random.Random) -> str | None:
    """Exchange two cells of a table."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    (row, column), (other, further) = any_cell(rows, source), any_cell(rows, source)
    if not rows[row] or not rows[other]:
        return None
    rows[row][column], rows[other][further] = rows[other][further], rows[row][column]
    folder[name] = data_of(rows)
    return f"{name}: cells {row},{column} and {other},{further} exchanged"


def copied_cell(folder: Folder, source: random.Random) -> str | None:
    """Copy a cell up or down its column: keys collide, names repeat."""
    found = any_table(folder, source, least=2)
    if found is None:
        return None
    name, rows = found
    row, column = any_cell(rows, source)
    other = source.randrange(1, len(rows))
    if column >= len(rows[other]) or column >= len(rows[row]):
        return None
    return _set(folder, name, rows, other, column, rows[row][column])


def rescaled_cell(folder: Folder, source: random.Random) -> str | None:
    """Multiply one number."""
    return _rescale(folder, source, whole=False)


def rescaled_column(folder: Folder, source: random.Random) -> str | None:
    """Multiply every number of a column."""
    return _rescale(folder, source, whole=True)


def blank_column(folder: Folder, source: random.Random) -> str | None:
    """Empty a column."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    column = source.randrange(len(rows[0]))
    for row in rows[1:]:
        if column < len(row):
            row[column] = ""
    folder[name] = data_of(rows)
    return f"{name}: column {rows[0][column]!r} emptied"


def constant_column(folder: Folder, source: random.Random) -> str | None:
    """Put one odd text into every cell of a column."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    column, text = source.randrange(len(rows[0])), source.choice(ODD_TEXTS)
    for row in rows[1:]:
        if column < len(row):
            row[column] = text
    folder[name] = data_of(rows)
    return f"{name}: column {rows[0][column]!r} all {text[:40]!r}"


def altered_name(folder: Folder, source: random.Random) -> str | None:
    """Change the case of a cell, put blanks around it, or lose its first or last letter."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row, column = any_cell(rows, source)
    text = rows[row][column] if column < len(rows[row]) else ""
    if not text:
        return None
    altered = source.choice((text.upper(), text.title(), f" {text}", f"{text} ", f"\u3000{text}",
                             text[1:], text[:-1], text + "-2", "0" + text, text.lstrip("0")))
    return _set(folder, name, rows, row, column, altered)


def decimal_commas(folder: Folder, source: random.Random) -> str | None:
    """Write the numbers of a table with decimal commas, quoted or with semicolons between."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    for column in number_columns(rows):
        for row in numbers_in(rows, column):
            rows[row][column] = rows[row][column].replace(".", ",")
    separator = source.choice(",;\t")
    folder[name] = data_of(rows, separator)
    return f"{name}: decimal commas, separator {separator!r}"


def thousands(folder: Folder, source: random.Random) -> str | None:
    """Write the numbers of a column with separators between the thousands."""
    found = any_table(folder, source)
    if found is None or not number_columns(found[1]):
        return None
    name, rows = found
    column, mark = source.choice(number_columns(rows)), source.choice((",", ".", " ", "'"))
    for row in numbers_in(rows, column):
        number = float(rows[row][column])
        if abs(number) < 1e15:
            rows[row][column] = f"{number * 1000:,.0f}".replace(",", mark)
    folder[name] = data_of(rows)
    return f"{name}: column {rows[0][column]!r} with thousands {mark!r}"


def _rescale(folder: Folder, source: random.Random, *, whole: bool) -> str | None:
    found = any_table(folder, source)
    if found is None or not number_columns(found[1]):
        return None
    name, rows = found
    column, factor = source.choice(number_columns(rows)), source.choice(FACTORS)
    which = numbers_in(rows, column)
    for row in which if whole else [source.choice(which)]:
        rows[row][column] = repr(float(rows[row][column]) * factor)
    folder[name] = data_of(rows)
    return f"{name}: {rows[0][column]!r} times {factor:g}{'' if whole else ' in one row'}"


def _set(folder: Folder, name: str, rows: Rows, row: int, column: int, text: str) -> str | None:
    if column >= len(rows[row]) or rows[row][column] == text:
        return None
    was, rows[row][column] = rows[row][column], text
    folder[name] = data_of(rows)
    header = rows[0][column] if column < len(rows[0]) else column
    return f"{name}: row {row + 1} {header!r} from {was!r} to {text[:40]!r}"


CELL_MUTATIONS = (
    odd_cell, odd_cell, odd_cell, swapped_cells, copied_cell, rescaled_cell, rescaled_column,
    blank_column, constant_column, altered_name, decimal_commas, thousands,
)
