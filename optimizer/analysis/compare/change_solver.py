r"""Solves the program of the gain curve for any D, over a pool of columns that grows as needed.

Of the many options hardly any is ever taken. The pool starts with what the actual plan and the
optimum use; every answer prices all other options, and where one would earn more than its land
does, it joins the pool and the smaller program is solved again. It ends when the bound

    bound = sum(y+ upper - y- lower) + sum_c (d+ upper + d- lower) + sum_i area_i max(0, max d_new)

over *all* columns, which holds for any prices y, lies no higher than the plan: then the plan is
optimal for the whole program, and y_A16 a slope of the curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.analysis.compare.change_program import ChangeProgram, Floats
from optimizer.formulation.program import LinearProgram
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.certificate import primal_violation, right_signs, stock_caps
from optimizer.solve.errors import NoAnswer, SolverFault
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.highs.basis import LOWER
from optimizer.solve.linear import GAP_ALLOWED, GAP_WANTED, VIOLATION_ALLOWED
from optimizer.solve.raw import RawSolution

#: So many of the best options of a parcel join the pool at a time.
AT_A_TIME = 3
#: Up to so many columns the pool holds all of them from the start.
WHOLE_UP_TO = 6_000


@dataclass(frozen=True)
class ChangeAnswer:
    """The best plan in which no more than some hectares change.

    Parameters
    ----------
    hectares
        D.
    objective, bound
        Of the plan, and what no plan that changes so little can exceed.
    price
        What one more hectare adds.
    x_c, price_r
        Columns and prices of the change program, shapes (C,) and (R,).
    """

    hectares: float
    objective: float
    bound: float
    price: float
    x_c: Floats
    price_r: Floats


class ChangeSolver:
    """Solves a change program for one D after another.

    Parameters
    ----------
    made
        The program.
    optimum_c
        An optimum of the loosened program, whose options start the pool.
    """

    def __init__(self, made: ChangeProgram, optimum_c: Floats) -> None:
        self.made = made
        self._rows = sp.csr_array(made.program.matrix.T)
        columns = made.program.shape[1]
        fresh = made.new_c & (made.base_c >= 0)
        self._fresh = np.flatnonzero(fresh)
        self._most_c = _most(made.program, self._fresh)
        self._area_i = made.loosened.instance.land.area_i
        self._pool = np.ones(columns, dtype=bool)
        if columns > WHOLE_UP_TO:
            self._pool = ~fresh | (made.start(optimum_c) > 0.0)
        self._columns = np.flatnonzero(self._pool)
        self._part = _part(made.program, self._columns)
        self._session: HighsSession | None = None
        self._places: dict[float, Basis] = {}
        self._latest = math.nan
        self.solves = 0

    def solve(self, hectares: float) -> ChangeAnswer:
        """Find the best plan in which no more than some hectares change.

        Raises
        ------
        SolverFault
            If the solver fails, or its answer does not hold.
        """
        program = self.made.allowing(hectares)
        part, joined = self._told(program, hectares), False
        while True:
            raw = self._solved(part, joined=joined)
            x_p = np.clip(raw.x_c, part.column_lower, part.column_upper)
            price_r = right_signs(program, raw.price_r)
            reduced_c = np.asarray(program.cost - self._rows @ price_r)
            objective = part.value(x_p)
            bound = self._bound(program, price_r, reduced_c)
            size = max(1.0, float(np.abs(part.cost * x_p).sum()))
            better = self._better(reduced_c)
            if bound - objective <= GAP_WANTED * size or not len(better):
                break
            part, joined = self._widened(program, better), True
        if self._session is not None:
            self._places[hectares] = self._session.basis
        self._latest = hectares
        self.solves += 1
        _refuse_weak(part, x_p, (bound - objective) / size)
        x_c = np.zeros(program.shape[1])
        x_c[self._columns] = x_p
        return ChangeAnswer(hectares, objective, bound, float(price_r[self.made.row]), x_c, price_r)

    def _told(self, program: LinearProgram, hectares: float) -> LinearProgram:
        """Tell the session what may change now, and whence to start; return what it holds."""
        self._part = replace(self._part, row_upper=program.row_upper)
        if self._session is None:
            return self._part
        row = np.array([self.made.row])
        self._session.change_row_bounds(row, program.row_lower[row], program.row_upper[row])
        nearest = min(self._places, key=lambda at: abs(at - hectares), default=self._latest)
        if nearest != self._latest:
            self._session.start_from_basis(self._padded(self._places[nearest]))
        return self._part

    def _padded(self, basis: Basis) -> Basis:
        """A basis of a smaller pool; what joined since stands at its bound."""
        joined = len(self._columns) - len(basis.column_c)
        return Basis(np.append(basis.column_c, np.full(joined, LOWER, np.int8)), basis.row_r)

    def _solved(self, part: LinearProgram, *, joined: bool) -> RawSolution:
        """Solve the program over the pool from the plan at hand: only D, or the pool, is another.

        Another D breaks a rule and keeps the prices right, which is for the dual simplex; columns
        that join keep the rules, which is for the primal one.
        """
        try:
            if self._session is None:
                self._session = HighsSession(part)
                self._session.price_by_devex()
            raw = self._session.climb() if joined else self._session.solve("simplex")
        except NoAnswer:
            self._session, raw = solve_afresh(part)
        if raw.status != "optimal" or not len(raw.price_r):
            msg = f"the solver calls a program with a known plan {raw.status}"
            raise SolverFault(msg)
        return raw

    def _better(self, reduced_c: Floats) -> NDArray[np.int64]:
        """The best options of each parcel outside the pool that would earn more than its land."""
        waiting = self._fresh[~self._pool[self._fresh]]
        waiting = waiting[reduced_c[waiting] > 0.0]
        parcel = self.made.parcel_c[waiting]
        order = np.lexsort((-reduced_c[waiting], parcel))
        waiting, parcel = waiting[order], parcel[order]
        first = np.searchsorted(parcel, parcel)
        return waiting[np.arange(len(waiting)) - first < AT_A_TIME]

    def _widened(self, program: LinearProgram, better: NDArray[np.int64]) -> LinearProgram:
        """Let options join the pool."""
        self._pool[better] = True
        self._columns = np.append(self._columns, better)
        if self._session is not None:
            self._session.add_columns(_part(program, better))
        self._part = _part(program, self._columns)
        return self._part

    def _bound(self, program: LinearProgram, price_r: Floats, reduced_c: Floats) -> float:
        """What no plan can exceed, from any prices; see the top of the module."""
        up = np.where(price_r > 0.0, program.row_upper, 0.0)
        down = np.where(price_r < 0.0, program.row_lower, 0.0)
        best_i = np.zeros(len(self._area_i))
        np.maximum.at(best_i, self.made.parcel_c[self._fresh], reduced_c[self._fresh])
        worth_c = np.where(reduced_c > 0.0, reduced_c * self._most_c,
                           reduced_c * program.column_lower)
        return math.fsum((program.offset, float((price_r * (up + down)).sum()),
                          float(worth_c.sum()), float(best_i @ self._area_i)))


def _most(program: LinearProgram, fresh: NDArray[np.int64]) -> Floats:
    """Upper bounds of the columns that a parcel does not bound together, shape (C,)."""
    most_c = program.column_upper.copy()
    most_c[fresh] = 0.0
    most_c[program.columns.is_edge] = 1.0  # shares never differ by more
    stock = np.flatnonzero(program.columns.is_stock)
    if len(stock):
        columns = program.columns
        most_c[stock] = stock_caps(program)[columns.source[stock], columns.period[stock]]
    return most_c


def _part(program: LinearProgram, columns: NDArray[np.int64]) -> LinearProgram:
    """Return the program over some of its columns."""
    return replace(
        program, matrix=sp.csc_array(program.matrix[:, columns]), cost=program.cost[columns],
        column_lower=program.column_lower[columns], column_upper=program.column_upper[columns],
        columns=program.columns.take(columns))


def _refuse_weak(program: LinearProgram, x_c: Floats, gap: float) -> None:
    """Refuse an answer that breaks a row or is not proven."""
    violation = primal_violation(program, x_c)
    if not violation <= VIOLATION_ALLOWED or not gap <= GAP_ALLOWED:
        msg = (f"the solver's plan breaks a rule by {violation:.3g} of its size, or may be "
               f"{gap:.3g} short of the optimum; it is not used")
        raise SolverFault(msg)
