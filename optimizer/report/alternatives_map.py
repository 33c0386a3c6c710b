"""`choices.png`: which land has the same use in every plan within the loss, and which depends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.alternatives.choices import DEPENDS, NEVER
from optimizer.report.canvas import BARE, QUIET, board, printable, save, wrapped
from optimizer.report.figures import figure as figure_words
from optimizer.report.figures import hectares, of_unit
from optimizer.report.map_data import MapData, colours_of, use_labels
from optimizer.report.map_picture import (
    HEIGHT,
    LEGEND_LEFT,
    WIDTH,
    draw_land,
    has_places,
    outlines_of,
)
from optimizer.report.sweep_frame import heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optimizer.analysis.alternatives.alternatives import Alternatives

#: A grey between the land that is left and the text, which no use should have.
DEPENDS_COLOUR = "#8c8c8c"
STEP = 0.29


def draw_choices(found: Alternatives, path: Path) -> None:
    """Draw every parcel in the colour of the use it always has, or in grey where it depends.

    Parameters
    ----------
    found
        Alternatives.
    path
        PNG file to write.
    """
    instance, data = found.optimum.instance, choice_data(found)
    rings_i = outlines_of(instance)
    placed = rings_i is not None or has_places(instance.land)
    height = HEIGHT if placed else min(HEIGHT, 3.2 + 0.3 * min(instance.land.count, 40))
    height = max(height, 3.4 + STEP * len(data.shown))
    with board(WIDTH, height) as canvas:
        rect = (0.03, 0.04, LEGEND_LEFT - 0.05, 0.83) if placed else (
            0.15, 0.75 / height, LEGEND_LEFT - 0.19, 1 - 1.75 / height)
        draw_land(canvas, canvas.add_axes(rect), data, instance, rings_i)
        unit = found.optimum.stages[-1].unit
        heading(canvas, height, "Land whose use depends on the plan, and land whose use does not",
                printable(instance.settings.title or instance.name, instance.name))
        _legend(canvas, data, height,
                f"Main use of each parcel over the optimum, {len(found.plans)} alternatives and "
                f"{2 * len(found.ranges)} plans at the ends of the ranges, none of which loses "
                f"more than {of_unit(figure_words(found.loss_allowed), unit)}.")
        save(canvas, path)


def choice_data(found: Alternatives) -> MapData:
    """Parcels by state: one entry a use that is always chosen, then depends, then never."""
    instance, table = found.optimum.instance, found.parcels
    land, uses = instance.land, instance.practices.uses
    position = {use: u for u, use in enumerate(uses)}
    state, use = table["state"].to_numpy(), table["use"].to_numpy()
    entry_i = np.array([
        len(uses) if one == DEPENDS else len(uses) + 1 if one == NEVER else position[name]
        for one, name in zip(state, use, strict=True)], dtype=np.int64)
    entries = len(uses) + 2
    share_iv = np.zeros((land.count, entries))
    share_iv[np.arange(land.count), entry_i] = 1.0
    area = np.bincount(entry_i, land.area_i, minlength=entries)
    return MapData(
        labels=(*(f"Always {label[:1].lower()}{label[1:]}" for label in use_labels(instance)),
                "Depends", "Never reclaimed"),
        colours=(*colours_of(instance), DEPENDS_COLOUR, BARE),
        hectares=tuple(float(value) for value in area), main_i=entry_i, share_iu=share_iv,
        regraded_i=np.zeros(land.count, dtype=bool), regraded_iu=np.zeros((land.count, entries)),
        mixed=0)


def _legend(canvas: Figure, data: MapData, height: float, note: str) -> None:
    """List the states with their hectares."""
    from matplotlib.patches import Rectangle

    top = height - 1.45
    canvas.text(0.97, (top + STEP) / height, "ha", ha="right", va="center", fontsize=9,
                color=QUIET)
    for row, entry in enumerate(data.shown):
        y = (top - row * STEP) / height
        canvas.add_artist(Rectangle(
            (LEGEND_LEFT, y - 0.085 / height), 0.028, 0.17 / height, facecolor=data.colours[entry],
            edgecolor="#8a8a8a", linewidth=0.5))
        canvas.text(LEGEND_LEFT + 0.04, y, wrapped(data.labels[entry], 22, 1), va="center",
                    fontsize=9.5)
        canvas.text(0.97, y, hectares(data.hectares[entry]), ha="right", va="center", fontsize=9.5)
    low = top - len(data.shown) * STEP
    canvas.text(LEGEND_LEFT, (low - 0.1) / height, wrapped(note, 34, 8), va="top", fontsize=8,
                color=QUIET)
