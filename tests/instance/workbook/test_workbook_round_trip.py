"""A workbook reads back as the same instance: same hash, same program, whatever the text is."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import numpy as np
import pytest
from helpers import write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import small_instances, table_of

from optimizer.formulation.assemble import assemble
from optimizer.instance.locations import shipped_instances
from optimizer.instance.outlines import read_outlines
from optimizer.instance.read import instance_from_tables, read_instance
from optimizer.instance.settings import Objective
from optimizer.instance.workbook.sheets import write_workbook
from optimizer.instance.write import write_instance
from optimizer.options.enumerate import options_of


def same_program(first, second) -> None:
    one, other = (assemble(each, options_of(each)) for each in (first, second))
    assert one.matrix.shape == other.matrix.shape
    assert (one.matrix != other.matrix).nnz == 0
    for name in ("cost", "column_lower", "column_upper", "row_lower", "row_upper"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("name", shipped_instances())
def test_every_shipped_instance_gives_the_identical_program(tmp_path, name):
    instance = read_instance(name)
    write_workbook(instance, tmp_path / "mine.xlsx")
    again = read_instance(tmp_path / "mine.xlsx")
    assert again.sha256 == instance.sha256
    same_program(instance, again)


@pytest.mark.parametrize("name", ["two-parcels", "desert", "high-groundwater"])
def test_chinese_sheets_and_headers_read_back_too(tmp_path, name):
    instance = read_instance(name)
    write_workbook(instance, tmp_path / "矿.xlsx", "zh")
    assert read_instance(tmp_path / "矿.xlsx").sha256 == instance.sha256


@settings(max_examples=4)
@given(small_instances())
def test_any_small_instance_reads_back_as_its_folder_does(tmp_path_factory, instance):
    folder = tmp_path_factory.mktemp("books")
    write_workbook(instance, folder / "mine.xlsx")
    write_instance(instance, folder / "mine")
    assert read_instance(folder / "mine.xlsx").sha256 == read_instance(folder / "mine").sha256


#: Text that spreadsheets like to change: formulas, errors, dates, numbers, truth values, escapes.
AWKWARD = ["=1+1", "+7", "-7", "@SUM", "#N/A", "007", "1-2", "TRUE", "3.0", "'quoted", "1e5",
           "_x000D_", "a|b ", "50%", "矿 1", "2026-01-01", "<b>&amp;", '"', "=", "-"]


@settings(max_examples=5)
@given(st.lists(st.sampled_from(AWKWARD) | st.text(string.printable.split(" ")[0], min_size=1,
                                                   max_size=8),
                min_size=1, max_size=6, unique=True))
def test_names_and_notes_stay_the_text_they_are(tmp_path_factory, names):
    base = read_instance("two-parcels")
    parcels = table_of("parcels", [
        {"parcel": name, "area_ha": 1.0, "slope_pct": 5.0, "slope_length_m": 40.0,
         "soil_depth_m": 0.3, "x": 1.0, "y": 2.0} for name in names])
    notes = np.array([f"{name} {name}" for name in names], dtype=object)
    hauls = table_of("hauls", [
        {"source": source, "parcel": name, "distance_km": 1.0} for name in names
        for source in dict.fromkeys(base.tables["sources"].text("source"))])
    tables = {name: base.tables[name] for name in ("uses", "methods", "curves", "sources")}
    instance = instance_from_tables(base.settings, {
        **tables, "parcels": parcels.with_columns(note=notes), "hauls": hauls})
    folder = tmp_path_factory.mktemp("books")
    write_workbook(instance, folder / "mine.xlsx")
    write_instance(instance, folder / "mine")
    for again in (read_instance(folder / "mine.xlsx"), read_instance(folder / "mine")):
        assert list(again.land.parcels) == list(instance.land.parcels)
        assert again.sha256 == instance.sha256


def test_stages_defaults_and_sources_of_the_settings(tmp_path):
    base = read_instance("two-parcels")
    changed = replace(
        base.settings, sources=("Paper, 2019; page 3", "=cmd"), crediting_years=12,
        defaults={"parcels": {"soil_depth_m": 0.25, "regrade_form": "tilt"}},
        objectives=(Objective("net_sink", tolerance=0.01),
                    Objective("area", weight=2.0, stage=2), Objective("cost", -1.0, "min", 2)))
    instance = instance_from_tables(changed, base.tables)
    write_workbook(instance, tmp_path / "mine.xlsx")
    again = read_instance(tmp_path / "mine.xlsx").settings
    assert again.objectives == changed.objectives
    assert again.sources == changed.sources
    assert again.crediting_years == 12
    assert {k: dict(v) for k, v in again.defaults.items()} == changed.defaults


def test_outlines_go_beside_the_workbook_under_its_name(tmp_path):
    # Squares of 800 m and 600 m: 64 and 36 ha.
    squares = {"flat": (0, 800), "steep": (2000, 600)}
    features = [{"type": "Feature", "properties": {"parcel": name}, "geometry": {
        "type": "Polygon", "coordinates": [[
            [x, 0], [x + side, 0], [x + side, side], [x, side], [x, 0]]]}}
        for name, (x, side) in squares.items()]
    instance = read_instance(write_folder(tmp_path / "minimal", {"parcels.geojson": json.dumps(
        {"type": "FeatureCollection", "features": features})}))
    write_workbook(instance, tmp_path / "mine.xlsx")
    assert (tmp_path / "mine.geojson").is_file()
    again = read_instance(tmp_path / "mine.xlsx")
    assert set(read_outlines(again)) == {"flat", "steep"}
    write_instance(again, tmp_path / "folder")
    assert set(read_outlines(read_instance(tmp_path / "folder"))) == {"flat", "steep"}
    (tmp_path / "mine.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(Exception, match=r"mine\.geojson: not GeoJSON"):
        read_instance(tmp_path / "mine.xlsx")


def test_overrides_and_results_do_not_care_where_it_came_from(tmp_path):
    write_workbook(read_instance("two-parcels"), tmp_path / "mine.xlsx")
    text = "instance.horizon_years=25"
    assert read_instance(tmp_path / "mine.xlsx", [text]).sha256 == read_instance(
        "two-parcels", [text]).sha256
