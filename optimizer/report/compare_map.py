"""`gap_map.png`: where the gap is, parcel by parcel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import INK, QUIET, board, printable, save, wrapped
from optimizer.report.compare_map_data import LossData, loss_data
from optimizer.report.figures import figure as figure_words
from optimizer.report.map_picture import (
    HEIGHT,
    LEGEND_LEFT,
    WIDTH,
    draw_land,
    has_places,
    outlines_of,
)
from optimizer.report.map_shapes import OWN_BARS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.compare.record import Comparison
    from optimizer.instance.land import Land

STEP = 0.29


def draw_gap_map(comparison: Comparison, path: Path) -> None:
    """Draw every parcel in the colour of what it loses, at the prices of the optimum.

    Without outlines and places: bars of the parcels that lose most.

    Parameters
    ----------
    comparison
        What was compared.
    path
        PNG file to write.
    """
    instance, split = comparison.instance, comparison.split
    lost_i = split.idle_i + split.wrong_i
    data = loss_data(lost_i, comparison.gap)
    rings_i = outlines_of(instance)
    placed = rings_i is not None or has_places(instance.land)
    shown = min(instance.land.count, OWN_BARS)
    height = HEIGHT if placed else max(4.2, 1.9 + 0.24 * shown)
    with board(WIDTH, height) as figure:
        if placed:
            axes = figure.add_axes((0.03, 0.04, LEGEND_LEFT - 0.05, 0.83))
            draw_land(figure, axes, data.as_map(instance.land.area_i), instance, rings_i)
        else:
            axes = figure.add_axes((0.15, 0.75 / height, LEGEND_LEFT - 0.19, 1 - 1.75 / height))
            _bars(axes, data, lost_i, instance.land, comparison.unit)
        _titles(figure, comparison, height)
        _legend(figure, data, height, comparison.unit)
        save(figure, path)


def _titles(figure: Figure, comparison: Comparison, height: float) -> None:
    """Say what is drawn, and of what."""
    instance = comparison.instance
    title = printable(instance.settings.title or instance.name, instance.name)
    figure.text(0.03, 1 - 0.32 / height, printable(
        f"What the actual plan loses on each parcel, in {comparison.unit}", "What it loses"),
                fontsize=13.5, fontweight="bold", va="center")
    figure.text(0.03, 1 - 0.62 / height, wrapped(title, 90, 1), fontsize=9.5, color=QUIET,
                va="center")


def _legend(figure: Figure, data: LossData, height: float, unit: str) -> None:
    """Classes with what is lost in each; with what belongs to no parcel they add up to the gap."""
    from matplotlib.patches import Rectangle

    top = height - 1.5
    unit = printable(unit, "unit of the objective")
    figure.text(LEGEND_LEFT, (top + 2 * STEP) / height, f"Lost on a parcel, {unit}", fontsize=9.5,
                va="center", fontweight="bold")
    figure.text(0.922, (top + STEP) / height, "parcels", ha="right", va="center", fontsize=8.5,
                color=QUIET)
    figure.text(0.985, (top + STEP) / height, "in all", ha="right", va="center", fontsize=8.5,
                color=QUIET)
    rows = [n for n in reversed(range(len(data.labels))) if data.parcels[n]]
    for place, n in enumerate(rows):
        y = (top - place * STEP) / height
        figure.add_artist(Rectangle(
            (LEGEND_LEFT, y - 0.085 / height), 0.028, 0.17 / height, facecolor=data.colours[n],
            edgecolor="#8a8a8a", linewidth=0.5))
        figure.text(LEGEND_LEFT + 0.04, y, data.labels[n], va="center", fontsize=9)
        figure.text(0.922, y, f"{data.parcels[n]:,}", ha="right", va="center", fontsize=9)
        figure.text(0.985, y, figure_words(data.lost[n]), ha="right", va="center", fontsize=9)
    low = top - len(rows) * STEP
    for words, value, bold in (("on no parcel", data.shared, False), ("the gap", data.gap, True)):
        weight = "bold" if bold else "normal"
        figure.text(LEGEND_LEFT + 0.04, low / height, words, va="center", fontsize=9,
                    fontweight=weight)
        figure.text(0.985, low / height, figure_words(value + 0.0), ha="right", va="center",
                    fontsize=9, fontweight=weight)
        low -= STEP
    note = ("Land left as it is and hectares under the wrong option, at the prices of the optimum. "
            "On no parcel: limits not made full use of, topsoil kept too long. Parcels count "
            "whole: a large one is dark also because it is large (per hectare: "
            "gap_by_parcel.csv).")
    figure.text(LEGEND_LEFT, (low - 0.1) / height, wrapped(note, 36, 10), va="top", fontsize=8,
                color=QUIET)


def _bars(
    axes: Axes, data: LossData, lost_i: np.ndarray[tuple[int], np.dtype[np.float64]], land: Land,
    unit: str,
) -> None:
    """One bar a parcel, the largest losses first, where nothing says where the parcels lie."""
    order = np.argsort(-lost_i, kind="stable")[:OWN_BARS]
    names = [printable(str(land.parcels[i]), f"parcel {i + 1}") for i in order]
    axes.barh(range(len(order)), lost_i[order], height=0.7,
              color=[data.colours[data.class_i[i]] for i in order], edgecolor="#8a8a8a",
              linewidth=0.5)
    axes.set_yticks(range(len(order)), names)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.set_xlabel(printable(unit, "unit of the objective"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
