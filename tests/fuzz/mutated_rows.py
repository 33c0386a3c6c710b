"""Mutations of rows, columns and headers."""

from __future__ import annotations

import random

from mutated_tables import Folder, any_table, data_of

ODD_HEADERS = ("", "note", "source", "account:", "account:new", "account:cost",
               "after:ph", "after:",
               "面积", "area_mu", "slope_deg", "Area_ha", "area ha", " area_ha",
               "area_ha ", "fixed",
               "zone", "period", "method", "x", "y", "\ufeffparcel", "unnamed: 0", "a,b", "a\nb")


def dropped_row(folder: Folder, source: random.Random) -> str | None:
    """Leave a row out."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row = source.randrange(len(rows))
    del rows[row]
    folder[name] = data_of(rows)
    return f"{name}: row {row + 1} dropped"


def kept_rows(folder: Folder, source: random.Random) -> str | None:
    """Keep a random half of the rows."""
    found = any_table(folder, source, least=2)
    if found is None:
        return None
    name, rows = found
    folder[name] = data_of(rows[:1] + [row for row in rows[1:] if source.random() < 0.5])
    return f"{name}: half of the rows dropped"


def duplicated_row(folder: Folder, source: random.Random) -> str | None:
    """Write a row (or the header) a second time somewhere."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row, to = source.randrange(len(rows)), source.randrange(1, len(rows) + 1)
    rows.insert(to, list(rows[row]))
    folder[name] = data_of(rows)
    return f"{name}: row {row + 1} again at {to + 1}"


def many_rows(folder: Folder, source: random.Random) -> str | None:
    """Write every row several times, keys made different."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    times = source.randrange(2, 6)
    copies = [[f"{row[0]}-{n}" if row else "", *row[1:]] for n in range(times) for row in rows[1:]]
    folder[name] = data_of([*rows, *copies])
    return f"{name}: every row {times} times more with other names"


def blank_rows(folder: Folder, source: random.Random) -> str | None:
    """Put rows without anything in."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    blank = source.choice(([], [""] * len(rows[0]), [" "] * len(rows[0])))
    for _ in range(source.randrange(1, 4)):
        rows.insert(source.randrange(1, len(rows) + 1), list(blank))
    folder[name] = data_of(rows)
    return f"{name}: blank rows of {len(blank)} cells"


def shortened_row(folder: Folder, source: random.Random) -> str | None:
    """Take cells from the end of a row, or add some."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row = source.randrange(len(rows))
    if source.random() < 0.5:
        rows[row] = rows[row][:-source.randrange(1, 3)]
    else:
        rows[row] = rows[row] + [source.choice(("", "x", "1"))] * source.randrange(1, 3)
    folder[name] = data_of(rows)
    return f"{name}: row {row + 1} now {len(rows[row])} cells"


def shifted_row(folder: Folder, source: random.Random) -> str | None:
    """Shift the cells of a row by one."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    row = source.randrange(1, len(rows))
    rows[row] = rows[row][1:] + rows[row][:1]
    folder[name] = data_of(rows)
    return f"{name}: row {row + 1} shifted"


def dropped_column(folder: Folder, source: random.Random) -> str | None:
    """Leave a column out."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    column = source.randrange(len(rows[0]))
    told = f"{name}: column {rows[0][column]!r} dropped"
    folder[name] = data_of([row[:column] + row[column + 1:] for row in rows])
    return told


def duplicated_column(folder: Folder, source: random.Random) -> str | None:
    """Write a column a second time."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    column = source.randrange(len(rows[0]))
    folder[name] = data_of([[*row, *row[column:column + 1]] for row in rows])
    return f"{name}: column {rows[0][column]!r} twice"


def swapped_headers(folder: Folder, source: random.Random) -> str | None:
    """Exchange two headers, so that each column holds the other's values."""
    found = any_table(folder, source)
    if found is None or len(found[1][0]) < 2:
        return None
    name, rows = found
    one, other = source.sample(range(len(rows[0])), 2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]
    folder[name] = data_of(rows)
    return f"{name}: headers {rows[0][one]!r} and {rows[0][other]!r} exchanged"


def odd_header(folder: Folder, source: random.Random) -> str | None:
    """Rename a header, or add a column under an odd one."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    known = source.choice(rows[0])
    header = source.choice((*ODD_HEADERS, known + "x", known.upper()))
    if source.random() < 0.5:
        column = source.randrange(len(rows[0]))
        told = f"{name}: header {rows[0][column]!r} now {header!r}"
        rows[0][column] = header
    else:
        value = source.choice(("", "1", "x", "nan", "-3.5"))
        rows = [[*rows[0], header], *([*row, value] for row in rows[1:])]
        told = f"{name}: column {header!r} of {value!r} added"
    folder[name] = data_of(rows)
    return told


def no_header(folder: Folder, source: random.Random) -> str | None:
    """Lose the header, or put a title above it."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    if source.random() < 0.5:
        folder[name] = data_of(rows[1:])
        return f"{name}: header dropped"
    folder[name] = data_of([["Table 1"], *rows])
    return f"{name}: a title above the header"


def transposed(folder: Folder, source: random.Random) -> str | None:
    """Turn rows into columns."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    folder[name] = data_of([list(column) for column in zip(*padded, strict=True)])
    return f"{name}: transposed"


ROW_MUTATIONS = (
    dropped_row, dropped_row, kept_rows, duplicated_row, many_rows, blank_rows, shortened_row,
    shifted_row, dropped_column, dropped_column, duplicated_column, swapped_headers, odd_header,
    no_header, transposed,
)
