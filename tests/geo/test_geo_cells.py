"""From cells of a mask or class raster to parcels: blocks, classes, borders, nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terrain_files import CELL, plane, raster, roof

from optimizer.geo import sheets
from optimizer.geo.cells import whole_blocks
from optimizer.geo.land import import_land
from optimizer.geo.request import ImportRequest
from optimizer.instance.findings import InstanceRefused


def run(folder: Path, elevation: np.ndarray, mask: np.ndarray, block: int = 1, **changed: Any) -> (
        Any):
    """Import cells."""
    return import_land(ImportRequest(
        raster(folder / "dem.tif", elevation), cells=raster(folder / "mask.tif", mask, nodata=255),
        block=block, elevation_unit="m", region="loess-plateau", **changed))


def mask_of(rows: slice, columns: slice, value: int = 1, shape: tuple[int, int] = (40, 40)) -> (
        np.ndarray):
    """Land in a rectangle of cells."""
    mask = np.zeros(shape, dtype=np.uint8)
    mask[rows, columns] = value
    return mask


def test_every_cell_becomes_a_parcel(tmp_path: Path) -> None:
    imported = run(tmp_path, plane(20.0), mask_of(slice(10, 12), slice(10, 13)))
    rows = imported.tables["parcels"]
    assert [row["parcel"] for row in rows] == [
        f"r{row:04d}c{column:04d}" for row in (11, 12) for column in (11, 12, 13)]
    assert {row["area_ha"] for row in rows} == {"0.01"}
    assert {float(row["slope_pct"]) for row in rows} == {20.0}
    assert {row["group"] for row in rows} == {""}
    # Three columns of land along the fall: 30 m from every cell.
    assert {float(row["slope_length_m"]) for row in rows} == {30.0}
    # 2 x 3 cells: 4 borders between columns and 3 between rows, 10 m each.
    assert [float(row["shared_boundary_m"]) for row in imported.tables["adjacency"]] == [10.0] * 7


def test_blocks_are_cut_into_slope_classes(tmp_path: Path) -> None:
    # Columns 10 to 29 are land; the break at column 20 lies inside the blocks of 8 columns 16-23.
    imported = run(tmp_path, roof(40.0, 10.0), mask_of(slice(8, 16), slice(10, 30)), block=8)
    rows = {row["parcel"]: row for row in imported.tables["parcels"]}
    assert set(rows) == {"r0002c0002", "r0002c0003_25-46.6", "r0002c0003_8.7-25", "r0002c0004"}
    # 6, 4, 4 and 6 columns of 8 cells of 0.01 ha.
    assert {name: float(row["area_ha"]) for name, row in rows.items()} == {
        "r0002c0002": 0.48, "r0002c0003_25-46.6": 0.32, "r0002c0003_8.7-25": 0.32,
        "r0002c0004": 0.48}
    assert rows["r0002c0003_25-46.6"]["group"] == rows["r0002c0003_8.7-25"]["group"]
    assert len({row["group"] for row in rows.values()}) == 3
    shared = {frozenset((row["parcel_a"], row["parcel_b"])): float(row["shared_boundary_m"])
              for row in imported.tables["adjacency"]}
    assert set(shared.values()) == {80.0}
    assert len(shared) == 3
    # By cells the two pieces east of the break, 0.8 ha; the cut block has
    # (3 * 40 + 32.5 + 17.5 + 3 * 10) / 8 = 25 % on average and would have counted in full.
    assert imported.figures.gentle_ha == pytest.approx(0.8)
    assert imported.figures.gentle_by_mean_ha == pytest.approx(1.12)


def test_classes_become_zones(tmp_path: Path) -> None:
    mask = mask_of(slice(10, 20), slice(10, 20)) + 2 * mask_of(slice(10, 20), slice(20, 30))
    imported = run(tmp_path, plane(20.0), mask, block=20)
    rows = imported.tables["parcels"]
    assert [(row["parcel"], row["zone"], float(row["area_ha"])) for row in rows] == [
        ("r0001c0001", "class-1", 1.0), ("r0001c0002", "class-2", 1.0)]
    # Landforms end where the class does: 100 m each, not 200 m.
    assert [float(row["slope_length_m"]) for row in rows] == [100.0, 100.0]


def test_two_classes_in_a_block_stay_apart(tmp_path: Path) -> None:
    mask = mask_of(slice(10, 20), slice(10, 15)) + 3 * mask_of(slice(10, 20), slice(15, 20))
    rows = run(tmp_path, plane(20.0), mask, block=20).tables["parcels"]
    assert [(row["parcel"], row["group"]) for row in rows] == [
        ("r0001c0001v1", "r0001c0001v1"), ("r0001c0001v3", "r0001c0001v3")]


@settings(max_examples=15)
@given(seed=st.integers(0, 999), block=st.integers(1, 9))
def test_no_land_is_lost(
    seed: int, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    mask = (rng.random((40, 40)) < 0.5).astype(np.uint8)
    folder = tmp_path_factory.mktemp("cells")
    imported = run(folder, plane(20.0) + rng.uniform(0, 3, (40, 40)), mask, block)
    assert imported.figures.area_ha == pytest.approx(mask.sum() * CELL**2 / 10_000)
    drawn = sum(shape.area for shape in imported.outlines.values())
    assert drawn == pytest.approx(mask.sum() * CELL**2)
    # Every border between two land cells is one between pieces, or inside of one.
    inner = CELL * float((mask[1:] & mask[:-1]).sum() + (mask[:, 1:] & mask[:, :-1]).sum())
    shared = sum(float(row["shared_boundary_m"]) for row in imported.tables["adjacency"])
    rims = sum(shape.length for shape in imported.outlines.values())
    # Four sides a cell; those inside of pieces and the outer rim are the rest.
    outer = CELL * 4 * float(mask.sum()) - 2 * inner
    assert 2 * shared == pytest.approx(rims - outer)


def test_sheets_of_few_rows_make_the_same_parcels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    z, mask = plane(20.0) + rng.uniform(0, 3, (40, 40)), (rng.random((40, 40)) < 0.8)
    whole = run(tmp_path, z, mask.astype(np.uint8), 3).tables
    monkeypatch.setattr(sheets, "CELLS", 250)
    parts = run(tmp_path, z, mask.astype(np.uint8), 3).tables
    plain = [{key: value for key, value in row.items() if key not in ("slope_pct", "area_ha")}
             for row in parts["parcels"]]
    # The rim of the raster has no slope; its cells take the nearest one of their sheet, so that
    # only pieces there may differ. Nothing else does.
    inside = [row for row in whole["parcels"] if "r0001" not in row["parcel"]
              and "r0014" not in row["parcel"] and "c0001" not in row["parcel"]
              and "c0014" not in row["parcel"]]
    assert len(inside) > 100
    for row in inside:
        assert row in parts["parcels"]
    assert len(plain) == len({row["parcel"] for row in plain})


def test_large_polygons_in_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shapely import box
    from terrain_files import NORTH, WEST, layer

    rng = np.random.default_rng(4)
    dem = raster(tmp_path / "dem.tif", plane(20.0) + rng.uniform(0, 3, (40, 40)))
    parcels = layer(tmp_path / "p.gpkg", [box(WEST + 33, NORTH - 351, WEST + 347, NORTH - 44)])
    request = ImportRequest(dem, parcels, elevation_unit="m")
    whole = import_land(request)
    monkeypatch.setattr(sheets, "CELLS", 150)
    parts = import_land(request)
    for one, other in zip(whole.tables["parcels"], parts.tables["parcels"], strict=True):
        assert one["parcel"] == other["parcel"]
        assert float(one["area_ha"]) == pytest.approx(float(other["area_ha"]), rel=1e-5)
        assert float(one["slope_pct"]) == pytest.approx(float(other["slope_pct"]), rel=1e-5)
    assert len(whole.tables["adjacency"]) == len(parts.tables["adjacency"])


def test_a_strip_without_elevations_in_a_large_polygon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shapely import box
    from terrain_files import NORTH, WEST, layer

    z = plane(20.0)
    z[20:30] = np.nan
    dem = raster(tmp_path / "dem.tif", z)
    parcels = layer(tmp_path / "p.gpkg", [box(WEST + 50, NORTH - 380, WEST + 350, NORTH - 20)])
    # Four rows a sheet: two sheets lie wholly in the gap.
    monkeypatch.setattr(sheets, "CELLS", 30 * 4)
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m"))
    (row,) = imported.tables["parcels"]
    # 300 x 360 m, gap and all.
    assert float(row["area_ha"]) == pytest.approx(10.8)
    assert float(row["slope_pct"]) == pytest.approx(20.0)
    # Rows 19 to 30 have no slope: 12 x 30 cells.
    told = [f.seen for f in imported.findings if f.rule == "land without a slope"]
    assert told[0].startswith("360 cells (3.6 ha)")


@pytest.mark.parametrize(("mask", "changed", "rule"), [
    (np.ones((39, 40), np.uint8), {}, "another grid"),
    (np.ones((40, 40), np.uint8), {"west": 500_003.0}, "another grid"),
    (np.ones((40, 40), np.uint8), {"crs": "EPSG:32650"}, "another coordinate system"),
    (np.full((40, 40), 0.5), {}, "not a class raster"),
    (np.zeros((40, 40), np.uint8), {}, "no land"),
])
def test_masks_that_do_not_fit(
    tmp_path: Path, mask: np.ndarray, changed: dict[str, Any], rule: str
) -> None:
    request = ImportRequest(raster(tmp_path / "dem.tif", plane(5.0)),
                            cells=raster(tmp_path / "m.tif", mask, **changed), elevation_unit="m")
    with pytest.raises(InstanceRefused) as refused:
        import_land(request)
    assert refused.value.findings[0].rule == rule


def test_cells_on_a_gap_take_what_is_near_and_say_so(tmp_path: Path) -> None:
    z = plane(20.0)
    z[11, 11] = np.nan
    imported = run(tmp_path, z, mask_of(slice(10, 13), slice(10, 30)))
    rules = {finding.rule: finding.seen for finding in imported.findings}
    # The gap itself and its eight neighbours have no slope; the gap has no elevation for a line.
    assert rules["land without a slope"].startswith("9 cells (0.09 ha)")
    assert rules["slope length not known"] == "1: r0012c0012"
    row = next(r for r in imported.tables["parcels"] if r["parcel"] == "r0012c0012")
    # A cell of 10 m.
    assert (float(row["slope_pct"]), float(row["slope_length_m"])) == (20.0, 10.0)


def test_land_where_nothing_is_known_is_refused(tmp_path: Path) -> None:
    z = plane(20.0)
    z[:, :30] = np.nan
    with pytest.raises(InstanceRefused) as refused:
        run(tmp_path, z, mask_of(slice(5, 35), slice(5, 35)))
    # Of 30 x 30 land cells 25 columns and the one beside the gap: 26 x 30 = 780.
    assert refused.value.findings[0].seen == "780 of 900 land cells without a slope"


def test_whole_blocks_where_enough_is_marked(tmp_path: Path) -> None:
    # Blocks of 10 x 10 cells. The marked columns 5 to 23 are half of the first, all of the second
    # and 4 of 10 columns of the third: with half, two whole hectares; 40 % of the third are lost.
    mask = mask_of(slice(10, 20), slice(5, 24))
    imported = run(tmp_path, plane(20.0), mask, block=10, least_share=0.5)
    # The cells of column 0 have no neighbour in the west, so no slope: 10 cells are left out.
    assert {row["parcel"]: float(row["area_ha"]) for row in imported.tables["parcels"]} == {
        "r0002c0001": 0.9, "r0002c0002": 1.0}
    told = next(finding for finding in imported.findings if finding.rule == "land without a slope")
    assert "10 cells (0.1 ha)" in told.seen
    assert "left out" in told.do


def test_every_marked_cell_where_no_share_is_asked(tmp_path: Path) -> None:
    mask = mask_of(slice(10, 20), slice(5, 24))
    imported = run(tmp_path, plane(20.0), mask, block=10)
    # 5, 10 and 4 columns of 10 cells of 0.01 ha.
    assert [float(row["area_ha"]) for row in imported.tables["parcels"]] == [0.5, 1.0, 0.4]


def test_a_whole_block_takes_the_commonest_class() -> None:
    value = np.array([[2, 2, 1, 0], [0, 0, 0, 0]])
    group = np.array([[0, 0, 0, 1], [0, 0, 0, 1]])
    # Three of six cells marked, twice 2 and once 1; the second block is not marked at all.
    assert whole_blocks(value, group, 0.5).tolist() == [[2, 2, 1, 0], [2, 2, 2, 0]]
    assert whole_blocks(value, group, 0.51).tolist() == [[0, 0, 0, 0], [0, 0, 0, 0]]


def test_no_block_is_marked_enough(tmp_path: Path) -> None:
    with pytest.raises(InstanceRefused, match=r"no block of which 50 % is marked"):
        run(tmp_path, plane(20.0), mask_of(slice(10, 12), slice(10, 12)), block=10,
            least_share=0.5)


def test_shares_are_told_between_the_classes_asked_for(tmp_path: Path) -> None:
    # The western half of the land falls by 40 %, the eastern by 10 %, column 20 in between:
    # columns 16 to 19 are 40, 40, 40, 32.5 and 20 to 23 are 17.5, 10, 10, 10 percent.
    imported = run(tmp_path, roof(40.0, 10.0), mask_of(slice(8, 16), slice(16, 24)), block=8,
                   classes=(15.0, 35.0))
    assert imported.figures.class_breaks == (15.0, 25.0, 35.0)
    assert imported.figures.class_share == pytest.approx((3 / 8, 1 / 8, 1 / 8, 3 / 8))
    assert imported.figures.gentle_share == pytest.approx(0.5)
    assert imported.figures.breaks[:3] == (3.0, 8.7, 25.0)
