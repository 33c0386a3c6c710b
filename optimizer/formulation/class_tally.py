"""`ClassTally`: a `Tally` whose columns are classes of options and their amounts.

The rows of limits are sums of accounts times weights. Worked out on virtual columns, one for each
class and amount, the same code that builds them for every option builds them for all options of
a class at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt
from optimizer.formulation.tally import spread_weight

if TYPE_CHECKING:
    from optimizer.formulation.factors import Classes
    from optimizer.formulation.selection import Selection
    from optimizer.instance.record import Instance
    from optimizer.options.component import Component


@dataclass(frozen=True)
class ClassPart:
    """One part of an account, by class.

    Parameters
    ----------
    spread
        A component with the spread of the part; its amounts are not looked at.
    factor
        Which amount of the options it is multiplied by, from 1; 0 where it is the same for all
        options of a practice and period, and then stands in `amount_umt`.
    amount_umt
        Shape (UM, T); ones where a factor multiplies it.
    """

    spread: Component
    factor: int
    amount_umt: NDArray[np.float64]


class ClassTally:
    """Rows of coefficients on virtual columns c (F + 1) + f, and stocks after them.

    Parameters
    ----------
    instance, classes
        What the classes are made of.
    parts
        Account -> its parts.
    factors
        Number of amounts F.
    """

    def __init__(
        self, instance: Instance, classes: Classes, parts: dict[str, list[ClassPart]],
        factors: int,
    ) -> None:
        self.instance = instance
        self._classes = classes
        self._parts = parts
        self._width = factors + 1
        self.stocks_at = classes.count * self._width
        self.count = self.stocks_at + instance.topsoil.count * instance.calendar.count

    def row(
        self, account: str, selection: Selection, started: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions and coefficients of an account over a selection; see `Tally.row`."""
        practices = self.instance.practices
        counted_um = (selection.use.members[practices.use_um]
                      & selection.method.members[practices.method_um])
        zones = np.ones(self._classes.zones, dtype=bool)
        if not selection.zone.everything:
            zones = np.append(selection.zone.members, False)
        values = np.zeros(self.count)
        for part in self._parts[account]:
            weight_umt = spread_weight(part.spread, selection.period.members, started)
            self._add(values, part, weight_umt * counted_um[:, None], zones)
        if account in ("net_sink", "holding") and selection.all_land:
            charged_kt = -holding_kt(self.instance) * selection.period.members[None, :]
            values[self.stocks_at:] = charged_kt.ravel()
        positions = np.flatnonzero(values)
        return positions, values[positions]

    def soil(self, k: int, t: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Soil that options started in t bring in from source k."""
        values = np.zeros(self.count)
        for part in self._parts["soil"]:
            weight_umt = np.zeros(part.amount_umt.shape)
            weight_umt[:, t] = 1.0
            self._add(values, part, weight_umt, np.ones(self._classes.zones, dtype=bool), k + 1)
        positions = np.flatnonzero(values)
        return positions, values[positions]

    def _add(
        self, values: NDArray[np.float64], part: ClassPart, weight_umt: NDArray[np.float64],
        zones: NDArray[np.bool_], source: int | None = None,
    ) -> None:
        """Add a part times its weight, in the zones (and of the source) that count."""
        table = values[:self.stocks_at].reshape((*self._classes.shape, self._width))
        amount = (part.amount_umt * weight_umt)[None, :, :, None]
        where = slice(None) if source is None else slice(source, source + 1)
        table[:, :, :, where, part.factor] += zones[:, None, None, None] * amount
