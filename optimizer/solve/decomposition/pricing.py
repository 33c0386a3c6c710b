"""Options under prices: which is best on every parcel, how near its rivals are, what choices take.

`Pricing` is all that the algorithm knows of the options, so that they can be held in more than
one way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.solve.decomposition import kernels

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.decomposition.split import Split


class Pricing(Protocol):
    """Options of a split program under prices of its coupling rows, shape (R,).

    `pick` are positions of parcels, shape (N,).
    """

    def best(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Best worth per hectare and its option, shape (N,); 0 and -1 where idle is best."""

    def rivals(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """As `best`, and how near the nearest rival is, as a multiple of the room."""

    def near(
        self, pick: NDArray[np.int64], worth_n: NDArray[np.float64],
        best_n: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Every option of the picked parcels, and how near it is."""

    def taken(
        self, option_n: NDArray[np.int64], area_n: NDArray[np.float64],
        group_g: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What choices take of the coupling rows, and earn, by group, shapes (G, R), (G,)."""

    def columns(self, option_n: NDArray[np.int64]) -> sp.csc_array:
        """Coefficients of some options in the coupling rows, shape (R, N)."""

    def gains(self, option_n: NDArray[np.int64]) -> NDArray[np.float64]:
        """Gain of one hectare of some options, shape (N,)."""

    def sizes(
        self, pick: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean |coefficient| of each coupling row where it has one, mean |gain| beside it."""

    def strata(self) -> NDArray[np.uint64]:
        """A number for each parcel that is the same where parcels touch the same rows."""

    def without_gains(self) -> Pricing:
        """The same options, none of which earns anything."""


@dataclass(frozen=True)
class ByColumns:
    """Options held as the columns of the program's matrix; nothing is copied.

    Parameters
    ----------
    start_i, must_i
        As in the split program.
    row_r
        Coupling rows as rows of the program.
    gain_c, matrix
        Gains and coefficients of the columns of the program.
    """

    start_i: NDArray[np.int64]
    must_i: NDArray[np.bool_]
    row_r: NDArray[np.int64]
    gain_c: NDArray[np.float64]
    matrix: sp.csc_array

    @classmethod
    def of(cls, program: LinearProgram, split: Split) -> ByColumns:
        """Options of a program."""
        matrix = program.matrix
        if not matrix.has_sorted_indices:
            matrix = matrix.sorted_indices()
        return cls(split.start_i, split.must_i, split.row_r,
                   np.ascontiguousarray(program.cost), matrix)

    def best(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Best worth per hectare and its option; see `Pricing`."""
        with kernels.on_cores(self._work(pick)):
            return kernels.best(pick, self.start_i, self.must_i, self.gain_c, *self._parts,
                                self._in_full(price_r))

    def rivals(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """As `best`, and how near the nearest rival is; see `Pricing`."""
        with kernels.on_cores(self._work(pick)):
            return kernels.rivals(pick, self.start_i, self.must_i, self.gain_c, *self._parts,
                                  self._in_full(price_r), self._in_full(room_r))

    def near(
        self, pick: NDArray[np.int64], worth_n: NDArray[np.float64],
        best_n: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Every option of the picked parcels, and how near it is; see `Pricing`."""
        option_o, place_n = options_of_parcels(self.start_i, pick)
        with kernels.on_cores(len(option_o)):
            near_o = kernels.nearness(
                pick, best_n, worth_n, place_n, self.start_i, self.gain_c, *self._parts,
                self._in_full(price_r), self._in_full(room_r), len(option_o))
        return option_o, near_o

    def taken(
        self, option_n: NDArray[np.int64], area_n: NDArray[np.float64],
        group_g: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What choices take of the coupling rows, and earn; see `Pricing`."""
        with kernels.on_cores(len(option_n)):
            return kernels.taken(option_n, area_n, group_g, self.gain_c, *self._parts,
                                 self._coupling_r, len(self.row_r))

    def columns(self, option_n: NDArray[np.int64]) -> sp.csc_array:
        """Coefficients of some options in the coupling rows; see `Pricing`."""
        return sp.csc_array(sp.csr_array(self.matrix[:, option_n])[self.row_r])

    def gains(self, option_n: NDArray[np.int64]) -> NDArray[np.float64]:
        """Gain of one hectare of some options; see `Pricing`."""
        return self.gain_c[option_n]

    def sizes(
        self, pick: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean sizes of coefficients and gains by coupling row; see `Pricing`."""
        option_o, _ = options_of_parcels(self.start_i, pick)
        return mean_sizes(self.columns(option_o), self.gain_c[option_o])

    def strata(self) -> NDArray[np.uint64]:
        """Which coupling rows each parcel can touch, as bits; see `Pricing`."""
        with kernels.on_cores(int(self.start_i[-1])):
            return kernels.signatures(self.start_i, self.matrix.indptr, self.matrix.indices,
                                      self._coupling_r)

    def without_gains(self) -> ByColumns:
        """The same options, none of which earns anything; see `Pricing`."""
        return replace(self, gain_c=np.zeros(len(self.gain_c)))

    @property
    def _parts(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
        return self.matrix.indptr, self.matrix.indices, self.matrix.data

    def _work(self, pick: NDArray[np.int64]) -> int:
        """Options of some parcels, roughly."""
        return len(pick) * max(1, int(self.start_i[-1]) // max(1, len(self.must_i)))

    @property
    def _coupling_r(self) -> NDArray[np.int32]:
        """Place of each row of the program among the coupling rows, -1 for land."""
        place_r = np.full(self.matrix.shape[0], -1, dtype=np.int32)
        place_r[self.row_r] = np.arange(len(self.row_r), dtype=np.int32)
        return place_r

    def _in_full(self, values_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the coupling rows as values of all rows, 0 for land."""
        in_full = np.zeros(self.matrix.shape[0])
        in_full[self.row_r] = values_r
        return in_full


def mean_sizes(
    matrix: sp.csc_array, gain_n: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean |coefficient| of each row where it has one, and mean |gain| of those columns."""
    rows = matrix.shape[0]
    count_r = np.maximum(np.bincount(matrix.indices, minlength=rows), 1)
    of_entry = np.repeat(np.abs(gain_n), np.diff(matrix.indptr))
    return (np.bincount(matrix.indices, np.abs(matrix.data), minlength=rows) / count_r,
            np.bincount(matrix.indices, of_entry, minlength=rows) / count_r)


def options_of_parcels(
    start_i: NDArray[np.int64], pick: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Options of some parcels laid end to end, and where those of each parcel begin."""
    count_n = start_i[pick + 1] - start_i[pick]
    place_n = np.cumsum(count_n) - count_n
    total = int(count_n.sum())
    option_o = np.repeat(start_i[pick] - place_n, count_n) + np.arange(total)
    return option_o, place_n
