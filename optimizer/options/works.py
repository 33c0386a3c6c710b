r"""What a method does to a parcel: earthworks, soil, and the attributes afterwards.

Regrading about mid-slope from s to s' (percent) moves, per finished hectare,

    regrade_m3 = 12.5 * L * (s - s')        s' = min(s, after:slope_pct)

with L (m) the horizontal crest-to-toe length of the whole landform before the works. Tilt: the
wedge above the middle is L/2 long and (s - s')/100 * L/2 high, so L^2 (s - s') / 800 m3 per metre
of width, times 10,000 / L metres of width in a hectare. Bench: a face of fixed height H = L s /
100 spreads to the length L s / s'; the cut above the middle is H (L s/s' - L) / 8 per metre, and a
finished hectare has 10,000 s' / (L s) metres of width. Both give the line above; the form only
says what area_ha means. Worked in MODEL.md, tag W1.

Soil brought in, as placed: 10,000 * max(0, depth after - depth there). Regrading buries the soil
that was there (depth there counts as 0) unless the method strips and respreads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.rules import SLOPE_TOLERANCE_PCT

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: m3 per hectare and metre of slope length and percentage point of slope.
CUT_FACTOR = 12.5

#: m2 in a hectare, hence m3 in a metre of soil on it.
M2_PER_HA = 10_000.0

#: After a method these attributes are the lower of what was there and what the method reaches.
LOWERED = frozenset({"slope_pct", "bulk_density_g_cm3", "gravel_pct"})


@dataclass(frozen=True)
class Works:
    """Works of one practice on every parcel, all per finished hectare, shape (I,) each.

    Parameters
    ----------
    regrade_m3_i
        Cut when regrading.
    soil_m3_i
        Soil brought in, as placed.
    own_soil_m3_i
        The parcel's own soil, stripped and respread.
    depth_there_i
        Soil depth that is left before any soil comes, m.
    """

    regrade_m3_i: NDArray[np.float64]
    soil_m3_i: NDArray[np.float64]
    own_soil_m3_i: NDArray[np.float64]
    depth_there_i: NDArray[np.float64]


def works_of(instance: Instance, um: int) -> Works:
    """Work out what practice `um` moves on every parcel."""
    regrade_i = _regrade(instance, um)
    depth_i = instance.land.attribute("soil_depth_m")
    respread = instance.practices.respread_um[um]
    regraded_i = regrade_i > 0.0
    own_i = np.where(regraded_i & respread, M2_PER_HA * np.nan_to_num(depth_i), 0.0)
    there_i = depth_i if respread else np.where(regraded_i, 0.0, depth_i)
    after = _after(instance, "soil_depth_m", um)
    missing_i = np.zeros_like(depth_i) if np.isnan(after) else np.maximum(0.0, after - there_i)
    return Works(regrade_i, M2_PER_HA * np.nan_to_num(missing_i), own_i, there_i)


def attribute_after(
    instance: Instance, um: int, attribute: str, works: Works
) -> NDArray[np.float64]:
    """Value of an attribute after practice `um`, shape (I,).

    Slope, bulk density and gravel become min(there, after), soil depth max, others are set.
    """
    there_i = instance.land.attribute(attribute)
    after = _after(instance, attribute, um)
    if attribute == "soil_depth_m":
        return np.fmax(works.depth_there_i, after)
    if np.isnan(after):
        return there_i
    if attribute in LOWERED:
        return np.fmin(there_i, after)
    return np.full_like(there_i, after)


def _after(instance: Instance, attribute: str, um: int) -> float:
    """What the method makes of an attribute; NaN where it leaves it."""
    after_um = instance.practices.after_um.get(attribute)
    return float("nan") if after_um is None else float(after_um[um])


def _regrade(instance: Instance, um: int) -> NDArray[np.float64]:
    """Cut per finished hectare, m3/ha, shape (I,); see the top of the module."""
    slope_i = instance.land.attribute("slope_pct")
    after = _after(instance, "slope_pct", um)
    if np.isnan(after):
        return np.zeros_like(slope_i)
    fall_i = slope_i - after
    length_i = instance.land.attribute("slope_length_m")
    # What is steeper by no more than slopes are compared with is left as it lies.
    return np.nan_to_num(
        np.where(fall_i > SLOPE_TOLERANCE_PCT, CUT_FACTOR * length_i * fall_i, 0.0))
