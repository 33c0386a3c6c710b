"""`Tally`: coefficients of an account in a selection, for every option, without Python loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt
from optimizer.formulation.accounts import account_components
from optimizer.formulation.columns import Columns, columns_of
from optimizer.options.component import Component

if TYPE_CHECKING:
    from optimizer.formulation.selection import Selection
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


class Tally:
    """Works out rows of coefficients; keeps the components of each account once computed.

    Parameters
    ----------
    instance, options
        What the program is built from.
    """

    def __init__(self, instance: Instance, options: Options) -> None:
        self.instance = instance
        self.options = options
        self.columns: Columns = columns_of(instance, options)
        self._components: dict[str, list[Component]] = {}
        self._zone_o: NDArray[np.int64] = instance.land.zone_i[options.parcel_o]
        # Position of every option in a flat table over (um, t).
        self._start_o: NDArray[np.int64] = (
            options.practice_o.astype(np.int64) * instance.calendar.count + options.period_o)

    def row(
        self, account: str, selection: Selection, started: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions and coefficients of an account over a selection.

        Parameters
        ----------
        account
            Name of the account.
        selection
            Uses, methods, zones and periods counted.
        started
            Count all that options started in the periods will ever cause, instead of what
            occurs in the periods.
        """
        shape = (self.instance.practices.count, self.instance.calendar.count)
        weighed = [
            (part, np.broadcast_to(spread_weight(part, selection.period.members, started), shape))
            for part in self._parts(account)
        ]
        touched_umt = np.zeros(shape, dtype=bool)
        for _, weight_umt in weighed:
            touched_umt |= weight_umt != 0.0
        which = np.flatnonzero(self._selected(selection, touched_umt))
        start = self._start_o[which]
        values = np.zeros(len(which))
        for part, weight_umt in weighed:
            values += part.amount_o[which] * weight_umt.ravel()[start]
        return self._with_stocks(account, selection, which, values)

    def _parts(self, account: str) -> list[Component]:
        if account not in self._components:
            self._components[account] = account_components(self.instance, self.options, account)
        return self._components[account]

    def _selected(
        self, selection: Selection, touched_umt: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Options whose use, method and zone are counted and whose start matters, shape (O,)."""
        practices = self.instance.practices
        counted_um = (selection.use.members[practices.use_um]
                      & selection.method.members[practices.method_um])
        selected: NDArray[np.bool_] = (counted_um[:, None] & touched_umt).ravel()[self._start_o]
        if not selection.zone.everything:
            counted_z = np.append(selection.zone.members, False)
            selected &= counted_z[self._zone_o]
        return selected

    def _with_stocks(
        self, account: str, selection: Selection, which: NDArray[np.int64],
        values: NDArray[np.float64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Add the holding of stocks to rows on the net sink (or holding) of all land.

        A stock lies at its source and belongs to no use or zone, so rows that single one out
        leave it alone.
        """
        topsoil = self.instance.topsoil
        if account not in ("net_sink", "holding") or not selection.all_land or not topsoil.count:
            return which, values
        charged_kt = -holding_kt(self.instance) * selection.period.members[None, :]
        stocks = self.columns.options + np.arange(charged_kt.size)
        return np.concatenate([which, stocks]), np.concatenate([values, charged_kt.ravel()])


def spread_weight(
    part: Component, periods: NDArray[np.bool_], started: bool
) -> NDArray[np.float64]:
    """How much of a component counts, by practice and start period, shape (UM or 1, T)."""
    weight: NDArray[np.float64]
    if started:
        weight = part.spread_umtp.sum(axis=2) * periods[None, :]
    else:
        weight = part.spread_umtp[:, :, periods].sum(axis=2)
    return weight
