"""`Options`: the columns of the program, as flat arrays over o."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Options:
    """Every (parcel, use, method, period, source) the rules allow, sorted in that order.

    Parameters
    ----------
    parcel_o, practice_o, period_o, source_o
        Indices i, um, t, k, shape (O,); source -1 where no soil is brought in.
    regrade_m3_o
        Cut per finished hectare, m3/ha, shape (O,).
    soil_m3_o
        Soil brought in, as placed, m3/ha, shape (O,).
    own_soil_m3_o
        The parcel's own soil stripped and respread, m3/ha, shape (O,).
    """

    parcel_o: NDArray[np.int32]
    practice_o: NDArray[np.int32]
    period_o: NDArray[np.int32]
    source_o: NDArray[np.int32]
    regrade_m3_o: NDArray[np.float64]
    soil_m3_o: NDArray[np.float64]
    own_soil_m3_o: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of options."""
        return len(self.parcel_o)

    def take(self, which_o: NDArray[np.bool_] | NDArray[np.int64]) -> Options:
        """Return only some options, by mask or index, in their order."""
        return Options(**{axis.name: getattr(self, axis.name)[which_o] for axis in fields(self)})

    @staticmethod
    def joined(parts: Sequence[Options]) -> Options:
        """Lay lists of options behind each other."""
        return Options(**{axis.name: np.concatenate([getattr(part, axis.name) for part in parts])
                          for axis in fields(Options)})
