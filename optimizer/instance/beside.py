"""Rules on neighbours: which parcels count as lying beside each other, and what may be beside what.

A rule that names an attribute and no second use depends on the land alone. It becomes an
attribute of the parcels, the number of neighbours within its bounds, and a bound on that, so that
every page that tells why a parcel cannot have a use tells it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.table import Table

#: Attributes are compared with this much play, relative to the bound.
RELATIVE_TOLERANCE = 1e-9

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class NeighbourRule:
    """One row of the neighbours table.

    Parameters
    ----------
    line
        Row of the table.
    name
        Name of the rule.
    use_a, use_b
        Names of the uses; `use_b` is blank where an attribute decides alone.
    apart
        Whether contact is forbidden; else it is demanded.
    distance_m
        Distance between middles that counts as contact; 0 where only boundaries do.
    attribute
        Attribute of parcels, blank for none.
    minimum, maximum
        Its bounds; -inf and inf where there is none.
    """

    line: int
    name: str
    use_a: str
    use_b: str
    apart: bool
    distance_m: float
    attribute: str
    minimum: float
    maximum: float

    @property
    def of_land(self) -> bool:
        """Whether the land alone decides, whatever its neighbours become."""
        return not self.use_b

    @property
    def counted(self) -> str:
        """Name of the attribute that counts the neighbours within the bounds."""
        own = "neighbours" if self.apart else "itself or neighbours"
        return f"{own} with {self.range} ({self.name})"

    @property
    def range(self) -> str:
        """Attribute and bounds in words."""
        bounds = [f">= {self.minimum:g}"] if np.isfinite(self.minimum) else []
        bounds += [f"<= {self.maximum:g}"] if np.isfinite(self.maximum) else []
        return f"{self.attribute} {' and '.join(bounds)}"

    def within_i(self, tables: Mapping[str, Table]) -> NDArray[np.bool_]:
        """Whether the attribute of each parcel lies within the bounds, shape (I,)."""
        value_i = tables["parcels"].number(self.attribute)
        low, high = (bound - sign * RELATIVE_TOLERANCE * max(1.0, abs(bound))
                     if np.isfinite(bound) else bound
                     for bound, sign in ((self.minimum, 1.0), (self.maximum, -1.0)))
        within: NDArray[np.bool_] = np.logical_and(value_i >= low, value_i <= high)
        return within


def neighbour_rules(tables: Mapping[str, Table]) -> tuple[NeighbourRule, ...]:
    """Read the neighbours table."""
    table = tables.get("neighbours")
    if table is None:
        return ()
    rows = zip(
        table.text("rule"), table.text("use_a"), table.text("use_b"), table.text("relation"),
        table.number("distance_m", 0.0), table.text("attribute"),
        table.number("minimum", -np.inf), table.number("maximum", np.inf), strict=True)
    return tuple(
        NeighbourRule(line, str(name), str(use_a), str(use_b), relation == "apart",
                      float(distance), str(attribute), float(minimum), float(maximum))
        for line, (name, use_a, use_b, relation, distance, attribute, minimum, maximum)
        in enumerate(rows))


def pairs_beside(tables: Mapping[str, Table], distance_m: float) -> Pairs:
    """Parcels that lie beside each other, each pair once, the earlier first, in order.

    Parameters
    ----------
    distance_m
        Parcels whose middles are no farther apart count too; 0 for boundaries alone.
    """
    parcels = tables["parcels"]
    count = len(parcels)
    code = _sharing(tables, count)
    if distance_m > 0.0:
        code = np.concatenate([code, _close(parcels, distance_m, count)])
    a_e, b_e = np.divmod(np.unique(code), max(count, 1))
    return a_e, b_e


def _sharing(tables: Mapping[str, Table], count: int) -> NDArray[np.int64]:
    """Pairs that share a boundary, each as one number."""
    table = tables.get("adjacency")
    if table is None or not len(table):
        return np.zeros(0, dtype=np.int64)
    position = {str(name): i for i, name in enumerate(tables["parcels"].text("parcel"))}
    ends = np.array([[position.get(str(name), -1) for name in table.text(column)]
                     for column in ("parcel_a", "parcel_b")], dtype=np.int64)
    known = (ends >= 0).all(axis=0) & (ends[0] != ends[1])
    return np.asarray(ends.min(axis=0)[known] * count + ends.max(axis=0)[known])


def _close(parcels: Table, distance_m: float, count: int) -> NDArray[np.int64]:
    """Pairs whose middles lie within a distance, each as one number; blanks are near nothing."""
    from scipy.spatial import cKDTree

    place = np.stack([parcels.number("x"), parcels.number("y")], axis=1)
    known = np.flatnonzero(np.isfinite(place).all(axis=1))
    found = cKDTree(place[known]).query_pairs(
        distance_m * (1.0 + RELATIVE_TOLERANCE), output_type="ndarray")
    ends = known[found.astype(np.int64).reshape(-1, 2)]
    return np.asarray(ends.min(axis=1) * count + ends.max(axis=1))


def counted_neighbours(tables: Mapping[str, Table]) -> dict[str, NDArray[np.float64]]:
    """Attribute of each rule that the land alone decides -> number of parcels in its bounds.

    Where contact is demanded the parcel itself counts as well.
    """
    found = {}
    for rule in neighbour_rules(tables):
        if rule.of_land:
            within_i = rule.within_i(tables)
            a_e, b_e = pairs_beside(tables, rule.distance_m)
            count_i = np.bincount(a_e, within_i[b_e], len(within_i))
            count_i += np.bincount(b_e, within_i[a_e], len(within_i))
            found[rule.counted] = np.asarray(
                count_i if rule.apart else count_i + within_i, dtype=np.float64)
    return found
