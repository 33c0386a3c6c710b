"""Folders that say the same in another way: the same answer, or a refusal, never another plan."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from mutated_folder import Folder, folder_of, write
from mutated_tables import data_of, number_columns, numbers_in, rows_of, tables_in

import optimizer as ro

INSTANCES = Path(__file__).parents[2] / "instances"
NAMES = ("two-parcels", "hand-topsoil", "hand-two-periods", "steppe", "high-groundwater",
         "published/xu-land-grades", "published/plots-4crops-6parcels")
FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def _rows_shuffled(data: bytes, source: random.Random) -> bytes:
    header, *rows = rows_of(data)
    source.shuffle(rows)
    return data_of([header, *rows])


def _columns_shuffled(data: bytes, source: random.Random) -> bytes:
    rows = rows_of(data)
    order = list(range(len(rows[0])))
    source.shuffle(order)
    return data_of([[row[column] for column in order] for row in rows])


def _decimal_commas(data: bytes, mark: str) -> bytes:
    rows = rows_of(data)
    for column in number_columns(rows):
        for row in numbers_in(rows, column):
            rows[row][column] = rows[row][column].replace(".", ",")
    return data_of(rows, mark)


def _full_width(data: bytes, source: random.Random) -> bytes:
    rows = rows_of(data)
    header = rows[0]
    for column in number_columns(rows):
        if header[column].endswith(("_ha", "_pct", "_m", "_m3", "value", "_mu", "_yr")):
            for row in numbers_in(rows, column):
                rows[row][column] = rows[row][column].translate(FULL_WIDTH)
    return data_of(rows)


def _all_quoted(data: bytes, source: random.Random) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows_of(data))
    return text.getvalue().encode()


def _blank_tail(data: bytes, source: random.Random) -> bytes:
    rows = rows_of(data)
    return data_of([*rows, *([[""] * len(rows[0])] * 3)])


def _encoded(encoding: str) -> Callable[[bytes, random.Random], bytes]:
    return lambda data, _: data.decode("utf-8").encode(encoding)


REWRITTEN: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "rows shuffled": _rows_shuffled,
    "columns shuffled": _columns_shuffled,
    "semicolons": lambda data, _: data_of(rows_of(data), ";"),
    "tabs": lambda data, _: data_of(rows_of(data), "\t"),
    "decimal commas, semicolons": lambda data, _: _decimal_commas(data, ";"),
    "decimal commas, tabs": lambda data, _: _decimal_commas(data, "\t"),
    "full-width digits": _full_width,
    "all quoted": _all_quoted,
    "blank rows at the end": _blank_tail,
    "Windows line endings": lambda data, _: data.replace(b"\n", b"\r\n"),
    "byte order mark": _encoded("utf-8-sig"),
    "UTF-16": _encoded("utf-16"),
    "GB18030": _encoded("gb18030"),
}
#: What is read as it stands, always: refusing these would refuse what Excel writes.
ALWAYS_READ = ("rows shuffled", "columns shuffled", "semicolons", "tabs", "full-width digits",
               "all quoted", "blank rows at the end", "Windows line endings", "byte order mark",
               "GB18030")


def _rewritten(folder: Folder, how: str) -> Folder:
    source = random.Random(how)
    changed = dict(folder)
    for name in tables_in(folder):
        changed[name] = REWRITTEN[how](folder[name], source)
    return changed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", REWRITTEN)
def test_rewritten_tables_give_the_same_optimum(name: str, how: str, tmp_path: Path) -> None:
    expected = ro.solve(ro.read_instance(INSTANCES / name)).objective
    path = write(_rewritten(folder_of(INSTANCES / name), how), tmp_path / "instance")
    instance = _read_or_refused(path)
    if isinstance(instance, ro.InstanceRefused):
        assert how not in ALWAYS_READ, instance.findings[:3]
        assert all(finding.seen for finding in instance.findings)
    else:
        assert ro.solve(instance).objective == pytest.approx(expected, rel=1e-9)


def _read_or_refused(path: Path) -> ro.Instance | ro.InstanceRefused:
    try:
        return ro.read_instance(path)
    except ro.InstanceRefused as refused:
        return refused


@pytest.mark.parametrize("name", ["two-parcels", "hand-topsoil", "hand-two-periods"])
def test_names_in_chinese_give_the_same_optimum(name: str, tmp_path: Path) -> None:
    """Parcels, uses and sources renamed everywhere; these instances inherit no library."""
    folder = folder_of(INSTANCES / name)
    named = {}
    for column in ("parcel", "use", "source"):
        table = f"{column}s.csv"
        rows = rows_of(folder.get(table, b""))
        if rows:
            where = rows[0].index(column)
            named.update({row[where]: f"改名{row[where]}号" for row in rows[1:]})
    changed = dict(folder)
    for table in tables_in(folder):
        if table == "provenance.csv":
            del changed[table]  # its keys are lists of names
            continue
        header, *rows = rows_of(folder[table])
        keys = [n for n, head in enumerate(header) if head in ("parcel", "use", "source")]
        for row in rows:
            for n in keys:
                row[n] = named.get(row[n], row[n])
        changed[table] = data_of([header, *rows])
    expected = ro.solve(ro.read_instance(INSTANCES / name))
    found = ro.solve(ro.read_instance(write(changed, tmp_path / "instance")))
    assert found.objective == pytest.approx(expected.objective, rel=1e-9)
    assert set(found.plan["parcel"]) <= set(named.values())
