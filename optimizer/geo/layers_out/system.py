"""The coordinate system of an instance, as its manifest writes it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import CRS


@cache
def system_of(text: str) -> CRS | None:
    """Coordinate system of a code or definition; None where it is blank or unknown."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(text.strip()) if text.strip() else None
    except CRSError:
        return None


def metres_of(text: str) -> float | None:
    """Metres in a unit of a projected system; None for degrees and where it is not known."""
    system = system_of(text)
    if system is None or not system.is_projected or not system.axis_info:
        return None
    return float(system.axis_info[0].unit_conversion_factor)
