"""Values for what nobody measured: stated, listed, counted as assumptions, never silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np

from optimizer.geo.grid import warning
from optimizer.geo.library import Asked
from optimizer.instance.findings import Finding

#: Soil there where nobody says: an example that new instances have as well, metres.
SOIL_DEPTH_M = 0.3


def assumed_values(
    asked: Asked, measured: Iterable[str], defaults: Mapping[str, float]
) -> dict[str, float]:
    """Value of every attribute that a rule or method needs and nobody gave.

    Soil depth is `SOIL_DEPTH_M`. Any other attribute is given the value that forbids the fewest
    uses: what is not known must be looked at, but is no reason to leave land bare.

    Parameters
    ----------
    asked
        Rules of the uses.
    measured
        Columns of parcels that are measured.
    defaults
        Values that the planner states.
    """
    there = {*measured, *defaults}
    values = {} if "soil_depth_m" in there else {"soil_depth_m": SOIL_DEPTH_M}
    for attribute in asked.attributes:
        if attribute not in there and attribute != "soil_depth_m":
            values[attribute] = most_welcome(
                [bounds for (_, name), bounds in asked.rules.items() if name == attribute])
    return values


def most_welcome(bounds: list[tuple[float, float]]) -> float:
    """Value that most of some ranges hold; of a whole range of these, the middle.

    Parameters
    ----------
    bounds
        Lowest and highest allowed value of each rule; infinite where there is none.
    """
    ends = sorted({end for pair in bounds for end in pair if np.isfinite(end)})
    if not ends:
        return 0.0
    tried = [*ends, *((low + high) / 2.0 for low, high in pairwise(ends))]
    welcome = {value: sum(low <= value <= high for low, high in bounds) for value in tried}
    most = max(welcome.values())
    best = sorted(value for value in tried if welcome[value] == most)
    # The middle one of those in question lies inside the common range, away from its ends.
    return float(best[len(best) // 2])


def assumption_findings(values: Mapping[str, float]) -> list[Finding]:
    """One warning that lists everything assumed, with what to give instead."""
    if not values:
        return []
    told = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    first = next(iter(values))
    return [warning(
        "instance.toml", "assumed, nobody measured it", told, "a raster, a field or a stated value",
        f"Give --raster {first}=FILE, a field of that name, or --default {first}=VALUE; all of "
        "them stand under [defaults.parcels].")]
