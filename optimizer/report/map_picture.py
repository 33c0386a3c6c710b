"""`map.png`: where the plan puts which use."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import BARE, INK, QUIET, bare_axes, board, printable, save, wrapped
from optimizer.report.figures import hectares
from optimizer.report.map_data import MapData, map_data
from optimizer.report.map_shapes import (
    HATCH,
    OWN_BARS,
    draw_bars,
    draw_outlines,
    draw_raster,
    draw_squares,
)
from optimizer.report.tables import LARGE_PARCELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.instance.land import Land
    from optimizer.instance.record import Instance
    from optimizer.report.map_shapes import Ring
    from optimizer.solve.solution import Solution

WIDTH, HEIGHT = 10.0, 7.2
#: Left edge of the legend, as a share of the width.
LEGEND_LEFT = 0.755
MAP_WORDS = "main use of each parcel after reclamation"
BAR_WORDS = "use of the land after reclamation (nothing says where the parcels lie)"


def draw_map(solution: Solution, path: Path) -> None:
    """Draw every parcel in the colour of its main use.

    Outlines where the instance has them, else squares of the right area around the parcels'
    middles, else bars. Above 20,000 parcels without borders, or as a raster.

    Parameters
    ----------
    solution
        What was solved.
    path
        PNG file to write.
    """
    instance, data = solution.instance, map_data(solution)
    rings_i = outlines_of(instance)
    placed = rings_i is not None or has_places(instance.land)
    height = HEIGHT if placed else min(HEIGHT, 3.2 + 0.3 * min(instance.land.count, 40))
    height = max(height, 2.6 + 0.29 * len(data.shown))  # a long legend needs its room
    with board(WIDTH, height) as figure:
        rect = (0.03, 0.04, LEGEND_LEFT - 0.05, 0.83) if placed else (
            0.15, 0.75 / height, LEGEND_LEFT - 0.19, 1 - 1.75 / height)
        axes = figure.add_axes(rect)
        scale = draw_land(figure, axes, data, instance, rings_i)
        _titles(figure, solution, height, what=MAP_WORDS if placed else BAR_WORDS)
        low = _legend(figure, data, height, hatched=_is_hatched(instance.land, rings_i))
        _note(figure, low, data.mixed if placed else 0, scale)
        save(figure, path)


def _is_hatched(land: Land, rings_i: Sequence[Sequence[Ring]] | None) -> bool:
    """Whether the map can show what is regraded: outlines do, and bars of single parcels."""
    if rings_i is not None:
        return land.count <= LARGE_PARCELS
    return not has_places(land) and land.count <= OWN_BARS


def outlines_of(instance: Instance) -> Sequence[Sequence[Ring]] | None:
    """Outlines in the order of the parcels; None unless every parcel has one."""
    from optimizer.instance.outlines import read_outlines

    outlines = read_outlines(instance)
    if not outlines or any(name not in outlines for name in instance.land.parcels):
        return None
    return [outlines[name] for name in instance.land.parcels]


def has_places(land: Land) -> bool:
    """Whether every parcel has x and y, and not all the same."""
    x_i, y_i = land.attribute("x"), land.attribute("y")
    known = bool(np.all(np.isfinite(x_i)) and np.all(np.isfinite(y_i)))
    return known and bool(np.ptp(x_i) > 0 or np.ptp(y_i) > 0)


def is_geographic(instance: Instance, axes: Axes) -> bool:
    """Whether coordinates look like degrees, of which no distances can be drawn."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    degrees = max(abs(left), abs(right)) <= 180 and max(abs(low), abs(high)) <= 90
    return degrees or instance.settings.crs.upper() in ("EPSG:4326", "EPSG:4490")


def draw_land(
    figure: Figure, axes: Axes, data: MapData, instance: Instance,
    rings_i: Sequence[Sequence[Ring]] | None,
) -> float:
    """Draw the parcels, and where they lie on a map its scale and north.

    Returns
    -------
    float
        Scale of squares that stand for parcels; 1 where none do.
    """
    scale = _shapes(axes, data, instance.land, rings_i)
    if rings_i is not None or has_places(instance.land):
        _place(axes, geographic=is_geographic(instance, axes))
        _north_arrow(figure)
    return scale


def _shapes(
    axes: Axes, data: MapData, land: Land, rings_i: Sequence[Sequence[Ring]] | None
) -> float:
    """Draw the parcels in the best way there is for them; return the scale of squares."""
    large = land.count > LARGE_PARCELS
    if rings_i is not None:
        draw_outlines(axes, data, rings_i, fine=large)
    elif not has_places(land):
        draw_bars(axes, data, land)
    elif large:
        draw_raster(axes, data, land)
    else:
        return draw_squares(axes, data, land)
    return 1.0


def _place(axes: Axes, *, geographic: bool) -> None:
    """Give the map its aspect and a scale bar."""
    bare_axes(axes)
    low, high = axes.get_ylim()
    axes.set_aspect(1 / math.cos(math.radians((low + high) / 2)) if geographic else 1.0,
                    anchor="C")
    axes.margins(0.03)
    if not geographic:
        _scale_bar(axes)


def _scale_bar(axes: Axes) -> None:
    """Draw a bar of a round length, about a fifth of the width, below the land."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    length = round_length((right - left) / 5)
    base = low - 0.045 * (high - low)
    axes.set_ylim(low - 0.11 * (high - low), high)
    tick = 0.008 * (high - low)
    axes.plot([left, left, left + length, left + length],
              [base + tick, base, base, base + tick], color=INK, linewidth=1.4,
              solid_joinstyle="miter")
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(left + length / 2, base - tick, text, ha="center", va="top", fontsize=9)


def round_length(size: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above a length."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= size * (1 + 1e-9))


def _north_arrow(figure: Figure) -> None:
    """Draw an arrow below the legend, where no land is."""
    from matplotlib.patches import FancyArrowPatch

    figure.add_artist(FancyArrowPatch((0.955, 0.1), (0.955, 0.175), arrowstyle="-|>",
                                      mutation_scale=14, color=INK, linewidth=1.3))
    figure.text(0.955, 0.075, "N", ha="center", va="center", fontsize=11)


def _titles(figure: Figure, solution: Solution, height: float, *, what: str) -> None:
    """Write what it is above the map."""
    instance = solution.instance
    title = printable(instance.settings.title or instance.name, instance.name)
    figure.text(0.03, 1 - 0.32 / height, wrapped(title, 78, 1), fontsize=13.5,
                fontweight="bold", va="center")
    stopped = solution.status == "stopped"
    plan = "Best plan known (stopped before its proof)" if stopped else "Plan"
    figure.text(0.03, 1 - 0.62 / height, f"{plan}: {what}", fontsize=9.5, color=QUIET,
                va="center")


def _legend(figure: Figure, data: MapData, height: float, *, hatched: bool) -> float:
    """List the uses with their hectares; return where the list ends, as a share of the height."""
    step, top = 0.29, height - 1.18
    lines = [(data.labels[u], data.colours[u], hectares(data.hectares[u])) for u in data.shown]
    figure.text(0.97, (top + step) / height, "ha", ha="right", va="center", fontsize=9,
                color=QUIET)
    for row, (label, colour, area) in enumerate(lines):
        y = top - row * step
        _swatch(figure, y / height, height, colour)
        figure.text(LEGEND_LEFT + 0.04, y / height, wrapped(label, 20, 1), va="center")
        figure.text(0.97, y / height, area, ha="right", va="center")
    y = top - len(lines) * step
    figure.text(LEGEND_LEFT + 0.04, y / height, "All land", va="center", fontweight="bold")
    figure.text(0.97, y / height, hectares(sum(data.hectares)), ha="right", va="center",
                fontweight="bold")
    if hatched and data.regraded_i.any():
        y -= 1.5 * step
        _swatch(figure, y / height, height, BARE, hatch=HATCH)
        figure.text(LEGEND_LEFT + 0.04, y / height, "regraded", va="center")
    return (y - step) / height


def _note(figure: Figure, top: float, mixed: int, scale: float) -> None:
    """Say below the legend what the picture leaves out."""
    notes = []
    if mixed:
        noun = "parcel is" if mixed == 1 else "parcels are"
        notes.append(f"{mixed:,} {noun} shared and drawn in the largest use; hectares are exact.")
    if scale < 1:
        notes.append("Squares stand for parcels, in proportion to their areas.")
    figure.text(LEGEND_LEFT, top, "\n".join(wrapped(note, 32, 4) for note in notes), va="top",
                fontsize=8, color=QUIET)


def _swatch(figure: Figure, y: float, height: float, colour: str, hatch: str = "") -> None:
    """Draw a small field of one colour in the legend."""
    from matplotlib.patches import Rectangle

    figure.add_artist(Rectangle(
        (LEGEND_LEFT, y - 0.085 / height), 0.028, 0.17 / height, facecolor=colour,
        edgecolor="#8a8a8a", linewidth=0.5, hatch=hatch or None))
