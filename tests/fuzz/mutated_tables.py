"""Taking CSV files of a folder apart and putting them together again."""

from __future__ import annotations

import csv
import io
import random

Folder = dict[str, bytes]
Rows = list[list[str]]


def tables_in(folder: Folder) -> list[str]:
    """Names of the CSV files at the top of a folder that are still readable as UTF-8."""
    return [name for name in folder if name.endswith(".csv") and "/" not in name
            and rows_of(folder[name])]


def rows_of(data: bytes) -> Rows:
    """Rows of a CSV file, the header first; empty where it is no longer plain UTF-8."""
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []


def data_of(rows: Rows, separator: str = ",", ending: str = "\n") -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=ending).writerows(rows)
    return text.getvalue().encode("utf-8", errors="surrogatepass")


def any_table(folder: Folder, source: random.Random, least: int = 1) -> tuple[str, Rows] | None:
    """A random table with at least that many rows below its header."""
    names = tables_in(folder)
    if not names:
        return None
    name = source.choice(names)
    rows = rows_of(folder[name])
    return (name, rows) if len(rows) > least and rows[0] else None


def any_cell(rows: Rows, source: random.Random) -> tuple[int, int]:
    """Row (never the header) and column of a random cell."""
    row = source.randrange(1, len(rows))
    return row, source.randrange(max(1, len(rows[row])))


def numbers_in(rows: Rows, column: int) -> list[int]:
    """Rows in which a column holds a number."""
    found = []
    for number, row in enumerate(rows[1:], start=1):
        try:
            float(row[column])
        except (IndexError, ValueError):
            continue
        found.append(number)
    return found


def number_columns(rows: Rows) -> list[int]:
    """Columns that hold a number somewhere."""
    return [column for column in range(len(rows[0])) if numbers_in(rows, column)]
