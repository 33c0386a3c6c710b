r"""`Factored`: the program of an instance with its options held as factors, not as columns.

    a[r,o] = weight[r, c(o), 0] + sum_f weight[r, c(o), f] amount[o,f]

Options of one class c (zone, practice, start period, source) differ only in a few amounts that
depend on the place, such as the soil they bring in; when these occur, and in which row they
count, is the same for all of the class. An option so takes some 28 bytes instead of some 180, and
a price of the rows becomes, once for all options, a price of the classes and amounts:

    price_r . a[.,o] = price[c(o), 0] + sum_f price[c(o), f] amount[o,f]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import RowLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


@dataclass(frozen=True)
class Classes:
    """Numbers of the classes: (zone, practice, start period, source), the source fastest.

    Parameters
    ----------
    zones, practices, periods, sources
        Sizes of the axes; one more zone and source stand for none.
    """

    zones: int
    practices: int
    periods: int
    sources: int

    @classmethod
    def of(cls, instance: Instance) -> Classes:
        """Classes of the options of an instance."""
        return cls(len(instance.land.zones) + 1, instance.practices.count,
                   instance.calendar.count, instance.topsoil.count + 1)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Sizes of the axes."""
        return self.zones, self.practices, self.periods, self.sources

    @property
    def count(self) -> int:
        """Number of classes C."""
        return int(np.prod(self.shape))

    def number(
        self, zone: NDArray[np.int64], practice: NDArray[np.int32], period: NDArray[np.int32],
        source: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """Class of each option; zone and source -1 for none."""
        number = np.where(zone < 0, self.zones - 1, zone).astype(np.int64)
        number = number * self.practices + practice
        number = number * self.periods + period
        return (number * self.sources + source + 1).astype(np.int32)

    def axes(self, number: NDArray[np.int32]) -> tuple[NDArray[np.int64], ...]:
        """Practice, period and source (-1 for none) of classes."""
        _, practice, period, source = np.unravel_index(number, self.shape)
        return practice, period, source - 1


@dataclass(frozen=True)
class Factored:
    """Options and coupling rows; see the top of the module.

    Parameters
    ----------
    classes
        What the classes are.
    start_i
        Options of parcel i are start_i[i] .. start_i[i + 1] - 1, shape (I + 1,).
    class_o, gain_o
        Class of each option, and gain of a hectare of it, shape (O,).
    amount_of
        Amounts that depend on the place, shape (O, F).
    weight_rv
        Coefficients of the coupling rows on virtual columns c (F + 1) + f, f = 0 for the part
        that is the same for the whole class, shape (R, C (F + 1)).
    stock_rs, gain_s
        Coefficients of the stocks in the coupling rows, and their gains.
    lower_r, upper_r, rows
        Bounds and labels of the coupling rows.
    """

    classes: Classes
    start_i: NDArray[np.int64]
    class_o: NDArray[np.int32]
    gain_o: NDArray[np.float64]
    amount_of: NDArray[np.float64]
    weight_rv: sp.csc_array
    stock_rs: NDArray[np.float64]
    gain_s: NDArray[np.float64]
    lower_r: NDArray[np.float64]
    upper_r: NDArray[np.float64]
    rows: RowLabels

    @property
    def options(self) -> int:
        """Number of options."""
        return len(self.class_o)

    @property
    def parts(self) -> int:
        """Virtual columns of each class: F + 1."""
        return int(self.amount_of.shape[1]) + 1

    def columns(self, option_n: NDArray[np.int64]) -> sp.csc_array:
        """Coefficients of some options in the coupling rows, shape (R, N)."""
        first = self.class_o[option_n].astype(np.int64) * self.parts
        columns = self.weight_rv[:, first]
        for part in range(1, self.parts):
            amount = sp.diags_array(self.amount_of[option_n, part - 1], format="csc")
            columns = columns + self.weight_rv[:, first + part] @ amount
        columns = sp.csc_array(columns)
        columns.eliminate_zeros()
        return columns
