"""`Size`: how large a synthetic instance is to be."""

from __future__ import annotations

from dataclasses import dataclass

#: Most zones (dumps) a synthetic instance has.
MOST_ZONES = 6

#: Cells a zone should have before another one is opened.
CELLS_PER_ZONE = 4


@dataclass(frozen=True)
class Size:
    """Numbers of everything; the defaults give at least 60 options a parcel and 45 coupling rows.

    Parameters
    ----------
    parcels, seed
        Number of parcels, and the seed of all random numbers.
    uses, methods, periods, sources
        Numbers of uses, methods of each use, periods and topsoil sources.
    most_zones
        Most zones; with 1 all land is one square raster.
    """

    parcels: int
    seed: int = 0
    uses: int = 4
    methods: int = 4
    periods: int = 5
    sources: int = 3
    most_zones: int = MOST_ZONES

    @property
    def zones(self) -> int:
        """Number of zones: up to the most, fewer where there are few parcels."""
        return max(1, min(self.most_zones, self.parcels // CELLS_PER_ZONE))

    @property
    def period_years(self) -> tuple[int, ...]:
        """Start years of the periods."""
        return tuple(BASE_YEAR + 5 * t for t in range(self.periods))

    @property
    def horizon_years(self) -> int:
        """Length of the account: ten years beyond the last start, 30 at least."""
        return max(30, 5 * (self.periods - 1) + 10)


#: Year in which synthetic accounts start.
BASE_YEAR = 2026
