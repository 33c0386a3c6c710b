r"""What changes, parcel by parcel, when no more than D hectares may, and what each change gains.

With y the prices of the best plan x at D, a hectare of an option is worth

    worth_c = c_c - sum over rows other than land y_r A_rc

its own gain less what it takes of everything scarce; bare land is worth 0. A change of h hectares
from one option to another gains h (worth_to - worth_from) at these prices. What is gained in all is
that of the changes and what the plan makes of room in limits and of soil in stock:

    c x - c a = sum of the changes + sum_r y_r (A_r x - A_r a) + stocks        rows other than land

Each change that counts gains at least the slope of the curve a hectare. Which of several hectares
of a parcel becomes what is nobody's to say: the one worth least becomes what is worth most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.compare.change_program import Floats, changed_hectares, state_o
from optimizer.analysis.compare.record import plan_frame
from optimizer.solve.certificate import is_land
from optimizer.solve.tables import option_names

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.compare.change_solver import ChangeAnswer
    from optimizer.analysis.compare.gain_curve import GainCurve
    from optimizer.analysis.compare.loosened import Loosened

#: Fewer hectares, as a share of the parcel, are rounding.
TRACE = 1e-9
#: Names of an option, in the order of the columns of a plan.
NAMES = ("use", "method", "period", "source")
#: Column that stands for bare land.
BARE = -1


@dataclass(frozen=True)
class Changes:
    """What to change first.

    Parameters
    ----------
    allowed_ha, changed_ha
        D, and the hectares that change.
    objective
        Of the plan that the changes lead to.
    gain
        What it has more than the actual plan.
    price
        What one more hectare would add; 0 where all of the gap is won back.
    from_limits
        Part of the gain that belongs to no parcel: room in limits that is used, soil in stock.
    plan_c
        The plan, over the columns of the loosened program, shape (C,).
    """

    allowed_ha: float
    changed_ha: float
    objective: float
    gain: float
    price: float
    from_limits: float
    plan_c: Floats
    _loosened: Loosened
    _table: pd.DataFrame

    @property
    def plan(self) -> pd.DataFrame:
        """The plan that the changes lead to: parcel, use, method, period, source, area_ha."""
        return plan_frame(self._loosened.instance, self._loosened.options, self.plan_c)

    @property
    def table(self) -> pd.DataFrame:
        """Changes, the one that gains most a hectare first.

        Columns parcel, from_use, from_method, from_period, from_source, to_use, to_method,
        to_period, to_source (blank: bare, or no soil), area_ha, gain, gain_per_ha, counts (False
        where only the source of topsoil is another).
        """
        return self._table.copy()


def changes_at(curve: GainCurve, hectares: float) -> Changes:
    """List what changes when so many hectares may.

    Raises
    ------
    ValueError
        If it is no number of hectares.
    """
    loosened, answer = curve.loosened, curve.at(hectares)
    plan_c = curve.solver.made.plan_of(answer.x_c)
    more_c = plan_c - loosened.actual_c
    worth_c, from_limits = _worth(loosened, answer, more_c)
    rows = [row for i, own in _by_parcel(loosened) for row in _pairs(
        loosened, i, own, more_c, worth_c)]
    price = answer.price if hectares < curve.end_ha else 0.0
    return Changes(hectares, changed_hectares(loosened, plan_c), answer.objective,
                   answer.objective - curve.actual, price, from_limits, plan_c,
                   loosened, _table(loosened, rows, worth_c))


def _worth(
    loosened: Loosened, answer: ChangeAnswer, more_c: Floats
) -> tuple[Floats, float]:
    """Worth of each column, and what of the gain comes from limits and stocks."""
    program, count = loosened.program, loosened.option_count
    price_r = np.where(is_land(program), 0.0, answer.price_r[:program.shape[0]])
    worth_c = np.asarray(program.cost - program.matrix.T @ price_r)
    stocks = worth_c[count:] * more_c[count:]
    return worth_c, math.fsum((*(price_r * program.activity(more_c)), *stocks))


def _by_parcel(loosened: Loosened) -> list[tuple[int, NDArray[np.int64]]]:
    """Columns of each parcel; options come sorted by parcel."""
    parcel_o, count = loosened.options.parcel_o, loosened.instance.land.count
    edges = np.searchsorted(parcel_o, np.arange(count + 1))
    return [(i, np.arange(edges[i], edges[i + 1])) for i in range(count)]


def _pairs(
    loosened: Loosened, i: int, own: NDArray[np.int64], more_c: Floats, worth_c: Floats
) -> list[tuple[int, int, int, float]]:
    """Changes of one parcel: parcel, column before, column after (-1: bare), hectares."""
    trace = TRACE * max(1.0, float(loosened.instance.land.area_i[i]))
    left = {int(c): -float(more_c[c]) for c in own if more_c[c] < -trace}
    come = {int(c): float(more_c[c]) for c in own if more_c[c] > trace}
    pairs = _same_state(loosened, left, come)
    balance = math.fsum(come.values()) - math.fsum(left.values())
    if balance > trace:
        left[BARE] = balance
    elif balance < -trace:
        come[BARE] = -balance
    def worth(column: int) -> float:
        return 0.0 if column == BARE else float(worth_c[column])
    for before in sorted(left, key=worth):
        for after in sorted(come, key=worth, reverse=True):
            moved = min(left[before], come[after])
            if moved > trace:
                pairs.append((before, after, moved))
                left[before] -= moved
                come[after] -= moved
    return [(i, *pair) for pair in pairs]


def _same_state(
    loosened: Loosened, left: dict[int, float], come: dict[int, float]
) -> list[tuple[int, int, float]]:
    """Take out what changes nothing but the source of its topsoil."""
    practice_o, period_o = loosened.options.practice_o, loosened.options.period_o
    pairs = []
    for before, after in product(left, come):
        same = (practice_o[before], period_o[before]) == (practice_o[after], period_o[after])
        moved = min(left[before], come[after]) if same else 0.0
        if moved > 0.0:
            pairs.append((before, after, moved))
            left[before] -= moved
            come[after] -= moved
    return pairs


def _table(
    loosened: Loosened, rows: list[tuple[int, int, int, float]], worth_c: Floats
) -> pd.DataFrame:
    """Changes as a table, the one that gains most a hectare first."""
    import pandas as pd

    worth, state = np.append(worth_c, 0.0), np.append(state_o(loosened), -1)
    i = np.array([row[0] for row in rows], dtype=np.int64)
    before = np.array([row[1] for row in rows], dtype=np.int64)
    after = np.array([row[2] for row in rows], dtype=np.int64)
    area = np.array([row[3] for row in rows])
    bare = before == BARE, after == BARE
    # Bare land stands behind the last column of worth, and behind the last option of state.
    per_ha = worth[after] - worth[before]
    counts = state[after] != state[before]
    columns: dict[str, Any] = {"parcel": loosened.instance.land.parcels[i]}
    for word, which, none in (("from", before, bare[0]), ("to", after, bare[1])):
        names = option_names(loosened.instance, loosened.options.take(np.where(none, 0, which)))
        for name in NAMES:
            columns[f"{word}_{name}"] = np.where(none, "", names[name])
    table = pd.DataFrame({**columns, "area_ha": area, "gain": area * per_ha,
                          "gain_per_ha": per_ha, "counts": counts})
    order = np.lexsort((i, -per_ha, ~counts))
    return table.iloc[order].reset_index(drop=True)
