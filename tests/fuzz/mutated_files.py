"""Mutations of whole files: encodings, truncation, damage, deletion, other formats, strays."""

from __future__ import annotations

import io
import random

import pandas as pd
from mutated_tables import Folder, any_table, data_of, rows_of, tables_in

ENCODINGS = ("gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1",
             "cp1252", "big5", "shift_jis", "utf-7", "cp037")

STRAY = ("limits.txt", "limit.csv", "Parcels.csv", "parcels.xlsx", "parcels.gpkg", "site.csv",
         "hauls.csv", "suitability.csv", "accounts.csv", "mining.csv", "adjacency.csv", "plans",
         "scenarios.csv", "parcels.geojson", "provenance.csv", "约束.csv", ".hidden.csv",
         "uncertainty.csv", "instance.toml.bak", "limits.csv~", "uses.parquet", "methods.parquet")

JUNK = (b"", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04 not a workbook", b"PAR1",
        b"PAR1 nothing PAR1", b"a", b"a,b\n1,2\n", b"{}", b"[]", b'{"type": "FeatureCollection"}',
        b'{"type": "FeatureCollection", "features": [1, null, {}]}', b"\x80\x81\x82", b"\r\r\r",
        b'"', b'"a\nb', b",,,\n,,,\n", b"parcel\n", "地块,面积\n一,2\n".encode())


def _any_file(folder: Folder, source: random.Random) -> str | None:
    names = [name for name in folder if not name.endswith("/")]
    return source.choice(names) if names else None


def deleted(folder: Folder, source: random.Random) -> str | None:
    """Delete a file."""
    name = _any_file(folder, source)
    if name is None:
        return None
    del folder[name]
    return f"{name}: deleted"


def junk(folder: Folder, source: random.Random) -> str | None:
    """Put junk in place of a file."""
    name = _any_file(folder, source)
    if name is None:
        return None
    folder[name] = source.choice(JUNK)
    return f"{name}: replaced by {folder[name][:30]!r}"


def header_only(folder: Folder, source: random.Random) -> str | None:
    """Keep nothing but the header."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    folder[name] = data_of(rows[:1])
    return f"{name}: header only"


def truncated(folder: Folder, source: random.Random) -> str | None:
    """Cut a file off anywhere."""
    name = _any_file(folder, source)
    if name is None or not folder[name]:
        return None
    length = source.randrange(len(folder[name]))
    folder[name] = folder[name][:length]
    return f"{name}: cut off after {length} bytes"


def damaged(folder: Folder, source: random.Random) -> str | None:
    """Change, insert or lose single bytes."""
    name = _any_file(folder, source)
    if name is None or not folder[name]:
        return None
    data = bytearray(folder[name])
    times = source.randrange(1, 5)
    for _ in range(times):
        at, byte = source.randrange(len(data)), source.choice((0, 9, 10, 13, 34, 44, 0x80, 0xFF))
        act = source.choice(("set", "insert", "remove"))
        if act == "set":
            data[at] = source.choice((byte, source.randrange(256)))
        elif act == "insert":
            data.insert(at, byte)
        elif len(data) > 1:
            del data[at]
    folder[name] = bytes(data)
    return f"{name}: {times} bytes damaged"


def encoded(folder: Folder, source: random.Random) -> str | None:
    """Write a file, with a character that is not ASCII in it or not, in another encoding."""
    name = _any_file(folder, source)
    if name is None:
        return None
    try:
        text = folder[name].decode("utf-8")
    except UnicodeDecodeError:
        return None
    encoding = source.choice(ENCODINGS)
    folder[name] = text.encode(encoding, errors="replace")
    return f"{name}: encoded as {encoding}"


def line_endings(folder: Folder, source: random.Random) -> str | None:
    """Write a file with other line endings."""
    name = _any_file(folder, source)
    if name is None:
        return None
    ending = source.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"\x0b", "\u2028".encode()))
    folder[name] = folder[name].replace(b"\r\n", b"\n").replace(b"\n", ending)
    return f"{name}: line endings {ending!r}"


def separated(folder: Folder, source: random.Random) -> str | None:
    """Write a table with another separator."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    separator = source.choice((";", "\t", "|", ":", " ", "，", "；"))
    if separator.isascii():
        folder[name] = data_of(rows, separator)
    else:
        folder[name] = "\n".join(separator.join(row) for row in rows).encode()
    return f"{name}: separator {separator!r}"


def odd_quotes(folder: Folder, source: random.Random) -> str | None:
    """Quote every cell, or some of them in a way that does not close."""
    found = any_table(folder, source)
    if found is None:
        return None
    name, rows = found
    mark = source.choice(('"', "'", "“"))
    whole = source.random() < 0.5
    lines = [",".join(f"{mark}{cell}{mark}" if whole else f"{mark}{cell}" for cell in row)
             for row in rows]
    folder[name] = "\n".join(lines).encode("utf-8", errors="surrogatepass")
    return f"{name}: {'quotes' if whole else 'open quotes'} {mark}"


def stray(folder: Folder, source: random.Random) -> str | None:
    """Add a file that was not there."""
    name = source.choice(STRAY)
    if name in folder:
        return None
    contents = [*JUNK, *(folder[table] for table in tables_in(folder))]
    folder[name] = source.choice(contents)
    return f"{name}: added with {folder[name][:30]!r}"


def folder_for_file(folder: Folder, source: random.Random) -> str | None:
    """Put a folder where a file should be."""
    name = _any_file(folder, source)
    if name is None or "/" in name:
        return None
    del folder[name]
    folder[name + "/"] = b""
    return f"{name}: a folder"


def exchanged(folder: Folder, source: random.Random) -> str | None:
    """Exchange the contents of two files."""
    names = [name for name in folder if not name.endswith("/")]
    if len(names) < 2:
        return None
    one, other = source.sample(names, 2)
    folder[one], folder[other] = folder[other], folder[one]
    return f"{one} and {other} exchanged"


def as_parquet(folder: Folder, source: random.Random) -> str | None:
    """Write a table as Parquet, with types as a program might choose them."""
    names = tables_in(folder)
    if not names:
        return None
    name = source.choice(names)
    rows = rows_of(folder[name])
    width = len(rows[0])
    frame = pd.DataFrame([(row + [""] * width)[:width] for row in rows[1:]],
                         columns=[f"{header}" for header in rows[0]])
    if not frame.columns.is_unique:
        return None
    told = source.choice(("text", "numbers", "categories", "whole", "nulls", "lists", "dates"))
    for column in frame.columns:
        frame[column] = _retyped(frame[column], told)
    data = io.BytesIO()
    frame.to_parquet(data, index=source.random() < 0.1)
    if source.random() < 0.9:
        del folder[name]
    folder[name.replace(".csv", ".parquet")] = data.getvalue()
    return f"{name}: as Parquet of {told}"


def _retyped(values: pd.Series, told: str) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    all_numbers = bool((numbers.notna() | (values == "")).all())
    if told == "lists":
        return pd.Series([[value] for value in values], index=values.index, dtype=object)
    if told == "categories":
        return values.astype("category")
    if told == "nulls":
        return values.where(values != "", None)
    # Beyond 1e5 days pandas 2 has no dates.
    if told == "dates" and all_numbers and bool((numbers.abs() < 1e5).all()):
        return pd.to_datetime(numbers.fillna(0), unit="D")
    if told == "whole" and all_numbers and bool((numbers.abs() < 1e15).all()):
        return numbers.fillna(0).astype("int64")
    return numbers if told == "numbers" and all_numbers else values


FILE_MUTATIONS = (
    deleted, junk, header_only, truncated, damaged, damaged, encoded, encoded, line_endings,
    separated, odd_quotes, stray, stray, folder_for_file, exchanged, as_parquet, as_parquet,
)
