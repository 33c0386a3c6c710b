"""Pictures of a comparison: legible, and their numbers add up to the gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from test_pictures import assert_legible

import optimizer as ro
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.record import Comparison
from optimizer.report import canvas, compare_curve_picture, compare_gap_picture, compare_map
from optimizer.report.compare_map_data import CLASS_COLOURS, class_edges, loss_data

FOLDER = Path(__file__).parents[2] / "instances" / "hand-gap"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(ro.read_instance(FOLDER), FOLDER / "plans" / "actual.csv")


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Figure]]:
    """Figures as they are when they are saved."""
    seen: list[Figure] = []

    def keep(figure: Figure, path: Path) -> None:
        seen.append(figure)
        canvas.save(figure, path)

    for module in (compare_curve_picture, compare_gap_picture, compare_map):
        monkeypatch.setattr(module, "save", keep)
    yield seen
    seen.clear()


def words_of(figure: Figure) -> set[str]:
    return {text.get_text() for text in figure.findobj(Text)}


def test_the_steps_are_legible_and_told(
    comparison: Comparison, tmp_path: Path, figures: list[Figure]
) -> None:
    compare_gap_picture.draw_gap(comparison, tmp_path / "gap.png")
    assert_legible(figures[0])
    # 310 of 596 are 52 %.
    assert {"+220.0", "+310.0  (52 % of the gap)", "+816.0", "+785.0"} <= words_of(figures[0])


def test_the_bars_of_losses_are_legible(
    comparison: Comparison, tmp_path: Path, figures: list[Figure]
) -> None:
    compare_map.draw_gap_map(comparison, tmp_path / "gap_map.png")
    assert_legible(figures[0])
    assert {"north", "south", "the gap", "596.0"} <= words_of(figures[0])


def test_the_curve_is_legible_with_chosen_changes(
    comparison: Comparison, tmp_path: Path, figures: list[Figure]
) -> None:
    from optimizer.analysis.compare.changes import changes_at

    curve = comparison.gain_curve(0.0)
    compare_curve_picture.draw_gain_curve(curve, tmp_path / "curve.png", changes_at(curve, 4.0))
    assert_legible(figures[0])
    assert {"chosen: 4.0 ha", "50 % of the gap: 10.5 ha"} <= words_of(figures[0])


def test_classes_hold_every_parcel_and_add_up() -> None:
    random = np.random.default_rng(3)
    lost_i = np.where(random.random(300) < 0.3, 0.0, random.lognormal(4.0, 1.5, 300))
    data = loss_data(lost_i, 2.0 * lost_i.sum())
    assert sum(data.parcels) == 300
    assert sum(data.lost) + data.shared == pytest.approx(data.gap)
    assert len(data.labels) == len(data.colours) == len(CLASS_COLOURS) + 1
    assert data.parcels[0] == (lost_i == 0).sum()
    edges = class_edges(lost_i[lost_i > 0])
    for n in range(1, len(data.labels)):
        inside = lost_i[data.class_i == n]
        low, high = [0.0, *edges][n - 1], [*edges, np.inf][n - 1]
        assert inside.min() >= low
        assert inside.max() < high


@pytest.mark.parametrize("lost", [[0.0, 0.0], [5.0, 0.0], [3.0, 3.0, 3.0]])
def test_few_losses_need_few_classes(lost: list[float]) -> None:
    data = loss_data(np.array(lost), float(sum(lost)))
    assert sum(data.parcels) == len(lost)
    assert len(data.colours) == len(data.labels) <= 2
