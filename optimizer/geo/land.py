"""Run an import: terrain and layers -> pieces of land -> the tables of an instance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.assumed import assumed_values, assumption_findings
from optimizer.geo.cells import CellLand, check_cells, no_land
from optimizer.geo.cut import cut_pieces, piece_names
from optimizer.geo.extra import require_geo
from optimizer.geo.gaps import blank_findings, refuse_unreadable, unnamed_findings
from optimizer.geo.grid import Grid, open_grid
from optimizer.geo.library import MACHINE_PCT, Asked, asked_of
from optimizer.geo.neighbours import shared_boundaries
from optimizer.geo.outlines import Outlines, read_outlines
from optimizer.geo.pieces import Piece, survey
from optimizer.geo.place import Place, place_of
from optimizer.geo.provided import distance_cells, files_read, in_words, zone_cells
from optimizer.geo.rasters import RasterColumns, open_rasters
from optimizer.geo.record import Figures, Imported, gentle_hectares
from optimizer.geo.request import ImportRequest
from optimizer.geo.sheets import PolygonLand
from optimizer.geo.tables import (
    Row,
    adjacency_rows,
    field_cells,
    parcel_rows,
    practice_rows,
    provenance_rows,
    raster_cells,
)
from optimizer.geo.topsoil import Topsoil, no_topsoil, read_topsoil
from optimizer.geo.wishes import DEFAULT_REGION, request_findings, wanted_columns
from optimizer.instance.findings import Finding


@dataclass(frozen=True)
class _Cut:
    """Pieces with their names, and what was found on the way."""

    pieces: list[Piece]
    names: list[str]
    groups: list[str]
    group_i: NDArray[np.int64]
    cells: dict[str, list[str]]
    class_share: tuple[float, ...]
    drawn: tuple[Any, ...] | None
    findings: list[Finding]


def import_land(
    request: ImportRequest, progress: Callable[[str], None] | None = None
) -> Imported:
    """Read terrain and layers, and make everything that a new instance holds.

    Parameters
    ----------
    request
        Files and choices.
    progress
        Told in words how far it is.

    Returns
    -------
    Imported
        Tables, outlines, provenance, figures and warnings; `write_import` writes them.

    Raises
    ------
    ExtraMissing
        If the packages of the extra `geo` are not installed.
    InstanceRefused
        If files cannot be used; findings say why.
    """
    require_geo()
    say = progress or (lambda _: None)
    findings = request_findings(request)
    asked = asked_of(request.region or DEFAULT_REGION, request.uses, request.rules)
    grid = open_grid(request.dem, request.elevation_unit)
    place = place_of(grid, request.crs)
    cut = _cut(request, grid, place, asked, say)
    say("finding neighbours")
    shapes = np.array([piece.shape for piece in cut.pieces], dtype=object)
    one, other, length_m = shared_boundaries(
        shapes, cut.group_i, cut.drawn, place.length_m, place.unit_m)
    say("measuring distances")
    outlines = place.projected(shapes)
    return _imported(request, asked, grid, place, cut, outlines,
                     adjacency_rows(cut.names, one, other, length_m), findings)


def _cut(
    request: ImportRequest, grid: Grid, place: Place, asked: Asked, say: Callable[[str], None]
) -> _Cut:
    """Survey the land and cut it into pieces."""
    drawn: Outlines | None = None
    land: PolygonLand | CellLand
    if request.parcels is not None:
        drawn = read_outlines(request.parcels, grid, request.columns, wanted_columns(asked))
        land = PolygonLand(drawn)
    else:
        assert request.cells is not None
        check_cells(grid, request.cells)
        land = CellLand(request.cells, request.block, request.least_share)
    with ExitStack() as stack:
        rasters = stack.enter_context(open_rasters(request.rasters, grid))
        told_breaks = _class_breaks(request, asked)
        found = survey(grid, land, (asked.breaks, told_breaks), rasters, say)
        if not found.shapes and drawn is None:
            raise no_land(request)
        across = land.across(grid) if isinstance(land, CellLand) else 0
        group_name = _group_names(drawn, across)
        pieces, told = cut_pieces(grid, place, found, drawn, group_name,
                                  whole=request.least_share is not None)
        return _named(request.dem, asked, drawn, rasters, pieces, group_name, request.block,
                      found.class_shares(len(told_breaks) + 1),
                      [*grid.findings, *(drawn.findings if drawn else ()), *rasters.findings,
                       *told])


def _class_breaks(request: ImportRequest, asked: Asked) -> tuple[float, ...]:
    """Slopes between which the share of the land is told, rising; 25 % is one of them."""
    return tuple(sorted({*(request.classes or asked.breaks), MACHINE_PCT}))


def _group_names(drawn: Outlines | None, across: int) -> Callable[[int], str]:
    """How a group is called: its polygon's name, or row and column of its block."""
    if drawn is not None:
        return lambda group: drawn.names[group]
    return lambda group: f"r{group // across + 1:04d}c{group % across + 1:04d}"


def _named(
    dem: Path, asked: Asked, drawn: Outlines | None, rasters: RasterColumns, pieces: list[Piece],
    group_name: Callable[[int], str], block: int, class_share: tuple[float, ...],
    findings: list[Finding],
) -> _Cut:
    """Give pieces their names, groups and the cells of further columns."""
    values: dict[int, set[int]] = {}
    for piece in pieces:
        values.setdefault(piece.key[0], set()).add(piece.key[1])
    called = {piece.key[:2]: group_name(piece.key[0])
              + (f"v{piece.key[1]}" if len(values[piece.key[0]]) > 1 else "")
              for piece in pieces}
    number = {key: at for at, key in enumerate(called)}
    single = drawn is None and block == 1
    cells = zone_cells(pieces) if drawn is None else field_cells(drawn, pieces)
    cells |= raster_cells(rasters, pieces)
    names = piece_names(pieces, called, asked.breaks)
    refuse_unreadable(dem, pieces, names)
    return _Cut(pieces, names,
                ["" if single else called[piece.key[:2]] for piece in pieces],
                np.array([number[piece.key[:2]] for piece in pieces], dtype=np.int64), cells,
                class_share, None if drawn is None else drawn.shapes, findings)


def _imported(
    request: ImportRequest, asked: Asked, grid: Grid, place: Place, cut: _Cut,
    outlines: NDArray[Any], adjacency: list[Row], findings: list[Finding],
) -> Imported:
    """Put everything together."""
    import shapely

    middle_i = shapely.centroid(outlines)
    distances, told = distance_cells(request, place, middle_i)
    cells = {**cut.cells, **distances}
    topsoil = _topsoil(request, place, cut, middle_i, asked)
    rows, kept = parcel_rows(cut.pieces, cut.names, cut.groups, middle_i, cells, asked)
    filled = [column for column, values in cells.items() if any(values)]
    # Attributes with gaps need a value for these too.
    assumed = assumed_values(asked, [name for name in filled if all(cells[name])],
                             request.defaults)
    files = files_read(request, grid)
    words = in_words(files)
    tables = {
        "parcels": rows, "adjacency": adjacency, **practice_rows(asked, request.rules),
        "sources": list(topsoil.rows), "hauls": list(topsoil.hauls), "limits": [],
        "provenance": provenance_rows(
            words["dem"], words["land"],
            {column: words.get(column, words["land"]) for column in filled
             if column in rows[0]}, topsoil, words.get("sources", "")),
    }
    told += [*blank_findings(request, cut.pieces, cut.names, cells),
             *unnamed_findings(request, kept, cut.names, asked)]
    every = [*findings, *cut.findings, *told, *topsoil.findings, *assumption_findings(assumed)]
    return Imported(request, asked, place.text, tables,
                    dict(zip(cut.names, outlines, strict=True)), kept, assumed, files,
                    _figures(grid, cut, asked, len(adjacency), _class_breaks(request, asked)),
                    tuple(every))


def _topsoil(
    request: ImportRequest, place: Place, cut: _Cut, middle_i: NDArray[Any], asked: Asked
) -> Topsoil:
    """Sources of the layer; without one a source that yields nothing."""
    import shapely

    if request.sources is None:
        return no_topsoil(float(shapely.get_x(middle_i).mean()),
                          float(shapely.get_y(middle_i).mean()), request.periods)
    return read_topsoil(request.sources, place, request.periods, cut.names, middle_i,
                        asked.road_factor)


def _figures(
    grid: Grid, cut: _Cut, asked: Asked, neighbours: int, class_breaks: tuple[float, ...]
) -> Figures:
    """Sums over the pieces."""
    area_i = np.array([piece.area_m2 for piece in cut.pieces])
    slope_i = np.array([piece.slope_pct for piece in cut.pieces])
    length_i = np.array([piece.slope_length_m for piece in cut.pieces])
    by_cells, by_mean = gentle_hectares(cut.group_i, area_i, slope_i)
    return Figures(
        groups=len(set(cut.group_i.tolist())), pieces=len(cut.pieces),
        area_ha=float(area_i.sum()) / 10_000.0, breaks=asked.breaks,
        class_breaks=class_breaks, class_share=cut.class_share,
        gentle_ha=by_cells, gentle_by_mean_ha=by_mean,
        slope_length_m=(float(length_i.min()), float(np.median(length_i)), float(length_i.max())),
        neighbours=neighbours, cell_m=grid.metric.cell_m)
