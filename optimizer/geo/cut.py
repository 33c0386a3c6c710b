"""From what the sheets say to pieces: areas, crumbs joined, land without a slope told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.geo.grid import Grid, warning
from optimizer.geo.measures import Key
from optimizer.geo.outlines import Outlines
from optimizer.geo.pieces import Piece, Survey, merged
from optimizer.geo.place import Place
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import listed

#: A piece smaller than so many cells is a crumb of the rim and joins a neighbouring class.
CRUMB_CELLS = 0.5
#: Share of a polygon that may lie where no slope is known.
MOST_UNKNOWN = 0.5
M2_PER_HA = 10_000.0


def cut_pieces(
    grid: Grid, place: Place, found: Survey, outlines: Outlines | None,
    group_name: Callable[[int], str], *, whole: bool = False,
) -> tuple[list[Piece], list[Finding]]:
    """Pieces of all groups, and what was odd about them.

    Parameters
    ----------
    grid, place
        Elevations, and how outlines are measured.
    found
        What the sheets say.
    outlines
        The polygons; None for cells.
    group_name
        Name of a group, for messages.
    whole
        Whether blocks are land as a whole, and end where no slope is known.

    Raises
    ------
    InstanceRefused
        If a group has no slope on most of its land.
    """
    shapes = merged(found.shapes)
    findings: list[Finding] = []
    if outlines is None:
        _refuse_unknown_cells(grid, found, list(shapes), group_name)
    else:
        findings += _refuse_uncovered(grid, found, outlines, shapes)
    findings += _unknown_findings(grid, found, group_name, cells=outlines is None, whole=whole)
    keys = sorted(shapes)
    if outlines is None:
        area = {key: found.cell_area_m2[key] for key in keys}
    else:
        square = place.area_m2(np.array([shapes[key] for key in keys], dtype=object))
        area = dict(zip(keys, square.tolist(), strict=True))
        _join_unknown(area, shapes, found)
        crumbs = _join_crumbs(area, shapes, CRUMB_CELLS * grid.metric.cell_m**2)
        if crumbs:
            findings.append(warning(
                grid.path.name, "crumbs joined", f"{crumbs} slope classes of a polygon smaller "
                "than half a cell", "classes of many cells",
                "Each was joined to the next class of its polygon, area and all."))
    lengths, told = _lengths(grid, found, area, group_name)
    pieces = [Piece(key, shapes[key], area[key], found.slope.value(key), lengths[key[0]])
              for key in sorted(area)]
    return pieces, [*findings, *told]


def _lengths(
    grid: Grid, found: Survey, area: Mapping[Key, float], group_name: Callable[[int], str]
) -> tuple[dict[int, float], list[Finding]]:
    """Slope length of every group; where no line could be laid, the side of a square as large."""
    square: dict[int, float] = {}
    for key, part in area.items():
        square[key[0]] = square.get(key[0], 0.0) + part
    lengths = {group: found.length_m(group) for group in square}
    unknown = [group for group, length in lengths.items() if np.isnan(length)]
    lengths |= {group: float(np.sqrt(square[group])) for group in unknown}
    return lengths, [] if not unknown else [warning(
        grid.path.name, "slope length not known",
        f"{len(unknown)}: {listed([group_name(group) for group in unknown], 4)}",
        "elevations on the land", "The side of a square of the same area was taken.")]


def _refuse_unknown_cells(
    grid: Grid, found: Survey, keys: Sequence[Key], group_name: Callable[[int], str]
) -> None:
    """Refuse cells that mostly lie where no slope is known."""
    bad, count = np.sum(list(found.unknown.values()), axis=0) if found.unknown else (0, 1)
    blank = list(dict.fromkeys(group_name(key[0]) for key in keys
                               if np.isnan(found.slope.value(key))))
    if bad > MOST_UNKNOWN * count or blank:
        raise InstanceRefused(grid.path.name, [Finding(
            grid.path.name, "land without elevations",
            f"{bad:,} of {count:,} land cells without a slope"
            + (f", none near {listed(blank, 4)}" if blank else ""),
            f"at most {100 * MOST_UNKNOWN:g} % of the land without a slope",
            "Take a raster that covers the land (and one cell around), or another mask.")])


def _refuse_uncovered(
    grid: Grid, found: Survey, outlines: Outlines, shapes: dict[Key, Any]
) -> list[Finding]:
    """Give land beyond the raster to the largest piece of its polygon; refuse if it is too much."""
    import shapely

    of_group: dict[int, list[Key]] = {}
    for key in shapes:
        of_group.setdefault(key[0], []).append(key)
    lost, partly = [], []
    for group, whole in enumerate(outlines.shapes):
        covered = sum(shapes[key].area for key in of_group.get(group, ()))
        outside = max(0.0, 1.0 - covered / whole.area)
        bad, count = found.unknown.get(group, (1, 1))
        share = outside + (1.0 - outside) * bad / max(1, count)
        told = f"{outlines.names[group]} ({100 * share:.3g} %)"
        if share > MOST_UNKNOWN or not of_group.get(group):
            lost.append(told)
        elif outside > 1e-6:
            partly.append(told)
            largest = max(of_group[group], key=lambda key: (shapes[key].area, key))
            rest = shapely.difference(whole, shapely.box(*grid.bounds))
            shapes[largest] = shapely.union(shapes[largest], rest)
    if lost:
        raise InstanceRefused(grid.path.name, [Finding(
            grid.path.name, "land without elevations", f"{len(lost)} polygons: {listed(lost, 5)} "
            "of their land", f"at most {100 * MOST_UNKNOWN:g} % of a polygon without a slope",
            "Take a raster that covers them (and one cell around), or leave them out.")])
    return [] if not partly else [warning(
        grid.path.name, "polygons beyond the raster", f"{len(partly)}: {listed(partly, 5)}",
        "elevations everywhere", "The land beyond belongs to the largest slope class of its "
        "polygon.")]


def _unknown_findings(
    grid: Grid, found: Survey, group_name: Callable[[int], str], *, cells: bool, whole: bool
) -> list[Finding]:
    """Tell of land cells without a slope of their own."""
    bad = {group: held for group, held in found.unknown.items() if held[0]}
    if not bad:
        return []
    count = sum(held[0] for held in bad.values())
    blank = [group_name(group) for group in bad]
    hectares = count * grid.metric.cell_m**2 / M2_PER_HA
    return [warning(
        grid.path.name, "land without a slope",
        f"{count:,} cells ({hectares:.3g} ha) at the rim of the elevations or at gaps, in "
        f"{len(blank):,} {'blocks' if cells else 'polygons'}: {listed(blank, 4)}",
        "elevations around every cell", "They were left out." if whole else "They were given the "
        "slope of the nearest cell that has one; a raster with a wider rim would tell.")]


def _join_unknown(area: dict[Key, float], shapes: dict[Key, Any], found: Survey) -> None:
    """Join pieces without any slope, of a strip that is one great gap, to the largest beside."""
    import shapely

    for key in [key for key in area if np.isnan(found.slope.value(key))]:
        home = max((other for other in area if other[0] == key[0]
                    and not np.isnan(found.slope.value(other))),
                   key=lambda other: (area[other], other))
        area[home] += area.pop(key)
        shapes[home] = shapely.union(shapes[home], shapes.pop(key))


def _join_crumbs(area: dict[Key, float], shapes: dict[Key, Any], smallest_m2: float) -> int:
    """Join pieces smaller than a crumb to the next class of their group; how many there were."""
    import shapely

    of_group: dict[int, list[Key]] = {}
    for key in area:
        of_group.setdefault(key[0], []).append(key)
    joined = 0
    for keys in of_group.values():
        large = [key for key in keys if area[key] >= smallest_m2]
        kept = large or [max(keys, key=lambda key: (area[key], key))]
        for key in set(keys) - set(kept):
            # The nearest class; of two the steeper one, so that no limit is eased.
            home = min(kept, key=lambda other: (abs(other[2] - key[2]), -other[2]))
            area[home] += area.pop(key)
            shapes[home] = shapely.union(shapes[home], shapes.pop(key))
            joined += 1
    return joined


def piece_names(
    pieces: Sequence[Piece], group_names: Mapping[tuple[int, int], str], breaks: Sequence[float]
) -> list[str]:
    """Names of pieces: that of the group, and its slope class where it has several.

    Parameters
    ----------
    pieces
        All pieces.
    group_names
        (group, class of the class raster) -> name.
    breaks
        Slopes at which groups are cut.
    """
    several: dict[tuple[int, int], int] = {}
    for piece in pieces:
        several[piece.key[:2]] = several.get(piece.key[:2], 0) + 1
    labels = class_labels(breaks)
    return [group_names[piece.key[:2]] if several[piece.key[:2]] == 1
            else f"{group_names[piece.key[:2]]}_{labels[piece.key[2]]}" for piece in pieces]


def class_labels(breaks: Sequence[float]) -> list[str]:
    """Names of slope classes: `0-3`, `3-8.7`, ..., `over-70`."""
    low = (0.0, *breaks)
    return [*(f"{one:g}-{two:g}" for one, two in zip(low[:-1], breaks, strict=True)),
            f"over-{breaks[-1]:g}"]
