"""The map: shapes on a grid, layers with legends, pictures above so many parcels."""

from __future__ import annotations

import base64
import io
import re

import matplotlib.image
import numpy as np
import pytest
from html_pages import squares

from optimizer.report.html import map_layers, map_shapes
from optimizer.report.html.language import language_of
from optimizer.report.html.map_layers import layers_of, margin_edges, ramp
from optimizer.report.html.map_shapes import shapes_of
from optimizer.report.html.map_view import STROKES, map_view
from optimizer.report.html.material import Material
from optimizer.report.html.parcel_facts import facts_of

ENGLISH = language_of("en")


def corners(path: str) -> list[tuple[int, int]]:
    """Corners of a relative path of straight lines."""
    numbers = [int(text) for text in re.findall(r"-?\d+", path)]
    points = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
    return [(int(x), int(y)) for x, y in points]


def test_squares_are_drawn_to_scale() -> None:
    # Two squares of 10 ha side by side: 632.5 m wide on 8,000 units, 4,000 high; y runs down.
    shapes = shapes_of(squares(2).instance)
    assert (shapes.kind, shapes.width, shapes.height) == ("squares", 8000, 4000)
    assert corners(shapes.path_i[0]) == [(0, 4000), (4000, 4000), (4000, 0), (0, 0)]
    assert corners(shapes.path_i[1]) == [(4000, 4000), (8000, 4000), (8000, 0), (4000, 0)]
    assert shapes.middle_i.tolist() == [[2000.0, 2000.0], [6000.0, 2000.0]]
    # A sixth of 632.5 m is 105 m: a bar of 100 m, 100 / 632.5 x 8,000 = 1,265 units.
    bar = shapes.scale_bar()
    assert bar is not None
    assert bar[1] == "100 m"
    assert bar[0] == pytest.approx(1264.9, abs=0.1)


def test_without_places_areas_are_still_to_scale() -> None:
    shapes = shapes_of(squares(7, placed=False).instance)
    assert shapes.kind == "strips"
    assert shapes.scale_bar() is None
    areas = []
    for path in shapes.path_i:
        x, y = np.array(corners(path)).T
        areas.append(float(np.ptp(x)) * float(np.ptp(y)))
    # All parcels have 10 ha, so all rectangles are alike but for rounding to the grid.
    assert areas == pytest.approx([areas[0]] * 7, rel=2e-3)


def test_degrees_have_no_scale_bar() -> None:
    material = squares(2)
    rings = [[np.array([[100.0, 60.0], [102.0, 60.0], [102.0, 61.0], [100.0, 60.0]])]]
    flat, metres = map_shapes._flattened(rings, material.instance, metres=True)
    assert metres is False
    # cos(60.5 degrees) = 0.4924: 2 degrees of longitude are as wide as 0.985 of latitude.
    assert float(np.ptp(flat[0][0][:, 0])) == pytest.approx(0.985, abs=1e-3)


def test_a_coarser_grid_is_taken_where_paths_would_be_too_long(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = squares(40).instance
    fine = shapes_of(instance)
    monkeypatch.setattr(map_shapes, "LETTERS", sum(map(len, fine.path_i)) - 1)
    coarse = shapes_of(instance)
    assert (fine.width, coarse.width) == (8000, 4000)


def test_a_parcel_below_the_grid_is_still_drawn() -> None:
    tiny = np.array([[0, 0], [0, 0], [0, 0], [0, 0]])
    assert map_shapes._path(tiny) == "M0 0h1v1h-1z"


def test_numbers_of_a_path_are_written_as_short_as_can_be() -> None:
    ring = np.array([[5, 5], [8, 5], [8, 5], [6, 1], [5, 5]])
    # From 5 5: by 3 0, (the double point is left out), by -2 -4, closed.
    assert map_shapes._path(np.vstack([ring[:4], [[2, 9], [5, 5]]])) == "M5 5l3 0-2-4-4 8z"


def test_layers_are_use_period_margin_and_what_bars_each_use(material: Material) -> None:
    layers = layers_of(material, ENGLISH)
    assert [layer.key for layer in layers] == [
        "use", "period", "margin", "could-0", "could-1", "could-2"]
    for layer in layers:
        labels = [entry.label for entry in layer.classes]
        assert len(set(labels)) == len(labels)
        assert set(layer.class_i) <= set(range(len(labels)))
        assert sum(entry.hectares for entry in layer.classes) == pytest.approx(100.0)
    # Only the platform (60 ha, flat) can be cropland; the face of 40 ha is too steep for it.
    cropland = layers[3]
    assert cropland.class_i.tolist() == [0, 1]
    assert [entry.hectares for entry in cropland.classes] == [60.0, 40.0]
    assert "slope must be at most" in cropland.classes[1].label


def test_colours_of_a_layer_are_never_alone(material: Material) -> None:
    for layer in layers_of(material, ENGLISH):
        marks = [(entry.colour, entry.pattern) for entry in layer.classes]
        assert len(set(marks)) == len(marks)
        # All but one have a pattern, and no two neighbours the same one.
        assert sum(entry.pattern == 0 for entry in layer.classes) == 1
    assert len(STROKES) == map_layers.PATTERNS


def test_margins_are_cut_at_round_numbers() -> None:
    # Quartiles of 1 ... 9 and 0 left out: 3, 5, 7; the nearest round ones are 2, 5 and 5.
    values = np.array([0.0, np.nan, *range(1, 10)], dtype=float)
    assert margin_edges(values) == [2.0, 5.0]
    assert margin_edges(np.array([np.nan, 0.0])) == []


def test_a_ramp_runs_from_end_to_end() -> None:
    assert ramp(1) == ["#21918c"]
    assert ramp(3) == ["#fde725", "#21918c", "#440154"]


def test_the_script_knows_the_whole_plan(material: Material) -> None:
    layers, shapes = layers_of(material, ENGLISH), shapes_of(material.instance)
    facts = facts_of(material, ENGLISH, layers, shapes)
    plan = facts["plan"]
    by_use: dict[str, float] = {}
    for use, ha in zip(plan["use"], plan["ha"], strict=True):
        by_use[facts["uses"][use]] = by_use.get(facts["uses"][use], 0.0) + ha
    # Worked by hand in instances/two-parcels.
    assert by_use == pytest.approx({"Cropland": 20.0, "Forest": 40.0, "Grass": 32.0})


def test_pictures_have_only_the_colours_of_their_legends(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.report.html.map_view.LARGE_PARCELS", 3)
    view = map_view(squares(4), ENGLISH)
    assert view.shapes is None
    # Use, period, margin, and where the one use is allowed.
    assert len(view.rasters) == len(view.layers) == 4
    for uri, layer in zip(view.rasters, view.layers, strict=True):
        data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
        pixels = matplotlib.image.imread(io.BytesIO(data))
        red, green, blue = np.rint(255 * pixels[..., :3]).astype(int).transpose(2, 0, 1)
        seen = set(np.unique(65536 * red + 256 * green + blue).tolist())
        known = {int(entry.colour[1:], 16) for entry in layer.classes}
        assert seen <= known | {0xFFFFFF}  # the page behind
        assert seen & known


def test_many_parcels_without_a_place_have_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.report.html.map_view.LARGE_PARCELS", 3)
    view = map_view(squares(4, placed=False), ENGLISH)
    assert view.rasters == []
    assert any("no map" in note for note in view.notes)
