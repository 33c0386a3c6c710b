"""The coefficient libraries: columns, provenance of every number, curves, wording.

Reads the files with the standard library only, so that a fault of the reader cannot hide one here.
"""

from __future__ import annotations

import csv
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from optimizer.instance.schema import LIBRARY_KEYS, LIBRARY_TABLES, TABLES, WORKS_KEYS

ROOT = Path(__file__).resolve().parents[2] / "models" / "coefficients"
LIBRARIES = sorted(path.parent for path in ROOT.glob("*/library.toml"))
NAMES = [path.name for path in LIBRARIES]
STANDINGS = {"read", "second-hand", "derived", "assumed"}
NOTES_OF_OURS = ("carbon.md", "design.md", "research/", "recalled", "/work", "/tmp", "../shared")

each_library = pytest.mark.parametrize("folder", LIBRARIES, ids=NAMES)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert all(None not in row and None not in row.values() for row in rows), path
    return rows


def tables_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {path.stem: rows_of(path) for path in sorted(folder.glob("*.csv"))}


def settings_of(folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((folder / "library.toml").read_text(encoding="utf-8"))


def is_number(table: str, column: str) -> bool:
    spec = TABLES[table]
    return spec.by_name[column].numeric if column in spec.by_name else bool(spec.prefix_of(column))


def numeric_cells(folder: Path) -> list[tuple[str, tuple[str, ...], str]]:
    """(table, key parts, column) of every number of a library, the works included."""
    cells = [("works", ("*",), key) for key in settings_of(folder)["works"]]
    for table, rows in tables_of(folder).items():
        keys = TABLES[table].keys
        cells += [
            (table, tuple(row.get(key, "") for key in keys), column)
            for row in rows
            for column, value in row.items()
            if value and column not in keys and column not in TABLES[table].free_text
            and is_number(table, column)
        ]
    return cells


def names_how_much(row: dict[str, str], table: str, key: tuple[str, ...], column: str) -> int:
    """Parts of the cell that a provenance row names; -1 when the row is about other cells."""
    parts = row["key"].split(",")
    if parts == ["*"]:
        parts = ["*"] * len(key)
    if row["table"] != table or row["column"] not in ("*", column) or len(parts) != len(key):
        return -1
    if any(part not in ("*", have) for part, have in zip(parts, key, strict=True)):
        return -1
    return sum(part != "*" for part in parts) + (row["column"] != "*")


def test_the_four_regions_are_there() -> None:
    assert NAMES == ["eastern-high-groundwater", "inner-mongolia-steppe", "loess-plateau",
                     "north-west-desert"]


@each_library
def test_columns_are_those_of_the_schema(folder: Path) -> None:
    tables = tables_of(folder)
    assert set(tables) <= set(LIBRARY_TABLES)
    assert {"uses", "suitability", "methods", "curves", "provenance"} <= set(tables)
    for table, rows in tables.items():
        spec = TABLES[table]
        unknown = [name for name in rows[0]
                   if name not in spec.by_name and not spec.prefix_of(name)
                   and name not in spec.free_text]
        assert unknown == []
        keys = [tuple(row.get(key, "") for key in spec.keys) for row in rows]
        assert len(keys) == len(set(keys)), f"{table} has a key twice"


@each_library
def test_settings_are_those_of_the_schema(folder: Path) -> None:
    settings = settings_of(folder)
    assert set(settings) == {"library", "works"}
    assert set(settings["library"]) <= {key.name for key in LIBRARY_KEYS}
    assert settings["library"]["name"] == folder.name
    # Every factor of the works has a value: an instance without [works] can be solved.
    assert set(settings["works"]) == {key.name for key in WORKS_KEYS}


@each_library
def test_numbers_are_in_the_range_of_the_schema(folder: Path) -> None:
    for table, rows in tables_of(folder).items():
        for row in rows:
            for column, value in row.items():
                spec = TABLES[table].by_name.get(column)
                if not value or spec is None or not spec.numeric:
                    continue
                lowest = float("-inf") if spec.lowest is None else spec.lowest
                highest = float("inf") if spec.highest is None else spec.highest
                assert lowest <= float(value) <= highest, (table, row, column)


@each_library
def test_required_cells_of_methods_are_filled(folder: Path) -> None:
    needed = {column.name for column in TABLES["methods"].columns if column.required != "never"}
    for row in tables_of(folder)["methods"]:
        assert not [name for name in needed if not row[name]], row


@each_library
def test_every_number_has_one_most_specific_provenance(folder: Path) -> None:
    provenance = tables_of(folder)["provenance"]
    cells = numeric_cells(folder)
    assert len(cells) > 300
    needed = set()
    for cell in cells:
        scores = [names_how_much(row, *cell) for row in provenance]
        best = max(scores)
        assert best >= 0, f"no provenance for {cell}"
        assert scores.count(best) == 1, f"{cell} is claimed by more than one row"
        # The reader takes the first row that covers a cell: specific rows stand above general ones.
        assert scores.index(best) == next(i for i, score in enumerate(scores) if score >= 0), cell
        needed.add(scores.index(best))
    assert needed == set(range(len(provenance))), "a provenance row is about nothing"


@each_library
def test_standing_and_wording_of_provenance(folder: Path) -> None:
    for row in tables_of(folder)["provenance"]:
        assert row["standing"] in STANDINGS
        # Says what it is: an assumption says so, everything else names a source.
        assert row["source"].startswith("Assumed") == (row["standing"] == "assumed"), row
        assert row["note"]
        if row["standing"] == "second-hand":
            assert any(word in row["source"] for word in ("copy", "transcri")), row


def test_no_note_of_ours_is_named_as_a_source() -> None:
    for path in sorted(ROOT.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8").lower()
            assert [word for word in NOTES_OF_OURS if word in text] == [], path


@each_library
def test_curves_of_methods_exist_and_are_all_used(folder: Path) -> None:
    tables = tables_of(folder)
    named = {row[column] for row in tables["methods"] for column in ("curve_soil", "curve_biomass")}
    assert named - {"none"} == {row["curve"] for row in tables["curves"]}


@each_library
def test_tables_of_curves_reach_far_enough(folder: Path) -> None:
    years: dict[str, list[float]] = {}
    first: dict[str, float] = {}
    for row in tables_of(folder)["curves"]:
        if row["form"] == "table":
            years.setdefault(row["curve"], []).append(float(row["year"]))
            first.setdefault(row["curve"], float(row["gain_tc_per_ha"]))
    assert years
    for name, values in years.items():
        assert values[0] == 0
        assert first[name] == 0
        assert all(before < after for before, after in pairwise(values))
        assert values[-1] >= 50


@each_library
def test_rules_and_methods_are_about_known_uses(folder: Path) -> None:
    tables = tables_of(folder)
    uses = {row["use"] for row in tables["uses"]}
    assert {"cropland", "forest", "shrub", "grass", "aquaculture"} == uses
    assert {row["use"] for row in tables["suitability"]} == uses
    for use in uses:
        methods = [row["method"] for row in tables["methods"] if row["use"] == use]
        assert len(methods) >= (2 if use == "aquaculture" else 3)


@each_library
def test_methods_end_where_their_use_is_allowed(folder: Path) -> None:
    """After its works a method meets the rules of its own use, at most the 25 % machine limit."""
    tables = tables_of(folder)
    uses = {row["use"]: row for row in tables["uses"]}
    rules = {(row["use"], row["attribute"]): row for row in tables["suitability"]}
    for method in tables["methods"]:
        use = uses[method["use"]]
        if method["after:slope_pct"]:
            assert float(method["after:slope_pct"]) <= min(25.0, float(use["max_slope_pct"]))
        if method["after:soil_depth_m"]:
            assert float(method["after:soil_depth_m"]) >= float(use["min_soil_depth_m"])
        for column, value in method.items():
            rule = rules.get((method["use"], column.removeprefix("after:")))
            if column.startswith("after:") and value and rule:
                assert float(rule["minimum"] or "-inf") <= float(value)
                assert float(value) <= float(rule["maximum"] or "inf")


@each_library
def test_haul_agrees_with_the_published_truck(folder: Path) -> None:
    # 30 t truck 0.125 kg CO2 per placed m3 and km; 2.604 kg CO2 per L there; swell 1.25.
    works = settings_of(folder)["works"]
    litres_placed = works["haul_l_per_m3_km"] * works["swell_factor"]
    assert litres_placed == pytest.approx(0.125 / 2.604, rel=0.02)
    # 2.66155 + 0.62409 = 3.28564
    assert works["diesel_kgco2e_per_l"] == pytest.approx(3.28564, abs=5e-4)
