"""What files give besides terrain and outlines: distances, zones, and a record of each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from optimizer.geo.grid import Grid, sha256_of, warning
from optimizer.geo.layers import read_layer
from optimizer.geo.pieces import Piece
from optimizer.geo.place import Place, nearest_m
from optimizer.geo.request import ImportRequest
from optimizer.instance.findings import Finding

#: Letters of a hash that stand in running text; the record holds all.
SHOWN_HASH = 12
#: A road or a water that is farther away than this lies in another place.
FAR_M = 100_000.0


def distance_cells(
    request: ImportRequest, place: Place, middle_i: NDArray[Any]
) -> tuple[dict[str, list[str]], list[Finding]]:
    """Distance in metres from the middle of each piece to the nearest feature of each layer."""
    cells: dict[str, list[str]] = {}
    findings: list[Finding] = []
    for column, path in request.distances.items():
        frame, told = read_layer(path, place.crs)
        findings += told
        features = [shape for shape in frame.geometry.values
                    if shape is not None and not shape.is_empty]
        metres_i = nearest_m(middle_i, features)
        cells[column] = [f"{metres:.1f}" for metres in metres_i]
        if metres_i.min() > FAR_M:
            findings.append(warning(
                path.name, "layer far from the land",
                f"{metres_i.min() / 1000:,.0f} km or more from every parcel",
                f"something within {FAR_M / 1000:g} km", "Check its coordinate system.", column))
    return cells, findings


def zone_cells(pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Class of the class raster as zone, where it has several classes."""
    values = {piece.key[1] for piece in pieces}
    if len(values) == 1:
        return {}
    return {"zone": [f"class-{piece.key[1]}" for piece in pieces]}


def files_read(request: ImportRequest, grid: Grid) -> tuple[Mapping[str, object], ...]:
    """Every file that was read, with its hash, and of the elevations system and cells."""
    west, south, east, north = grid.bounds
    dem: dict[str, object] = {
        "role": "dem", "file": request.dem.name, "sha256": sha256_of(request.dem),
        "crs": grid.crs.name, "rows": grid.rows, "columns": grid.columns,
        "cell": [float(grid.transform.a), float(-grid.transform.e)],
        "cell_m": round(grid.metric.cell_m, 4), "bounds": [west, south, east, north],
        "elevation_unit": grid.unit}
    others = {"land": request.parcels or request.cells, "sources": request.sources,
              **request.rasters, **request.distances}
    return (dem, *({"role": role, "file": path.name, "sha256": sha256_of(path)}
                   for role, path in others.items() if path is not None))


def in_words(files: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Role -> a file in words, for provenance."""
    return {str(file["role"]): f"{file['file']} (sha256 {str(file['sha256'])[:SHOWN_HASH]}"
            + (f", {file['crs']}, cells of {file['cell_m']:g} m" if "crs" in file else "") + ")"
            for file in files}
