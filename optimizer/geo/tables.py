"""Rows of the instance's tables from pieces of land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.library import Asked
from optimizer.geo.outlines import Outlines
from optimizer.geo.pieces import Piece
from optimizer.geo.rasters import RasterColumns, cell_text
from optimizer.geo.record import M2_PER_HA
from optimizer.geo.topsoil import Topsoil
from optimizer.instance.schema import TABLES

Row = dict[str, object]

#: Columns that the survey writes itself.
SURVEYED = ("parcel", "area_ha", "slope_pct", "slope_length_m", "group", "x", "y")


def parcel_rows(
    pieces: Sequence[Piece], names: Sequence[str], groups: Sequence[str],
    middle_i: NDArray[Any], further: Mapping[str, Sequence[str]], asked: Asked,
) -> tuple[list[Row], dict[str, Row]]:
    """Rows of parcels, and what was measured that no rule names.

    Parameters
    ----------
    pieces, names, groups
        Pieces, their names, and the group of each (blank for none).
    middle_i
        Their middles in projected metres (shapely points).
    further
        Column -> cell of each piece, from fields, rasters and distances.
    asked
        Rules of the uses.

    Returns
    -------
    tuple
        Rows of parcels; piece -> further columns, kept with the outlines.
    """
    import shapely

    # Columns no rule names would be refused as slips of the pen.
    known = {*TABLES["parcels"].by_name, *asked.attributes} - set(SURVEYED)
    x_i, y_i = shapely.get_x(middle_i), shapely.get_y(middle_i)
    rows: list[Row] = []
    kept: dict[str, Row] = {}
    for i, (piece, name) in enumerate(zip(pieces, names, strict=True)):
        own = {column: cells[i] for column, cells in further.items()}
        rows.append({
            "parcel": name, "area_ha": f"{piece.area_m2 / M2_PER_HA:.6g}",
            "slope_pct": f"{piece.slope_pct:.6g}", "slope_length_m": f"{piece.slope_length_m:.5g}",
            "regrade_form": "tilt", "group": groups[i], "x": f"{x_i[i]:.1f}", "y": f"{y_i[i]:.1f}",
            **{column: cell for column, cell in own.items() if column in known}})
        kept[name] = {column: cell for column, cell in own.items() if column not in known}
    return rows, kept


def field_cells(outlines: Outlines, pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Cells of pieces from the fields of their polygons."""
    return {column: [cells[piece.key[0]] for piece in pieces]
            for column, cells in outlines.fields.items()}


def raster_cells(rasters: RasterColumns, pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Cells of pieces from the means of rasters."""
    return {column.name: [cell_text(column.name, column.measure.value(piece.key))
                          for piece in pieces] for column in rasters.columns}


def adjacency_rows(
    names: Sequence[str], one: NDArray[np.int64], other: NDArray[np.int64],
    length_m: NDArray[np.float64],
) -> list[Row]:
    """Rows of adjacency."""
    return [{"parcel_a": names[i], "parcel_b": names[j], "shared_boundary_m": f"{metres:.2f}"}
            for i, j, metres in zip(one, other, length_m, strict=True)]


def practice_rows(asked: Asked, rules: Sequence[tuple[str, str, str, str]]) -> dict[
        str, list[Row]]:
    """Rows of uses, methods and further suitability rules; the library has the numbers."""
    return {
        "uses": [{"use": use} for use in asked.uses],
        "methods": [{"use": use, "method": method} for use, method in asked.methods],
        "suitability": [
            {"use": use, "attribute": attribute, "minimum": low, "maximum": high,
             "clause": "set at import"} for use, attribute, low, high in rules],
    }


def provenance_rows(
    dem: str, land: str, fields: Mapping[str, str], topsoil: Topsoil, sources: str
) -> list[Row]:
    """Where each measured column comes from.

    Parameters
    ----------
    dem, land
        Elevations and land in words, with hashes.
    fields
        Column of parcels -> where it was taken from.
    topsoil, sources
        Topsoil, and the layer it was read from in words (blank without one).
    """
    def row(table: str, column: str, standing: str, source: str) -> Row:
        return {"table": table, "key": "*", "column": column, "standing": standing,
                "source": source}

    rows = [
        *(row("parcels", column, "read" if source == land else "derived", source)
          for column, source in fields.items()),
        row("parcels", "area_ha", "derived", f"Outlines of {land}, cut on the cells of {dem}"),
        row("parcels", "slope_pct", "derived",
            f"Horn 3 x 3 on the native grid of {dem}; mean of the cells of the slope class"),
        row("parcels", "slope_length_m", "derived",
            f"Crest to toe along lines of steepest fall over {dem}, mean of the landform"),
        row("parcels", "x", "derived", f"Middle of the outline, {land}"),
        row("parcels", "y", "derived", f"Middle of the outline, {land}"),
        row("parcels", "regrade_form", "assumed", "tilt: the plan footprint of today is kept"),
        row("adjacency", "*", "derived", f"Shared outlines of {land}, cut on the cells of {dem}"),
    ]
    rows += [row("sources", column, "read", sources) for column in topsoil.given]
    rows.append(row("sources", "*", "assumed",
                    "0 where the layer says nothing" if sources else "No source known at import"))
    if topsoil.hauls:
        rows.append(row("hauls", "distance_km", "derived",
                        f"Straight line from {sources} to the middle of the piece, times the "
                        "road factor of the library"))
    return rows
