"""Columns of the program: options in hectares, then stocks of topsoil in m3.

x[i,u,m,t,k] >= 0 stands at the position of its option; stock[k,t] >= 0 at O + k T + t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


@dataclass(frozen=True)
class Columns:
    """Where each variable stands.

    Parameters
    ----------
    options
        Number of options O.
    sources, periods
        Numbers K and T.
    """

    options: int
    sources: int
    periods: int

    @property
    def count(self) -> int:
        """Number of columns."""
        return self.options + self.sources * self.periods

    def stock(self, k: int, t: int) -> int:
        """Position of stock[k,t]."""
        return self.options + k * self.periods + t


def columns_of(instance: Instance, options: Options) -> Columns:
    """Lay out the variables of an instance."""
    return Columns(options.count, instance.topsoil.count, instance.calendar.count)


def column_labels(instance: Instance, options: Options) -> ColumnLabels:
    """Say what each column is."""
    columns = columns_of(instance, options)
    stocks = columns.count - columns.options
    none = np.full(stocks, -1, dtype=np.int32)
    practices = instance.practices
    def joined(values_o: NDArray[np.int64] | NDArray[np.int32],
               stock: NDArray[np.int32] = none) -> NDArray[np.int32]:
        return np.concatenate([values_o, stock]).astype(np.int32)
    k_s, t_s = np.divmod(np.arange(stocks, dtype=np.int32), max(columns.periods, 1))
    return ColumnLabels(
        parcel=joined(options.parcel_o),
        use=joined(practices.use_um[options.practice_o]),
        method=joined(practices.method_um[options.practice_o]),
        period=joined(options.period_o, t_s.astype(np.int32)),
        source=joined(options.source_o, k_s.astype(np.int32)),
    )
