"""The settings sheet: rows of key and value, read as `instance.toml` is."""

from __future__ import annotations

from typing import Any

import pytest
from workbooks import edited, refused

from optimizer.instance.settings import Objective


def setting(book: Any, key: str) -> Any:
    """Value cell of a key."""
    return next(row[1] for row in book["instance"].iter_rows(min_row=2) if row[0].value == key)


def append(book: Any, *rows: tuple[Any, ...]) -> None:
    for row in rows:
        book["instance"].append(row)


def starts(findings: list[str]) -> list[str]:
    return [text.partition(". Expected")[0] for text in findings]


def periods(book: Any) -> list[Any]:
    return [row[1] for row in book["instance"].iter_rows(min_row=2)
            if row[0].value == "instance.periods"]


@pytest.mark.parametrize("text", ["2026, 2031", "2026；2031", "2026 2031", "２０２６、2031"])
def test_periods_may_stand_in_one_cell(tmp_path, text):
    def edit(book):
        first, second = periods(book)
        first.value, second.value = text, None

    assert edited(tmp_path, edit).settings.periods == (2026, 2031)


def test_years_that_ran_together_are_refused(tmp_path):
    # What a spreadsheet makes of 2026,2031 where the comma parts thousands.
    def edit(book):
        first, second = periods(book)
        first.value, second.value = 20262031, None

    (text,) = refused(tmp_path, edit)
    assert text.startswith("mine.xlsx sheet instance row ")
    assert "instance.periods: out of range. Seen: 20262031" in text


def test_entries_of_the_objective_follow_their_account(tmp_path):
    def edit(book):
        append(book, ("objective.account", "area"), ("objective.weight", 2),
               ("objective.account", "cost"), ("objective.sense", "min"),
               ("objective.stage", 2), ("objective.tolerance", 0.01))

    assert edited(tmp_path, edit).settings.objectives == (
        Objective("net_sink"), Objective("area", 2.0, stage=2),
        Objective("cost", sense="min", stage=2, tolerance=0.01))


def test_numbers_as_text_and_names_as_numbers(tmp_path):
    def edit(book):
        setting(book, "instance.horizon_years").value = "25"
        setting(book, "instance.name").value = 2026
        cell = setting(book, "instance.max_slope_pct")
        cell.value, cell.number_format = 0.24, "0%"

    settings = edited(tmp_path, edit).settings
    assert (settings.horizon_years, settings.name, settings.max_slope_pct) == (25, "2026", 24.0)


def test_defaults_of_tables(tmp_path):
    def edit(book):
        append(book, ("defaults.parcels.soil_depth_m", 0.2))
        for row in book["parcels"].iter_rows(min_row=2):
            next(cell for cell in row if book["parcels"].cell(1, cell.column).value
                 == "soil_depth_m").value = None

    assert list(edited(tmp_path, edit).land.attribute("soil_depth_m")) == [0.2, 0.2]


def test_faults_name_the_row_and_what_to_do(tmp_path):
    def edit(book):
        setting(book, "instance.horizon_years").value = "thirty"
        append(book, ("works.deisel_kgco2e_per_l", 3), ("gwp", "AR6"), (None, "lost"),
               ("works.swell_factor", 1.3), ("defaults.parcells.x", 1))

    found = refused(tmp_path, edit)
    rows = "mine.xlsx sheet instance row "
    assert [text for text in found if not text.startswith(rows)] == []
    assert any("instance.horizon_years: not a number. Seen: `thirty`" in text
               and text.endswith("the unit stands beside them.") for text in found)
    assert any("unknown key. Seen: `works.deisel_kgco2e_per_l`" in text
               and text.endswith("Did you mean `works.diesel_kgco2e_per_l`?") for text in found)
    assert any("gwp: unknown key" in text for text in found)
    assert any("value without a key. Seen: `lost`" in text for text in found)
    assert any("works.swell_factor: duplicate key" in text for text in found)


def test_an_unknown_table_of_defaults(tmp_path):
    (text,) = refused(tmp_path, lambda book: append(book, ("defaults.parcells.x", 1)))
    assert "unknown table. Seen: `parcells`" in text


def test_missing_keys_and_columns(tmp_path):
    def without_name(book):
        setting(book, "instance.name").value = None

    (text,) = refused(tmp_path, without_name)
    assert text.startswith("mine.xlsx sheet instance, instance.name: missing key")
    assert text.endswith("Add a row with the key `instance.name`.")

    def without_header(book):
        book["instance"]["B1"] = "wert"

    (text,) = refused(tmp_path / "2", without_header)
    assert text.startswith("mine.xlsx sheet instance: missing column")


def test_odd_cells_of_settings(tmp_path):
    def edit(book):
        setting(book, "instance.title").value = "#REF!"
        cell = setting(book, "instance.base_year")
        cell.value, cell.number_format = 0.5, "0%"

    found = refused(tmp_path, edit)
    assert any("instance.title: odd cell. Seen: `#REF!` (error)" in text for text in found)
    assert any("instance.base_year: odd cell. Seen: `50%` (percent)" in text for text in found)
