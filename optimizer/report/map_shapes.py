"""Parcels as shapes on a map: outlines, squares to scale, or the pixels of a raster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.report.canvas import BARE, LINE, hatch_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path as Outline

    from optimizer.instance.land import Land
    from optimizer.report.map_data import MapData

Ring = NDArray[np.float64]
#: Finest raster drawn, pixels a side.
PIXELS = 2000
#: Pattern of what is regraded.
HATCH = "/////"
#: Up to so many parcels have a bar of their own where nothing says where they lie.
OWN_BARS = 40


def draw_outlines(
    axes: Axes, data: MapData, rings_i: Sequence[Sequence[Ring]], *, fine: bool
) -> None:
    """Fill every parcel's outline with its colour; hatch what is regraded.

    Parameters
    ----------
    axes
        Where to.
    data
        What to show.
    rings_i
        Rings of each parcel; a ring within another is a hole.
    fine
        Whether parcels are so many that borders would hide them.
    """
    from matplotlib.collections import PathCollection

    outlines = [compound(rings) for rings in rings_i]
    fill = [data.colours[main] for main in data.main_i]
    axes.add_collection(PathCollection(
        outlines, facecolors=fill, edgecolors="none" if fine else LINE,
        linewidths=0.0 if fine else 0.4, antialiaseds=not fine))
    if not fine:
        _hatch_outlines(axes, data, outlines, fill)
    axes.autoscale_view()


def _hatch_outlines(
    axes: Axes, data: MapData, outlines: Sequence[Outline], fill: Sequence[str]
) -> None:
    """Hatch what is regraded, light on dark colours and dark on light ones."""
    from matplotlib.collections import PathCollection

    ink_i = [hatch_colour(colour) for colour in fill]
    for ink in dict.fromkeys(ink_i):
        hatched = [outline for outline, own, cut in zip(
            outlines, ink_i, data.regraded_i, strict=True) if cut and own == ink]
        if hatched:
            axes.add_collection(PathCollection(
                hatched, facecolors="none", edgecolors=ink, linewidths=0.0, hatch=HATCH))


def compound(rings: Sequence[Ring]) -> Outline:
    """Join rings into one path; rings within another run the other way round, which cuts holes."""
    from matplotlib.path import Path as Outline

    paths = []
    for ring in rings:
        within = sum(_contains(other, ring[0]) for other in rings if other is not ring)
        clockwise = within % 2 == 1
        closed = ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])
        paths.append(Outline(closed[::-1] if clockwise == (_area(closed) > 0) else closed,
                             closed=True))
    return paths[0] if len(paths) == 1 else Outline.make_compound_path(*paths)


def draw_squares(axes: Axes, data: MapData, land: Land) -> float:
    """Draw every parcel as a square around its middle, all to one scale.

    Returns
    -------
    float
        Side of the squares over the side of the parcels' true areas; below 1 where true squares
        would hide each other.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    side_i = 100.0 * np.sqrt(land.area_i)
    scale = square_scale(land.attribute("x"), land.attribute("y"), side_i)
    side_i = scale * side_i
    corners = zip(land.attribute("x") - side_i / 2, land.attribute("y") - side_i / 2, side_i,
                  strict=True)
    squares = [Rectangle((x, y), side, side) for x, y, side in corners]
    fill = [data.colours[main] for main in data.main_i]
    order = np.argsort(-side_i, kind="stable")  # the largest first, so that none is hidden whole
    axes.add_collection(PatchCollection(
        [squares[i] for i in order], facecolors=[fill[i] for i in order], edgecolors="#a8a39b",
        linewidths=0.4))
    axes.autoscale_view()
    return scale


def square_scale(
    x_i: NDArray[np.float64], y_i: NDArray[np.float64], side_i: NDArray[np.float64]
) -> float:
    """Largest scale up to 1 at which most squares keep clear of the nearest one.

    Never below 0.35, where squares would be dots.
    """
    from scipy.spatial import cKDTree

    middles = np.column_stack([x_i, y_i])
    distance, index = cKDTree(middles).query(middles, k=2, p=np.inf)
    clear_i = 2.0 * distance[:, 1] / (side_i + side_i[index[:, 1]])
    return float(np.clip(np.median(clear_i), 0.35, 1.0))


def draw_raster(axes: Axes, data: MapData, land: Land) -> None:
    """Draw the parcels as pixels around their middles."""
    x_i, y_i = land.attribute("x"), land.attribute("y")
    side = 100.0 * float(np.sqrt(np.median(land.area_i)))
    side = max(side, float(np.ptp(x_i)) / PIXELS, float(np.ptp(y_i)) / PIXELS, 1e-9)
    column_i = np.floor((x_i - x_i.min()) / side + 0.5).astype(int)
    row_i = np.floor((y_i - y_i.min()) / side + 0.5).astype(int)
    colours = np.array([_rgb(colour) for colour in (*data.colours, "#ffffff")])
    picture = np.full((row_i.max() + 1, column_i.max() + 1), len(data.colours))
    picture[row_i, column_i] = data.main_i
    left, low = float(x_i.min()) - side / 2, float(y_i.min()) - side / 2
    axes.imshow(colours[picture], origin="lower", interpolation="nearest",
                extent=(left, left + side * picture.shape[1], low, low + side * picture.shape[0]))


def draw_bars(axes: Axes, data: MapData, land: Land) -> None:
    """Draw one bar a parcel, a zone, or all land: where nothing says where the parcels lie."""
    labels, area_ru = bar_rows(data, land)
    left = np.zeros(len(labels))
    for u in data.shown:
        axes.barh(range(len(labels)), area_ru[:, u], left=left, height=0.7, linewidth=0.8,
                  color=data.colours[u], edgecolor="#bdb8b0" if data.colours[u] == BARE else LINE)
        if land.count <= OWN_BARS:
            _hatch_bars(axes, data, u, left, area_ru[:, u])
        left += area_ru[:, u]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel("ha")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _hatch_bars(
    axes: Axes, data: MapData, u: int, left_r: NDArray[np.float64], area_r: NDArray[np.float64]
) -> None:
    """Hatch the part of one entry that is regraded, right above its bars."""
    cut_r = data.regraded_iu[:, u]
    rows = np.flatnonzero((cut_r > 0) & (area_r > 0))
    if len(rows):
        axes.barh(rows, cut_r[rows] * area_r[rows], left=left_r[rows], height=0.7, linewidth=0.0,
                  facecolor="none", edgecolor=hatch_colour(data.colours[u]), hatch=HATCH)


def bar_rows(data: MapData, land: Land) -> tuple[list[str], NDArray[np.float64]]:
    """Hectares in each entry by parcel (up to 40), else by zone (up to 40), else of all land."""
    from optimizer.report.canvas import printable

    area_iu = data.share_iu * land.area_i[:, None]
    if land.count <= OWN_BARS:
        return [printable(str(name), f"parcel {i + 1}")
                for i, name in enumerate(land.parcels)], area_iu
    if 1 <= len(land.zones) <= 40:
        rows = [area_iu[land.zone_i == z].sum(axis=0) for z in range(-1, len(land.zones))]
        names = ["no zone", *(printable(z, f"zone {n + 1}") for n, z in enumerate(land.zones))]
        kept = [n for n, row in enumerate(rows) if row.sum() > 0]
        return [names[n] for n in kept], np.array([rows[n] for n in kept])
    return ["all land"], area_iu.sum(axis=0, keepdims=True)


def _rgb(colour: str) -> tuple[float, float, float]:
    """`#rrggbb` as three shares."""
    red, green, blue = (int(colour[c:c + 2], 16) / 255 for c in (1, 3, 5))
    return red, green, blue


def _area(ring: Ring) -> float:
    """Signed area of a ring; above zero where it runs anticlockwise."""
    x, y = (ring - ring[0]).T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _contains(ring: Ring, point: NDArray[Any]) -> bool:
    """Whether a ring goes round a point (counting crossings of a ray to the right)."""
    x, y = ring.T
    x_next, y_next = np.roll(x, -1), np.roll(y, -1)
    crosses = (y > point[1]) != (y_next > point[1])
    run = np.where(crosses, y_next - y, 1.0)
    return bool(np.sum(crosses & (point[0] < x + (point[1] - y) * (x_next - x) / run)) % 2)
