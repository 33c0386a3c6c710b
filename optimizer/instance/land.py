"""`Land`: the parcels as arrays over i."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.beside import counted_neighbours

if TYPE_CHECKING:
    from optimizer.instance.table import Table

#: Columns of parcels that are not attributes a suitability rule may name.
NOT_ATTRIBUTES = frozenset({
    "parcel", "area_ha", "area_mu", "slope_deg", "regrade_form", "zone", "must_reclaim", "group",
    "note", "source",
})


@dataclass(frozen=True)
class Land:
    """Parcels of an instance, in the order of the table.

    Parameters
    ----------
    parcels
        Names, shape (I,) of text.
    area_i
        Hectares, shape (I,).
    attributes
        Attribute -> its value there before any work, shape (I,), NaN where not given; with the
        number of neighbours that a rule of the neighbours table counts.
    release_i
        First year in which work may start, shape (I,); -inf where not given.
    wait_i
        Longest wait in years, shape (I,); NaN where not given.
    must_i
        Whether every hectare must be reclaimed, shape (I,).
    zones, zone_i
        Zone names, and the index of each parcel's, shape (I,); -1 where it has none.
    groups, group_i
        The same for groups.
    baseline_i
        Yearly uptake given up, t CO2e/ha/yr, shape (I,).
    """

    parcels: NDArray[Any]
    area_i: NDArray[np.float64]
    attributes: Mapping[str, NDArray[np.float64]]
    release_i: NDArray[np.float64]
    wait_i: NDArray[np.float64]
    must_i: NDArray[np.bool_]
    zones: tuple[str, ...]
    zone_i: NDArray[np.int64]
    groups: tuple[str, ...]
    group_i: NDArray[np.int64]
    baseline_i: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of parcels."""
        return len(self.parcels)

    def attribute(self, name: str) -> NDArray[np.float64]:
        """Value of an attribute before any work, shape (I,); NaN where not given."""
        return self.attributes.get(name, np.full(self.count, np.nan))

    def latest_i(self, first_period: int) -> NDArray[np.float64]:
        """Last year in which work may start, shape (I,); inf without a longest wait.

        The wait counts from the later of the parcel's release and the first period.
        """
        waits = np.where(np.isnan(self.wait_i), np.inf, self.wait_i)
        return np.maximum(self.release_i, first_period) + waits


def land_of(tables: Mapping[str, Table]) -> Land:
    """Lay the parcels table out as arrays."""
    parcels = tables["parcels"]
    zones, zone_i = _names_and_index(parcels.text("zone"))
    groups, group_i = _names_and_index(parcels.text("group"))
    wait_i = parcels.number("longest_wait_years")
    attributes = {
        name: parcels.number(name)
        for name, values in parcels.columns.items()
        if name not in NOT_ATTRIBUTES and values.dtype != object
    }
    return Land(
        parcels=parcels.text("parcel"),
        area_i=parcels.number("area_ha"),
        attributes=MappingProxyType(attributes | counted_neighbours(tables)),
        release_i=parcels.number("release_year", blank=-np.inf),
        wait_i=wait_i,
        must_i=parcels.flag("must_reclaim") | ~np.isnan(wait_i),
        zones=zones,
        zone_i=zone_i,
        groups=groups,
        group_i=group_i,
        baseline_i=parcels.number("baseline_tco2e_per_ha_yr", blank=0.0),
    )


def _names_and_index(texts: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Distinct non-blank names in order of first appearance, and each row's index (-1 blank)."""
    position: dict[str, int] = {}
    for text in texts:
        if text and text not in position:
            position[text] = len(position)
    index = np.fromiter((position.get(text, -1) for text in texts), np.int64, len(texts))
    return tuple(position), index
