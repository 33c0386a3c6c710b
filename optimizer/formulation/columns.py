"""Columns of the program: options in hectares, stocks of topsoil in m3, edges as shares.

x[i,u,m,t,k] >= 0 stands at the position of its option, stock[k,t] >= 0 at O + k T + t, and
edge[e,u] >= 0 behind, where boundaries have a weight, pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.formulation.layout.edges import edges_of
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
    edges
        Number of edge columns F.
    """

    options: int
    sources: int
    periods: int
    edges: int = 0

    @property
    def count(self) -> int:
        """Number of columns."""
        return self.options + self.sources * self.periods + self.edges

    @property
    def stocks(self) -> slice:
        """Where the stocks stand."""
        return slice(self.options, self.options + self.sources * self.periods)

    def stock(self, k: int, t: int) -> int:
        """Position of stock[k,t]."""
        return self.options + k * self.periods + t


def columns_of(instance: Instance, options: Options) -> Columns:
    """Lay out the variables of an instance."""
    return Columns(options.count, instance.topsoil.count, instance.calendar.count,
                   edges_of(instance, options).count)


def stocks_at(instance: Instance, options: Options) -> slice:
    """Where the stocks stand among the columns."""
    return slice(options.count,
                 options.count + instance.topsoil.count * instance.calendar.count)


def column_labels(instance: Instance, options: Options) -> ColumnLabels:
    """Say what each column is."""
    practices, periods = instance.practices, max(instance.calendar.count, 1)
    stocks, edges = instance.topsoil.count * instance.calendar.count, edges_of(instance, options)
    k_s, t_s = np.divmod(np.arange(stocks), periods)
    of_options = ColumnLabels.of(
        options.count, parcel=options.parcel_o, use=practices.use_um[options.practice_o],
        method=practices.method_um[options.practice_o], period=options.period_o,
        source=options.source_o)
    with_stocks = of_options.appended(stocks, source=k_s, period=t_s)
    other = -1 if edges.other_f is None else edges.other_f
    return with_stocks.appended(edges.count, use=edges.use_f, edge=edges.pair_f, other=other)
