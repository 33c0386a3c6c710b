"""Pictures: read as pixels (do the areas agree?) and as texts (can they be read?)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from helpers import MINIMAL, write_folder
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.report import canvas, carbon_picture, map_picture
from optimizer.report.canvas import (
    BARE,
    hatch_colour,
    luminance,
    printable,
    use_colours,
    wrapped,
)
from optimizer.report.carbon_picture import draw_carbon, shown_terms
from optimizer.report.map_data import map_data
from optimizer.report.map_picture import draw_map, round_length
from optimizer.report.map_shapes import _area, bar_rows, compound, square_scale
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution


def pixels(path: Path, colour: str) -> int:
    """Pixels of exactly one colour, legend swatches included."""
    rgb = np.array([int(colour[c:c + 2], 16) for c in (1, 3, 5)])
    picture = np.round(imread(path)[:, :, :3] * 255).astype(int)
    return int(np.all(picture == rgb, axis=2).sum())


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Figure]]:
    """Figures as they are when they are saved."""
    seen: list[Figure] = []

    def keep(figure: Figure, path: Path) -> None:
        seen.append(figure)
        canvas.save(figure, path)

    monkeypatch.setattr(map_picture, "save", keep)
    monkeypatch.setattr(carbon_picture, "save", keep)
    yield seen
    seen.clear()


def assert_legible(figure: Figure) -> None:
    """Every text lies within the picture, none on another."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    beyond = {label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)
              for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
              if not min(axis.get_view_interval()) <= place <= max(axis.get_view_interval())}
    texts = [text for text in figure.findobj(Text)
             if text.get_visible() and text.get_text() and text not in beyond]
    boxes = {text.get_text(): text.get_window_extent(renderer) for text in texts}
    width, height = figure.canvas.get_width_height()
    for words, box in boxes.items():
        assert box.x0 >= 0, words
        assert box.y0 >= 0, words
        assert box.x1 <= width, words
        assert box.y1 <= height, words
    for (one, box), (other, other_box) in combinations(boxes.items(), 2):
        assert not box.overlaps(other_box), f"{one!r} on {other!r}"
    assert min(text.get_fontsize() for text in texts) >= 8


def square(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


@pytest.fixture
def drawn(tmp_path: Path) -> Instance:
    """`flat` 60 ha, a square ring round a hole of 40 ha in which `steep` lies; one use each."""
    outer, inner = square(500_000, 4_000_000, 1000), square(500_184, 4_000_184, 632.455532)
    features = [
        {"type": "Feature", "properties": {"parcel": name},
         "geometry": {"type": "Polygon", "coordinates": rings}}
        # Both rings run the same way round, against the standard: holes must still be holes.
        for name, rings in (("flat", [outer, inner]), ("steep", [inner]))
    ]
    layer = json.dumps({"type": "FeatureCollection", "features": features})
    parcels = MINIMAL["parcels.csv"].replace("steep,40,65", "steep,40,20")
    limits = ("limit,account,use,sense,value,unit\n"
              "all-flat,area,crop,=,60,ha\nrest,area,grass,=,40,ha\n")
    return read_instance(write_folder(
        tmp_path / "drawn", {"parcels.geojson": layer}, parcels=parcels, limits=limits))


def test_areas_on_the_map_are_in_proportion(drawn: Instance, tmp_path: Path) -> None:
    solution = solve(drawn)
    assert solution.area_by_use == pytest.approx({"crop": 60, "grass": 40})
    draw_map(solution, tmp_path / "map.png")
    crop, grass = (pixels(tmp_path / "map.png", c) for c in ("#e69f00", "#b8d86b"))
    # 60 ha round 40 ha; borders and legend swatches take the tolerance.
    assert crop / grass == pytest.approx(1.5, rel=0.05)


def test_a_map_with_outlines_is_legible(
    drawn: Instance, tmp_path: Path, figures: list[Figure]
) -> None:
    draw_map(solve(drawn), tmp_path / "map.png")
    assert_legible(figures[0])
    words = {text.get_text() for text in figures[0].findobj(Text)}
    assert {"N", "All land", "100.0", "200 m"} <= words


def test_a_map_without_places_is_legible(
    two_parcels: Solution, tmp_path: Path, figures: list[Figure]
) -> None:
    draw_map(two_parcels, tmp_path / "map.png")
    assert_legible(figures[0])
    words = {text.get_text() for text in figures[0].findobj(Text)}
    assert {"platform", "face", "Cropland", "Not reclaimed", "20.0", "8.0"} <= words
    for colour in ("#e69f00", "#009e73", "#f0e442", BARE):
        assert pixels(tmp_path / "map.png", colour) > 1000


@pytest.mark.parametrize("name", ["steppe", "desert", "high-groundwater"])
def test_maps_of_shipped_instances_are_legible(
    name: str, tmp_path: Path, figures: list[Figure]
) -> None:
    solution = solve(read_instance(name))
    draw_map(solution, tmp_path / "map.png")
    draw_carbon(solution, tmp_path / "carbon.png")
    for figure in figures:
        assert_legible(figure)


def test_a_raster_shows_every_parcel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A 10 by 10 grid of 1 ha cells, the left half steep: uses differ by half.
    rows = [f"c{i},1,{60 if i % 10 < 5 else 2},20,bench,0.3,2026,z,"
            f"{100 * (i % 10)},{100 * (i // 10)}" for i in range(100)]
    parcels = ("parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,release_year,"
               "zone,x,y\n" + "\n".join(rows) + "\n")
    hauls = "source,parcel,distance_km\n" + "".join(f"heap,c{i},1\n" for i in range(100))
    limits = ("limit,account,use,sense,value,unit\nall-crop,area,crop,=,50,ha\n"
              "no-grass,area,grass,<=,0,ha\n")
    instance = read_instance(write_folder(tmp_path / "grid", parcels=parcels, hauls=hauls,
                                          limits=limits))
    monkeypatch.setattr(map_picture, "LARGE_PARCELS", 10)
    draw_map(solve(instance), tmp_path / "map.png")
    crop, bare = (pixels(tmp_path / "map.png", c) for c in ("#e69f00", BARE))
    assert crop / bare == pytest.approx(1.0, rel=0.05)
    assert crop > 50_000


def test_the_carbon_picture_is_legible_and_complete(
    two_parcels: Solution, tmp_path: Path, figures: list[Figure]
) -> None:
    draw_carbon(two_parcels, tmp_path / "carbon.png")
    assert_legible(figures[0])
    words = {text.get_text() for text in figures[0].findobj(Text)}
    # Worked by hand: 7,336.8 net; soil 2,816; biomass 5,632; regrading -288.
    assert {"Net sink", "+7,337", "+2,816", "+5,632", "-288", "Nitrous oxide"} <= words
    assert "Methane" not in words, "terms of 0 only take room"


def test_bars_end_at_the_net_sink(
    two_parcels: Solution, tmp_path: Path, figures: list[Figure]
) -> None:
    draw_carbon(two_parcels, tmp_path / "carbon.png")
    bars = figures[0].axes[0].patches
    assert len(bars) == len(shown_terms(two_parcels.carbon_terms)) + 1
    last_step, net = bars[-2], bars[-1]
    assert last_step.get_x() + last_step.get_width() == pytest.approx(7336.8)
    assert net.get_x() + net.get_width() == pytest.approx(7336.8)


def test_shares_of_the_map_are_those_of_the_plan(two_parcels: Solution) -> None:
    data = map_data(two_parcels)
    # cropland 20, forest 40, grass 32, bare 8; forest is most of the platform, grass of the face.
    assert data.hectares == pytest.approx((20, 40, 32, 8))
    assert data.main_i.tolist() == [1, 2]
    assert data.regraded_i.tolist() == [False, True]
    assert data.mixed == 2
    labels, area_ru = bar_rows(data, two_parcels.instance.land)
    assert labels == ["platform", "face"]
    assert area_ru.sum() == pytest.approx(100)


def test_the_hatch_can_be_seen_on_dark_and_light_colours() -> None:
    assert hatch_colour("#0b6e4f")[:3] == (1, 1, 1)
    assert hatch_colour("#8c6bb1")[:3] == (1, 1, 1)
    assert max(hatch_colour("#b8d86b")[:3]) < 0.2
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)


def test_regraded_land_is_hatched_where_nothing_says_where_it_lies(
    two_parcels: Solution, tmp_path: Path, figures: list[Figure]
) -> None:
    draw_map(two_parcels, tmp_path / "map.png")
    # Grass on 32 ha of the face is all that is regraded (WORKED.md).
    hatched = [bar for bar in figures[0].axes[0].patches if bar.get_hatch()]
    assert [bar.get_width() for bar in hatched] == pytest.approx([32])
    assert [bar.get_y() + bar.get_height() / 2 for bar in hatched] == pytest.approx([1])
    assert "regraded" in {text.get_text() for text in figures[0].findobj(Text)}


def test_a_hole_runs_against_its_ring() -> None:
    outer, inner = (np.array(square(*at)) for at in ((0, 0, 10), (2, 2, 4)))
    island = np.array(square(3, 3, 1))
    runs = [bool(_area(ring) > 0) for ring in
            compound([outer[::-1], inner, island[::-1]]).to_polygons()]
    assert runs == [True, False, True]


def test_squares_shrink_where_they_would_hide_each_other() -> None:
    x, y = np.array([0.0, 50.0, 100.0]), np.zeros(3)
    # Squares of side 100 every 50 m: half the side keeps them apart.
    assert square_scale(x, y, np.full(3, 100.0)) == pytest.approx(0.5)
    assert square_scale(x, y, np.full(3, 10.0)) == 1.0


@pytest.mark.parametrize(("size", "length"), [(999, 500), (1000, 1000), (4100, 2000), (7, 5)])
def test_scale_bars_are_round(size: float, length: float) -> None:
    assert round_length(size) == length


def test_colours_come_from_the_table_or_the_palette() -> None:
    assert use_colours(["#E69F00", "", "green"])[0] == "#e69f00"
    assert len(set(use_colours(["#e69f00", "", "", "red"]))) == 4


def test_texts_without_glyphs_fall_back() -> None:
    assert printable("Plan for $5", "plan") == r"Plan for \$5"
    assert printable("\U00012000", "cuneiform") == "cuneiform"
    assert printable("\U00012000", "") == "?"
    assert wrapped("one two three four", 9, 1) == "one ..."
