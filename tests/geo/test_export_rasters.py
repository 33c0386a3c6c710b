"""Rasters of a plan: the grid is found again, every cell has the share of its parcel."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
import rasterio
from divided_plan import divided_instance
from hypothesis import given, settings
from hypothesis import strategies as st
from terrain_files import CELL, CRS, NORTH, WEST, raster, roof

import optimizer as ro
from optimizer.geo.land import import_land
from optimizer.geo.layers_out.geotiff import NODATA, share_names
from optimizer.geo.layers_out.lattice import Lattice, lattice_of, lattice_over
from optimizer.geo.request import ImportRequest
from optimizer.geo.write import write_import
from optimizer.report import exported
from optimizer.report.folder import OutputRefused


def mask() -> np.ndarray:
    """12 x 12 cells of land in a grid of 20 x 20, with a hole."""
    values = np.zeros((20, 20), dtype=np.uint8)
    values[4:16, 3:15] = 1
    values[8, 9] = 0
    return values


def cells(folder: Path, block: int = 1) -> Path:
    """Result of an instance whose parcels are the cells of the mask, or blocks of them."""
    imported = import_land(ImportRequest(
        raster(folder / "dem.tif", roof(30.0, 4.0, 20, 20)),
        cells=raster(folder / "mask.tif", mask(), nodata=255), block=block, elevation_unit="m",
        region="loess-plateau", uses=("forest", "grass"), periods=(2026,),
        defaults={"soil_depth_m": 0.3}))
    (folder / "instance").mkdir()
    write_import(imported, folder / "instance")
    instance = ro.read_instance(folder / "instance")
    ro.write_out(ro.solve(instance), folder / "OUT")
    return folder / "OUT"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cells(tmp_path_factory.mktemp("cells"))


@pytest.fixture(scope="module")
def maps(out: Path) -> Path:
    """An export without any format: what suits cells."""
    done = ro.export(out, to=out.parent / "maps")
    assert list(done.files) == ["plan.gpkg", "uses.tif", "uses.qml", "share_forest.tif",
                                "share_grass.tif"]
    return out.parent / "maps"


def band(path: Path) -> np.ndarray:
    with rasterio.open(path) as file:
        return file.read(1)


def test_the_grid_is_that_of_the_terrain(maps: Path) -> None:
    # The land begins 3 columns and 4 rows from the corner of the elevations.
    for path in maps.glob("*.tif"):
        with rasterio.open(path) as file:
            assert file.crs.to_string() == CRS
            assert (file.height, file.width) == (12, 12)
            assert tuple(file.transform)[:6] == pytest.approx(
                (CELL, 0.0, WEST + 3 * CELL, 0.0, -CELL, NORTH - 4 * CELL))


def test_every_cell_has_the_shares_of_its_parcel(maps: Path, out: Path) -> None:
    instance = ro.read_instance(out / "instance")
    area = dict(zip(instance.land.parcels, instance.land.area_i, strict=True))
    plan = ro.solve(instance).plan
    for use in ("forest", "grass"):
        expected = np.where(mask()[4:16, 3:15] == 1, 0.0, NODATA)
        own = plan[plan["use"] == use].groupby("parcel")["area_ha"].sum()
        for name, hectares in own.items():
            # r0005c0004 is the fifth row and the fourth column of the elevations.
            row, column = int(name[1:5]) - 5, int(name[6:10]) - 4
            expected[row, column] = hectares / area[name]
        read = band(maps / f"share_{use}.tif")
        assert read.dtype == np.float32
        np.testing.assert_allclose(read, expected, atol=1e-7)
    with rasterio.open(maps / "share_grass.tif") as file:
        assert file.nodata == NODATA
        assert file.tags()["use"] == "grass"
        assert file.tags()["unit"] == "share of the parcel, 0 to 1"


def test_main_uses_are_classes_in_their_colours(maps: Path, out: Path) -> None:
    shares = np.stack([band(maps / f"share_{use}.tif") for use in ("forest", "grass")])
    read = band(maps / "uses.tif")
    assert (read == 0).sum() == 1
    left = 1.0 - shares.sum(axis=0)
    main = np.argmax(np.concatenate([shares, left[None]]), axis=0) + 1
    np.testing.assert_array_equal(read, np.where(shares[0] == NODATA, 0, main))
    instance = ro.read_instance(out / "instance")
    with rasterio.open(maps / "uses.tif") as file:
        table = file.colormap(1)
        assert file.nodata == 0
        assert file.tags()["class_1"] == "forest"
    legend = {entry.get("value"): (entry.get("color"), entry.get("label")) for entry in
              Xml.fromstring((maps / "uses.qml").read_text("utf-8")).iter("paletteEntry")}
    for number, colour in enumerate(instance.tables["uses"].text("colour"), start=1):
        assert "#%02x%02x%02x" % table[number][:3] == colour.lower()  # noqa: UP031
        assert legend[str(number)][0] == colour.lower()
    assert legend["3"][1] == "Not reclaimed"


def test_blocks_cut_into_slope_classes_lie_on_the_grid_too(tmp_path: Path) -> None:
    out = cells(tmp_path, block=5)
    done = ro.export(out, ["tif"])
    assert not done.findings
    land = band(out / "uses.tif") > 0
    np.testing.assert_array_equal(land, mask()[4:16, 3:15] == 1)
    plan = ro.solve(ro.read_instance(out / "instance")).plan
    for use in ("forest", "grass"):
        shares = band(out / f"share_{use}.tif")
        # Cells of 0.01 ha: shares add up to the plan.
        assert shares[land].sum() * CELL**2 / 1e4 == pytest.approx(
            plan.loc[plan["use"] == use, "area_ha"].sum(), rel=1e-5)


def test_drawn_outlines_take_the_cells_asked_for(tmp_path: Path) -> None:
    ro.write_out(ro.solve(divided_instance(tmp_path / "instance")), tmp_path / "OUT")
    ro.export(tmp_path / "OUT", ["tif"], cell=20.0)
    crop, main = (band(tmp_path / "OUT" / f"{name}.tif") for name in ("share_crop", "uses"))
    # 1,000 m are 50 cells; the hole of 800 m x 500 m is the other parcel: 40 x 25 cells.
    assert crop.shape == (50, 50)
    assert (crop == np.float32(0.75)).sum() == 2_500 - 1_000
    assert (crop == 0.0).sum() == 1_000
    assert [int((main == number).sum()) for number in (1, 2, 3)] == [1_500, 1_000, 0]


def test_parcels_between_the_cells_are_told(tmp_path: Path) -> None:
    ro.write_out(ro.solve(divided_instance(tmp_path / "instance")), tmp_path / "OUT")
    # One cell of 2 km over both parcels: its middle lies in neither or one of them.
    (finding,) = ro.export(tmp_path / "OUT", ["tif"], cell=2_000.0).findings
    assert finding.rule == "parcels on no cell"


def test_cells_without_number_are_refused(tmp_path: Path) -> None:
    ro.write_out(ro.solve(divided_instance(tmp_path / "instance")), tmp_path / "OUT")
    with pytest.raises(OutputRefused, match="larger --cell: at most 200,000,000 cells"):
        ro.export(tmp_path / "OUT", ["tif"], cell=0.01)
    assert not list((tmp_path / "OUT").glob("*.tif"))


def test_above_the_limit_layers_are_geoparquet(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "LARGE_PARCELS", 100)
    done = ro.export(out, to=tmp_path / "large")
    assert list(done.files)[:3] == ["plan_map.parquet", "plan_map.qml", "uses.tif"]


def test_names_of_files_are_plain_and_apart() -> None:
    assert share_names(["a/b", "a b", "A_B", "..", "", "草"]) == [
        "share_a_b", "share_a_b_2", "share_A_B_3", "share___", "share_use", "share_草"]


def ring(west: float, south: float, width: float, height: float) -> np.ndarray:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    return np.round(corners * [width, height] + [west, south], 2)


@settings(max_examples=40)
@given(
    west=st.floats(-5e5, 8e5), south=st.floats(0, 5e6), width=st.floats(1.5, 200.0),
    height=st.floats(1.5, 200.0), columns=st.integers(2, 2_000), rows=st.integers(2, 2_000),
    seed=st.integers(0, 99),
)
def test_a_grid_is_found_from_some_of_its_cells(
    west: float, south: float, width: float, height: float, columns: int, rows: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    chosen = {(0, 0), (columns - 1, rows - 1), (1, 1),
              *zip(rng.integers(0, columns, 80).tolist(), rng.integers(0, rows, 80).tolist(),
                   strict=True)}
    found = lattice_of({str(cell): [ring(west + cell[0] * width, south + cell[1] * height,
                                         width, height)] for cell in chosen})
    if columns - 1 > 4 * len(chosen) or rows - 1 > 4 * len(chosen):
        return  # too few cells far apart: rounding to the centimetre may hide the grid
    assert found is not None
    assert (found.columns, found.rows) == (columns, rows)
    assert found.width == pytest.approx(width, abs=0.03 / columns + 1e-9)
    assert found.west == pytest.approx(west, abs=0.02)
    assert found.north == pytest.approx(south + rows * height, abs=0.05)


@pytest.mark.parametrize("rings", [
    [np.array([[0, 0], [10, 1], [10, 10], [0, 0]], dtype=float)],
    [ring(0, 0, 10, 10), ring(3.333, 0, 10, 10), ring(0, 7.17, 1.41, 10)],
    [],
])
def test_drawn_outlines_are_no_grid(rings: list[np.ndarray]) -> None:
    assert lattice_of({"a": rings}) is None


def test_a_grid_over_outlines_covers_them() -> None:
    assert lattice_over({"a": [ring(105.0, 205.0, 10.0, 30.0)]}, 10.0) == Lattice(
        100.0, 240.0, 10.0, 10.0, rows=4, columns=2)
