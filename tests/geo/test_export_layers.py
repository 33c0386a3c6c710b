"""Layers of a plan, read back: what they hold, how they are coloured, what they are called."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from divided_plan import FLAT, HOLE, LIMITS, OUTLINES, divided_instance
from helpers import MINIMAL
from hypothesis import given
from hypothesis import strategies as st

import optimizer as ro
from optimizer.geo import extra
from optimizer.geo.layers_out.shapes import polygon_of
from optimizer.report.canvas import BARE
from optimizer.report.export_words import HEADERS
from optimizer.report.output_schema import BY_NAME
from optimizer.report.workbook import write_results_workbook


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    ro.write_out(ro.solve(divided_instance(folder / "instance")), folder / "OUT")
    return folder / "OUT"


@pytest.fixture(scope="module")
def parcels(out: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(out / "plan.gpkg", layer="parcels")


def style(path: Path, layer: str, name: str = "use") -> tuple[Xml.Element, bool]:
    """A stored style and whether it is the default."""
    file = sqlite3.connect(path)
    try:
        text, default = file.execute(
            "SELECT styleQML, useAsDefault FROM layer_styles WHERE f_table_name = ? AND "
            "styleName = ? AND f_geometry_column = 'geom'", (layer, name)).fetchone()
    finally:
        file.close()
    return Xml.fromstring(text), bool(default)


def colours(root: Xml.Element) -> dict[str, tuple[str, str]]:
    """Value -> label and `#rrggbb` of the classes of a style, as old and new QGIS read them."""
    renderer = root.find("renderer-v2")
    assert renderer is not None
    found = {}
    for category in renderer.iter("category"):
        symbol = renderer.find(f"symbols/symbol[@name='{category.get('symbol')}']/layer")
        told = {symbol.find("prop[@k='color']").get("v"),
                symbol.find("Option/Option[@name='color']").get("value")}
        (rgba,) = told
        red, green, blue, alpha = (int(part) for part in rgba.split(","))
        assert alpha == 255
        found[category.get("value")] = (category.get("label"), f"#{red:02x}{green:02x}{blue:02x}")
    return found


def test_a_divided_parcel_is_there_once_for_each_use(parcels: gpd.GeoDataFrame) -> None:
    # flat 60 ha: 45 / 60 = 75 % crop, 15 / 60 = 25 % grass;
    # steep 40 ha: 25 / 40 = 62.5 % grass, 15 / 40 = 37.5 % left as it is.
    told = [(row.parcel, row.use if isinstance(row.use, str) else None, row.drawn,
             round(row.area_ha, 6), round(row.share_pct, 6), row.parcel_ha)
            for row in parcels.itertuples()]
    assert told == [
        ("flat", "grass", "no", 15.0, 25.0, 60.0), ("flat", "crop", "yes", 45.0, 75.0, 60.0),
        ("steep", None, "no", 15.0, 37.5, 40.0), ("steep", "grass", "yes", 25.0, 62.5, 40.0)]
    assert parcels["area_ha"].sum() == pytest.approx(100.0)


def test_outlines_are_whole_with_their_holes_and_in_place(parcels: gpd.GeoDataFrame) -> None:
    assert parcels.crs.to_epsg() == 32649
    for name, shape in OUTLINES.items():
        for drawn in parcels.geometry[parcels["parcel"] == name]:
            assert drawn.geom_type == "MultiPolygon"
            assert drawn.symmetric_difference(shape).area == pytest.approx(0.0, abs=1e-6)


def test_sinks_and_margins_are_those_of_the_result(
    parcels: gpd.GeoDataFrame, out: Path
) -> None:
    stated = pd.read_csv(out / "parcels.csv").set_index("parcel")
    sums = parcels.groupby("parcel")["net_sink_tco2e"].sum()
    assert sums.to_dict() == pytest.approx(stated["net_sink_tco2e"].to_dict())
    for row in parcels.itertuples():
        assert row.margin == pytest.approx(stated.loc[row.parcel, "margin"])
        assert row.land_price == pytest.approx(stated.loc[row.parcel, "land_price"])
    # A plan of both options at once: the other one is as good at the optimum's prices.
    assert parcels["why"].str.contains("would be").all()
    assert parcels.set_index("parcel")["not_allowed"]["steep"].tolist() == [
        "Cropland: slope_pct <= 9"] * 2


def test_the_plan_comes_along(out: Path) -> None:
    stated = pd.read_csv(out / "plan.csv", dtype={"period": str}, keep_default_na=False)
    table = pyogrio.read_dataframe(out / "plan.gpkg", layer="plan")
    assert table["area_ha"].tolist() == stated["area_ha"].tolist()
    for column in ("parcel", "use", "method", "period", "source"):
        assert table[column].fillna("").tolist() == stated[column].tolist()


def test_uses_are_joined(out: Path) -> None:
    uses = gpd.read_file(out / "plan.gpkg", layer="uses").set_index("use_label")
    # By main use: all of flat is drawn as crop, all of steep as grass.
    assert uses["area_ha"].to_dict() == pytest.approx(
        {"Cropland": 45.0, "Grass": 40.0, "Not reclaimed": 15.0})
    assert uses["drawn_ha"].to_dict() == pytest.approx(
        {"Cropland": 60.0, "Grass": 40.0, "Not reclaimed": 0.0}, abs=1e-9)
    assert uses["parcels"].tolist() == [1, 2, 1]
    assert uses.geometry["Not reclaimed"] is None
    assert uses.geometry["Cropland"].symmetric_difference(FLAT).area == pytest.approx(0, abs=1e-6)


def test_borders_between_parcels_of_one_use_are_gone(tmp_path: Path) -> None:
    limits = LIMITS.replace("crop,north,=,45", "crop,north,=,0").replace("north,=,15", "north,=,60")
    solution = ro.solve(divided_instance(tmp_path / "instance", limits=limits))
    ro.write_out(solution, tmp_path / "OUT")
    uses = gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer="uses").set_index("use")
    (part,) = uses.geometry["grass"].geoms
    assert len(part.interiors) == 0
    assert part.area == pytest.approx(FLAT.area + HOLE.area)


def test_layers_open_in_the_colours_of_the_uses(out: Path) -> None:
    expected = {"crop": ("Cropland", "#e69f00"), "grass": ("Grass", "#b8d86b"),
                "": ("Not reclaimed", BARE)}
    for layer in ("parcels", "uses"):
        root, default = style(out / "plan.gpkg", layer)
        assert default
        assert root.find("renderer-v2").get("attr") == "use"
        assert root.findtext("layerGeometryType") == "2"
        assert colours(root) == expected
    root, default = style(out / "plan.gpkg", "parcels", "period")
    assert not default
    assert list(colours(root)) == ["2026", "2031", ""]
    assert len({colour for _, colour in colours(root).values()}) == 3


def test_the_main_use_is_drawn_on_top(out: Path) -> None:
    renderer = style(out / "plan.gpkg", "parcels")[0].find("renderer-v2")
    assert renderer.get("enableorderby") == "1"
    clause = renderer.find("orderby/orderByClause")
    assert (clause.text, clause.get("asc")) == ('"drawn"', "1")
    assert "no" < "yes"


def test_headers_have_units(out: Path, parcels: gpd.GeoDataFrame) -> None:
    aliases = {alias.get("field"): alias.get("name")
               for alias in style(out / "plan.gpkg", "parcels")[0].iter("alias")}
    assert list(aliases) == [name for name in parcels.columns if name != "geometry"]
    assert aliases["margin"] == "margin, t CO2e/ha"
    assert aliases["area_ha"] == "area under this use, ha"


def test_the_geopackage_lists_what_it_holds(out: Path) -> None:
    layers = {str(name): kind for name, kind in pyogrio.list_layers(out / "plan.gpkg")}
    assert layers == {"parcels": "MultiPolygon", "uses": "MultiPolygon", "plan": None,
                      "layer_styles": None}
    about = pyogrio.read_info(out / "plan.gpkg", layer="parcels")["layer_metadata"]["DESCRIPTION"]
    assert about.startswith("minimal: one feature a parcel and use")


@pytest.mark.parametrize("layer", ["parcels", "uses", "plan"])
def test_the_columns_of_layers_are_those_declared(out: Path, layer: str) -> None:
    there = pyogrio.read_info(out / "plan.gpkg", layer=layer)["fields"].tolist()
    declared = [column.name for column in BY_NAME[f"plan.gpkg: {layer}"].columns]
    assert there == declared
    assert set(declared) <= set(HEADERS)


def test_solve_and_export_write_the_same_bytes(out: Path, tmp_path: Path) -> None:
    done = ro.export(out, to=tmp_path / "again")
    assert list(done.files) == ["plan.gpkg"]
    assert (done.parcels, done.divided, done.findings) == (2, 2, ())
    assert (tmp_path / "again" / "plan.gpkg").read_bytes() == (out / "plan.gpkg").read_bytes()


def test_in_chinese(out: Path, tmp_path: Path) -> None:
    ro.export(out, ["gpkg"], to=tmp_path, language="zh")
    root, _ = style(tmp_path / "plan.gpkg", "parcels")
    assert {value: label for value, (label, _) in colours(root).items()} == {
        "crop": "耕地", "grass": "草地", "": "未复垦"}
    aliases = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
    assert aliases["net_sink_tco2e"] == "净碳汇，t CO2e"
    table = gpd.read_file(tmp_path / "plan.gpkg", layer="parcels")
    assert set(table["use_label"]) == {"耕地", "草地", "未复垦"}
    assert table["why"].str.contains("同样好|每公顷差").all()


def test_geoparquet_holds_the_same_rows(
    out: Path, parcels: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    done = ro.export(out, ["parquet"], to=tmp_path / "large")
    assert list(done.files) == ["plan_map.parquet", "plan_map.qml"]
    path = tmp_path / "large" / "plan_map.parquet"
    read = gpd.read_parquet(path)
    assert read.crs == parcels.crs
    assert b"geo" in pq.read_schema(path).metadata
    declared = [column.name for column in BY_NAME["plan_map.parquet"].columns]
    assert [name for name in read.columns if name != "geometry"] == declared
    for column in declared:
        assert read[column].isna().tolist() == parcels[column].isna().tolist()
        assert read[column].dropna().tolist() == parcels[column].dropna().tolist()
    assert read.geometry.area.tolist() == pytest.approx(parcels.geometry.area.tolist())
    root = Xml.fromstring(path.with_suffix(".qml").read_text(encoding="utf-8"))
    assert colours(root)["crop"] == ("Cropland", "#e69f00")


def test_the_workbook_is_that_of_the_result(out: Path, tmp_path: Path) -> None:
    done = ro.export(out, ["xlsx"], to=tmp_path / "book")
    assert list(done.files) == ["plan.xlsx"]
    again = write_results_workbook(out, tmp_path / "again.xlsx")
    for sheet in ("plan", "parcels"):
        one, other = (pd.read_excel(path, sheet_name=sheet, engine="openpyxl")
                      for path in (tmp_path / "book" / "plan.xlsx", again))
        pd.testing.assert_frame_equal(one, other)


NASTY = ("=1+1", "O'Neill \"west\"; <b>北坡</b>")


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same plan with names that would break quoting, markup or a spreadsheet."""
    folder = tmp_path_factory.mktemp("nasty")

    def renamed(text: str) -> str:
        quoted = '"' + NASTY[1].replace('"', '""') + '"'
        return text.replace("flat", NASTY[0]).replace("steep", quoted).replace(
            "grass,", "草 'a' & b,").replace("Grass", "\"<i>Grass & 'sedge'</i>\"")

    tables = {name: renamed(MINIMAL[f"{name}.csv"]) for name in ("uses", "methods", "hauls")}
    parcels = renamed(MINIMAL["parcels.csv"].replace("steep,40,65", "steep,40,20"))
    instance = divided_instance(
        folder / "instance", shapes={NASTY[0]: FLAT, NASTY[1]: HOLE},
        parcels=parcels, limits=renamed(LIMITS), **tables)
    ro.write_out(ro.solve(instance), folder / "OUT")
    return folder / "OUT"


def test_any_name_is_kept_to_the_letter(nasty: Path, tmp_path: Path) -> None:
    done = ro.export(nasty, ["gpkg", "parquet", "tif", "xlsx"], to=tmp_path / "all", cell=100.0)
    assert "share_草__a____b.tif" in done.files
    table = gpd.read_file(tmp_path / "all" / "plan.gpkg", layer="parcels")
    large = gpd.read_parquet(tmp_path / "all" / "plan_map.parquet")
    for read in (table, large):
        assert sorted(set(read["parcel"])) == sorted(NASTY)
        assert set(read["use"].dropna()) == {"crop", "草 'a' & b"}
    root, _ = style(tmp_path / "all" / "plan.gpkg", "parcels")
    assert colours(root)["草 'a' & b"] == ("<i>Grass & 'sedge'</i>", "#b8d86b")
    # Hovering shows text of the instance as text.
    assert "'<', '&lt;'" in root.findtext("mapTip")
    sheet = pd.read_excel(tmp_path / "all" / "plan.xlsx", sheet_name="plan", engine="openpyxl")
    assert set(sheet["parcel"]) == set(NASTY)


def test_control_characters_do_not_break_a_style() -> None:
    from optimizer.geo.layers_out.qml import categorised
    from optimizer.geo.layers_out.record import Entry

    text = categorised("use", [Entry("a\x00b\x0b", "bell\x07 &<>", "#010203")], {}, ["use"])
    assert colours(Xml.fromstring(text)) == {"a b ": ("bell  &<>", "#010203")}


def test_a_parcel_without_outline_keeps_its_row(tmp_path: Path) -> None:
    instance = divided_instance(tmp_path / "instance", shapes={"flat": FLAT})
    ro.write_out(ro.solve(instance), tmp_path / "OUT")
    done = ro.export(tmp_path / "OUT", ["gpkg", "tif"], overwrite=True, cell=50.0)
    (finding,) = done.findings
    assert finding.rule == "parcels without outline"
    assert "steep" in finding.seen
    table = gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer="parcels")
    assert table.geometry.isna().tolist() == [False, False, True, True]
    assert table["area_ha"].sum() == pytest.approx(100.0)


@pytest.mark.parametrize("shape", [
    shapely.Polygon([(0, 0), (100, 100), (200, 200), (0, 0)]),
    shapely.Polygon([(0, 0), (800, 0), (0, 1000), (800, 1000), (0, 0)]),
    shapely.MultiPolygon([shapely.box(0, 0, 400, 500), shapely.box(400, 0, 800, 500)]),
], ids=["a line", "a bow tie", "parts side by side"])
def test_crooked_outlines_are_mended(tmp_path: Path, shape: shapely.Geometry) -> None:
    instance = divided_instance(tmp_path / "instance", shapes={"flat": FLAT, "steep": shape})
    ro.write_out(ro.solve(instance), tmp_path / "OUT")
    for layer in ("parcels", "uses"):
        table = gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer=layer)
        assert table.geometry.dropna().is_valid.all()
    drawn = gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer="parcels").geometry.iloc[-1]
    # Two triangles of 800 m x 500 m / 2 each, or two rectangles of 400 m x 500 m.
    assert drawn.area == pytest.approx({3: 0.0, 4: 400_000.0, 8: 400_000.0}[
        len(shapely.get_coordinates(shape)) - len(shapely.get_parts(shape))])


@pytest.mark.parametrize("crs", ["EPSG:999999", "Xian 80 zone 19, of the mine"])
def test_a_system_nobody_knows_is_told(tmp_path: Path, crs: str) -> None:
    instance = divided_instance(tmp_path / "instance", crs=crs)
    ro.write_out(ro.solve(instance), tmp_path / "OUT")
    assert gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer="parcels").crs is None or (
        gpd.read_file(tmp_path / "OUT" / "plan.gpkg", layer="parcels").crs.to_epsg() is None)
    (finding,) = ro.export(tmp_path / "OUT", to=tmp_path / "maps").findings
    assert (finding.rule, finding.column) == ("coordinate system", "crs")
    assert crs in finding.seen


def test_a_stopped_run_is_no_plan(tmp_path: Path) -> None:
    solution = replace(ro.solve(divided_instance(tmp_path / "instance")), status="stopped")
    ro.write_out(solution, tmp_path / "OUT")
    there = {path.name for path in (tmp_path / "OUT").iterdir()}
    assert {"incumbent.csv", "incumbent.gpkg"} <= there
    assert not {"plan.csv", "plan.gpkg"} & there
    done = ro.export(tmp_path / "OUT", ["gpkg", "parquet", "xlsx"], to=tmp_path / "maps")
    assert list(done.files) == ["incumbent.gpkg", "incumbent_map.parquet", "incumbent_map.qml",
                                "incumbent.xlsx"]


def test_solve_says_nothing_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = ro.solve(divided_instance(tmp_path / "instance"))
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    ro.write_out(solution, tmp_path / "OUT")
    assert not (tmp_path / "OUT" / "plan.gpkg").exists()
    assert (tmp_path / "OUT" / "plan.csv").exists()
    with pytest.raises(extra.ExtraMissing, match=r"pip install .reclaim-optimizer\[geo\]."):
        ro.export(tmp_path / "OUT")
    assert list(ro.export(tmp_path / "OUT", ["xlsx"]).files) == ["plan.xlsx"]


def square(west: float, south: float, side: float, *, clockwise: bool) -> np.ndarray:
    ring = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float) * side + [west, south]
    return ring[::-1] if clockwise else ring


@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5))
def test_rings_within_rings_alternate(order: list[int], clockwise: list[bool]) -> None:
    # Squares of side 10, 8, 6 and 4 in one another, and one of side 2 apart: land, hole, land,
    # hole, land. 100 - 64 + 36 - 16 + 4 = 60.
    rings = [square(n, n, 10.0 - 2 * n, clockwise=clockwise[n]) for n in range(4)]
    rings.append(square(20.0, 0.0, 2.0, clockwise=clockwise[4]))
    shape = polygon_of([rings[n] for n in order])
    assert shape.is_valid
    assert shape.area == pytest.approx(60.0)
    assert not shapely.contains_xy(shape, 5.0, 5.0)
    assert shapely.contains_xy(shape, 2.5, 2.5)
