r"""The program of the gain curve: the loosened one, in which no more than D hectares change.

A hectare keeps its state if use, method and period stay what they are in the actual plan; bare is a
state as well. Where its topsoil comes from does not count. With a the actual plan, b bare land:

    changed(x) = sum_i ( area_i - sum_{u,m,t} min(x_iumt, a_iumt) - min(bare_i(x), bare_i(a)) )

that is half of |x - a| summed over all states, bare included. As a program every state of the
actual plan has two columns, what is kept of it and what is new, and bare land has columns of its
own:

    maximise    c x
    (A14)        sum_{u,m,t,k} x[i,.] + bare_kept_i + bare_new_i = area_i
    (A15)        sum_k kept[i,u,m,t,k] <= a_iumt          states with several sources
    (A16)        sum of all new columns <= D
                kept <= a where the source is the only one, bare_kept_i <= bare_i(a)
                all other rows as loosened; kept >= what is fixed

Dual of A16   what one more hectare that may change adds to the objective
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels
from optimizer.solve.certificate import is_land

if TYPE_CHECKING:
    from optimizer.analysis.compare.loosened import Loosened

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class ChangeProgram:
    """The program, and which of its columns stand for what.

    Parameters
    ----------
    loosened
        What it was made of.
    program
        At D = 0; its last row is A16.
    base_c
        Column of the loosened program that each column is a copy of; -1 for bare land.
    new_c
        Which columns count as changed hectares, shape (C,).
    parcel_c
        Parcel of each column; -1 for stocks.
    """

    loosened: Loosened
    program: LinearProgram
    base_c: Whole
    new_c: NDArray[np.bool_]
    parcel_c: Whole

    @property
    def row(self) -> int:
        """Place of A16."""
        return self.program.shape[0] - 1

    def allowing(self, hectares: float) -> LinearProgram:
        """Return the program in which so many hectares may change."""
        upper = self.program.row_upper.copy()
        upper[self.row] = hectares
        return replace(self.program, row_upper=upper)

    def plan_of(self, x_c: Floats) -> Floats:
        """Columns of the loosened program that a solution stands for."""
        whole = self.base_c >= 0
        plan_c = np.bincount(self.base_c[whole], x_c[whole], len(self.loosened.actual_c))
        return np.asarray(plan_c, dtype=np.float64)

    def start(self, plan_c: Floats) -> Floats:
        """Columns of this program for a plan of the loosened one, as much kept as can be."""
        kept_c, new_c, bare_i = _divided(self.loosened, plan_c)
        x_c = np.zeros(self.program.shape[1])
        whole = self.base_c >= 0
        base = self.base_c[whole]
        x_c[whole] = np.where(self.new_c[whole], new_c[base], kept_c[base])
        bare_kept_i = np.minimum(bare_i, _bare_i(self.loosened, self.loosened.actual_c))
        parcel, is_new = self.parcel_c[~whole], self.new_c[~whole]
        x_c[~whole] = np.where(is_new, (bare_i - bare_kept_i)[parcel], bare_kept_i[parcel])
        return x_c


def changed_hectares(loosened: Loosened, plan_c: Floats) -> float:
    """Hectares of the actual plan that a plan changes, as defined above."""
    _, new_c, bare_i = _divided(loosened, plan_c)
    bare_a_i = _bare_i(loosened, loosened.actual_c)
    return float(new_c[:loosened.option_count].sum() + np.maximum(0.0, bare_i - bare_a_i).sum())


def state_o(loosened: Loosened) -> Whole:
    """Number of the state (parcel, practice, period) of every option, shape (O,)."""
    options, instance = loosened.options, loosened.instance
    key_o = options.parcel_o.astype(np.int64) * instance.practices.count + options.practice_o
    key_o = key_o * instance.calendar.count + options.period_o
    return np.asarray(np.unique(key_o, return_inverse=True)[1], dtype=np.int64)


def change_program(loosened: Loosened) -> ChangeProgram:
    """Build the program of the gain curve."""
    base, new, lower, upper = _option_columns(loosened)
    bare = _bare_columns(loosened)
    base_c = np.concatenate([base, np.full(len(bare.parcel), -1)])
    new_c = np.concatenate([new, bare.new])
    of_base = np.append(loosened.program.columns.parcel.astype(np.int64), -1)
    parcel_c = np.concatenate([of_base[base], bare.parcel])
    columns = (base_c, new_c, parcel_c)
    program = LinearProgram(
        matrix=_matrix(loosened, *columns),
        row_lower=np.concatenate([
            np.where(is_land(loosened.program), loosened.program.row_upper,
                     loosened.program.row_lower), np.full(_several(loosened)[1], -np.inf),
            [-np.inf]]),
        row_upper=np.concatenate([loosened.program.row_upper, _several_actual(loosened), [0.0]]),
        column_lower=np.concatenate([lower, np.zeros(len(bare.parcel))]),
        column_upper=np.concatenate([upper, bare.upper]),
        cost=np.concatenate([loosened.program.cost[base], np.zeros(len(bare.parcel))]),
        rows=_row_labels(loosened),
        columns=_column_labels(loosened, base, bare.parcel),
        offset=loosened.program.offset,
    )
    return ChangeProgram(loosened, program, base_c, new_c, parcel_c)


@dataclass(frozen=True)
class _Bare:
    """Columns of bare land: parcel, whether it is newly bare, most hectares."""

    parcel: Whole
    new: NDArray[np.bool_]
    upper: Floats


def _bare_columns(loosened: Loosened) -> _Bare:
    """Two columns a parcel: bare land that was bare, and land that becomes so, if it may."""
    program = loosened.program
    land = np.flatnonzero(is_land(program))
    parcel = program.rows.parcel[land].astype(np.int64)
    bare_i = _bare_i(loosened, loosened.actual_c)[parcel]
    least = np.maximum(program.row_lower[land], 0.0)
    most = np.maximum(0.0, program.row_upper[land] - least)
    kept = np.minimum(bare_i, most)
    return _Bare(
        np.concatenate([parcel, parcel]),
        np.repeat([False, True], len(parcel)),
        np.concatenate([kept, np.where(most - kept > 0.0, most - kept, 0.0)]))


def _bare_i(loosened: Loosened, plan_c: Floats) -> Floats:
    """Hectares of each parcel that a plan leaves bare, shape (I,)."""
    land = loosened.instance.land
    used_i = np.bincount(loosened.options.parcel_o, plan_c[:loosened.option_count], land.count)
    return np.asarray(np.maximum(0.0, land.area_i - used_i))


def _divided(loosened: Loosened, plan_c: Floats) -> tuple[Floats, Floats, Floats]:
    """What of a plan is kept, what is new (both by column), and what is bare (by parcel).

    Of a state that grew, every source keeps the same share; where its soil comes from is free.
    """
    count, state = loosened.option_count, state_o(loosened)
    now_s = np.bincount(state, plan_c[:count]).astype(np.float64)  # whole numbers where empty
    before_s = np.bincount(state, loosened.actual_c[:count]).astype(np.float64)
    share_s = np.divide(np.minimum(now_s, before_s), now_s, out=np.ones_like(now_s),
                        where=now_s > 0.0)
    kept_c = plan_c.copy()
    kept_c[:count] *= share_s[state]
    return kept_c, np.where(np.arange(len(plan_c)) < count, plan_c - kept_c, 0.0), _bare_i(
        loosened, plan_c)


def _option_columns(loosened: Loosened) -> tuple[Whole, NDArray[np.bool_], Floats, Floats]:
    """Columns but bare land: base column, whether new, bounds; stocks stand at the end."""
    program, count = loosened.program, loosened.option_count
    state = state_o(loosened)
    before_s = np.bincount(state, loosened.actual_c[:count])
    kept = np.flatnonzero(before_s[state] > 0.0)
    fresh = np.flatnonzero(~loosened.extra_c[:count])
    stocks = np.arange(count, program.shape[1])
    base = np.concatenate([kept, fresh, stocks])
    new = np.concatenate([np.zeros(len(kept), bool), np.ones(len(fresh), bool),
                          np.zeros(len(stocks), bool)])
    lower = np.where(new, 0.0, program.column_lower[base])
    most = np.concatenate([np.minimum(program.column_upper[kept], before_s[state[kept]]),
                           program.column_upper[fresh], program.column_upper[stocks]])
    return base, new, lower, most


def _several(loosened: Loosened) -> tuple[Whole, int]:
    """Number of the row A15 of each state (-1 for none), and how many rows there are."""
    count, state = loosened.option_count, state_o(loosened)
    before_s = np.bincount(state, loosened.actual_c[:count])
    several_s = (before_s > 0.0) & (np.bincount(state) > 1)
    return np.where(several_s, np.cumsum(several_s) - 1, -1), int(several_s.sum())


def _several_actual(loosened: Loosened) -> Floats:
    """Hectares of the actual plan in each state that has a row A15."""
    count, state = loosened.option_count, state_o(loosened)
    before_s = np.bincount(state, loosened.actual_c[:count])
    return np.asarray(before_s[_several(loosened)[0] >= 0], dtype=np.float64)


def _matrix(
    loosened: Loosened, base_c: Whole, new_c: NDArray[np.bool_], parcel_c: Whole
) -> sp.csc_array:
    """Loosened rows over the copied columns, land rows of bare land, then A15 and A16."""
    program, count = loosened.program, loosened.option_count
    columns, bare = len(base_c), np.flatnonzero(base_c < 0)
    copied = program.matrix[:, base_c[base_c >= 0]]
    land = np.flatnonzero(is_land(program))
    row_i = np.zeros(loosened.instance.land.count, dtype=np.int64)
    row_i[program.rows.parcel[land]] = land
    bare_part = sp.coo_array(
        (np.ones(len(bare)), (row_i[parcel_c[bare]], np.arange(len(bare)))),
        shape=(program.shape[0], len(bare)))
    row_s, rows = _several(loosened)
    kept = np.flatnonzero(~new_c & (base_c >= 0) & (base_c < count))
    row_of = row_s[state_o(loosened)[base_c[kept]]]
    kept, row_of = kept[row_of >= 0], row_of[row_of >= 0]
    several = sp.coo_array((np.ones(len(kept)), (row_of, kept)), shape=(rows, columns))
    counted = np.flatnonzero(new_c)
    changed = sp.coo_array((np.ones(len(counted)), (np.zeros(len(counted), int), counted)),
                           shape=(1, columns))
    return sp.csc_array(sp.vstack([sp.hstack([copied, bare_part]), several, changed],
                                  format="csc"))


def _row_labels(loosened: Loosened) -> RowLabels:
    """Labels: land rows are equations now; A15 and A16 have no family of their own."""
    rows = loosened.program.rows
    family = np.where(is_land(loosened.program), np.int8(Family.MUST_RECLAIM), rows.family)
    return RowLabels.concatenate([
        replace(rows, family=family.astype(np.int8)),
        RowLabels.of(Family.SCRIPT, _several(loosened)[1] + 1)])


def _column_labels(loosened: Loosened, base: Whole, bare_parcel: Whole) -> ColumnLabels:
    """Labels of the copied columns; bare land has a parcel and nothing else."""
    return loosened.program.columns.take(base).appended(len(bare_parcel), parcel=bare_parcel)
