"""What would make a wrong instance: rasters that miss parcels, cliffs of gaps, names twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from optimizer.geo.grid import refused, warning
from optimizer.geo.library import Asked
from optimizer.geo.pieces import Piece
from optimizer.geo.record import M2_PER_HA
from optimizer.geo.request import ImportRequest
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed

#: Steeper land than this is no ground: gaps of the raster that are stored as elevations.
STEEPEST_PCT = 1_000.0


def refuse_unreadable(dem: Path, pieces: Sequence[Piece], names: Sequence[str]) -> None:
    """Refuse pieces steeper than any ground, and polygons called like a piece of another.

    Parameters
    ----------
    dem
        The elevation raster.
    pieces, names
        Pieces and their names.

    Raises
    ------
    InstanceRefused
        With the pieces.
    """
    steep = [f"{name} ({piece.slope_pct:,.0f} %)" for piece, name in zip(pieces, names, strict=True)
             if piece.slope_pct > STEEPEST_PCT]
    if steep:
        raise refused(dem, "slopes beyond any ground", f"{len(steep):,}: {listed(steep, 4)}",
                      f"at most {STEEPEST_PCT:,.0f} %", "Gaps may be stored as elevations (0, "
                      "-500): declare them (gdal_translate -a_nodata). Or the unit is wrong: "
                      "--elevation-unit.")
    double = [name for name, count in Counter(names).items() if count > 1]
    if double:
        raise refused(Path("--parcels"), "duplicate name", f"{len(double)}: {listed(double, 4)}, "
                      "a polygon and the slope class of another", "a name for every piece",
                      "Rename the polygons.")


def blank_findings(
    request: ImportRequest, pieces: Sequence[Piece], names: Sequence[str],
    cells: Mapping[str, Sequence[str]],
) -> Iterator[Finding]:
    """Tell of pieces that a raster does not cover.

    Parameters
    ----------
    request
        With the rasters.
    pieces, names
        Pieces and their names.
    cells
        Column -> cell of each piece, blank where nothing is known.

    Raises
    ------
    InstanceRefused
        If a raster covers none of them.
    """
    for column, path in request.rasters.items():
        blank = [i for i, cell in enumerate(cells[column]) if not cell]
        if len(blank) == len(pieces):
            raise refused(path, "raster misses the land", f"no value of {column} for any of "
                          f"{len(pieces):,} parcels", "values where the parcels are",
                          "Check its coordinate system and its gaps, or leave it out.")
        if blank:
            hectares = sum(pieces[i].area_m2 for i in blank) / M2_PER_HA
            yield warning(
                path.name, "raster misses parcels",
                f"no {column} for {len(blank):,} of {len(pieces):,} parcels ({hectares:.3g} ha): "
                f"{listed([names[i] for i in blank], 4)}", "values where the parcels are",
                "Their cells are blank: the default stands for them where a rule needs a value.",
                column)


def unnamed_findings(
    request: ImportRequest, kept: Mapping[str, Mapping[str, object]], names: Sequence[str],
    asked: Asked,
) -> Iterator[Finding]:
    """Tell of rasters and layers whose column no rule names: they decide nothing.

    Parameters
    ----------
    request
        With the rasters and layers.
    kept, names
        Piece -> columns that are kept with the outlines; names of the pieces.
    asked
        Rules of the uses.
    """
    own = {column for name in names[:1] for column in kept[name]}
    for column, path in {**request.rasters, **request.distances}.items():
        if column in own:
            kept_only = ("It is kept with the outlines and decides nothing; give it a --rule, or "
                         "check the name.")
            meant = () if column in request.distances else asked.attributes
            yield warning(
                path.name, "column that no rule names", f"`{column}`",
                f"a column of parcels, or an attribute: {listed(list(asked.attributes), 8)}",
                advice(column, meant, kept_only), column)
