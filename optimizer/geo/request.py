"""What the planner asks to be imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class ImportRequest:
    """Files and choices of one import.

    Parameters
    ----------
    dem
        Elevation raster.
    parcels
        Polygon layer whose polygons become parcels; or
    cells
        mask or class raster whose cells become parcels. Exactly one of the two.
    block
        Cells of a side of a block that becomes a parcel (cells only).
    least_share
        With blocks: a block of which at least this share is marked becomes a parcel as a whole,
        any other none; None takes the marked cells alone, of every block.
    classes
        Slopes in percent between which the share of the land is told; empty for those at which
        land is cut. 25 is always one of them.
    elevation_unit
        m, ft or us-ft; None takes what the raster states.
    region
        Coefficient library; None takes the first one, and tells so.
    crs
        Projected system of the instance; None takes the raster's, or the UTM zone of the land.
    rasters
        Column of parcels -> raster it is taken from.
    distances
        Column of parcels -> layer to whose nearest feature the distance is taken.
    columns
        Column of parcels -> field of the polygon layer.
    sources
        Point layer of topsoil sources.
    defaults
        Column of parcels -> value for all parcels, counted as an assumption.
    rules
        Rows (use, attribute, minimum, maximum) added to suitability; blank for no bound.
    uses
        Uses of the library that are considered; empty for all.
    periods, base_year, horizon_years
        Calendar; the first period is the base year where none is given.
    name, command
        Name of the instance, and the command that made it, for the records.
    """

    dem: Path
    parcels: Path | None = None
    cells: Path | None = None
    block: int = 1
    least_share: float | None = None
    classes: tuple[float, ...] = ()
    elevation_unit: str | None = None
    region: str | None = None
    crs: str | None = None
    rasters: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    distances: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sources: Path | None = None
    defaults: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[tuple[str, str, str, str], ...] = ()
    uses: tuple[str, ...] = ()
    periods: tuple[int, ...] = (2026, 2031, 2036)
    base_year: int | None = None
    horizon_years: int = 30
    name: str = "imported"
    command: str = ""
