"""`Neighbours`: pairs of parcels that share a boundary, as arrays over e."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class Neighbours:
    """Pairs of neighbours, in the order of the adjacency table.

    Parameters
    ----------
    a_e, b_e
        The two parcels of each pair, shape (E,).
    length_km_e
        Boundary the two share, shape (E,).
    """

    a_e: NDArray[np.int64]
    b_e: NDArray[np.int64]
    length_km_e: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of pairs E."""
        return len(self.a_e)


#: Under this name the pairs are kept with an instance, as its own cached facts are: a million of
#: names take seconds to look up, and a layout asks for them again and again.
_KEPT = "_neighbours"


def neighbours_of(instance: Instance) -> Neighbours:
    """Read the adjacency table as arrays; no pairs where the instance has none."""
    kept: Neighbours | None = instance.__dict__.get(_KEPT)
    if kept is None:
        kept = instance.__dict__[_KEPT] = _read(instance)
    return kept


def _read(instance: Instance) -> Neighbours:
    """Look the names of the adjacency table up among the parcels."""
    table = instance.table("adjacency")
    if table is None or not len(table):
        none = np.zeros(0, dtype=np.int64)
        return Neighbours(none, none, np.zeros(0))
    position = {name: i for i, name in enumerate(instance.land.parcels)}
    a_e, b_e = (np.array([position[name] for name in table.text(column)], dtype=np.int64)
                for column in ("parcel_a", "parcel_b"))
    return Neighbours(a_e, b_e, table.number("shared_boundary_m", 0.0) / METRES_PER_KM)


def boundary_weight(instance: Instance) -> float:
    """Price of a kilometre of boundary in t CO2e that the program takes up; 0 for none.

    It is weighed against the net sink, so it counts only where an objective is on that.
    """
    weight = float(instance.settings.layout.get("boundary_weight_tco2e_per_km", 0.0))
    table = instance.table("adjacency")
    on_sink = any(entry.account == "net_sink" for entry in instance.settings.objectives)
    return weight if on_sink and table is not None and len(table) else 0.0
