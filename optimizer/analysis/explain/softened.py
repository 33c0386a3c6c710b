"""The rules of an instance with every limit on a lever, held by one solver that is asked again.

    a x - slope (up - down)                        >= , <= , =  slope value       totals
    n - value d - width (up - down)                >= , <= , =  0                 ratios
    n = numerator x,  d = denominator x

`up` and `down` move the value of a limit, in its own unit; all rows of one limit move together.
The value of a ratio is one coefficient (that of d), so that it can be changed as quickly as a
bound. Slacks of a second tier (rows without a value, land that must be reclaimed, topsoil) are
locked until asked for. Nothing here knows an objective: only whether a plan exists, and how near.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.analysis.explain.asks import Ask, Outcome
from optimizer.analysis.explain.by_parcel import ByParcel
from optimizer.analysis.explain.levers import Lever, levers_of
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.highs import HighsSession

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

Floats = NDArray[np.float64]
#: Rows, columns and values of some coefficients.
Entry = tuple[NDArray[np.int64], NDArray[np.int64], Floats]
#: Relative changes below this are rounding: the rules hold. The bounds of a solve parcel by parcel
#: meet less closely.
NO_CHANGE, NO_CHANGE_BY_PARCEL = 1e-8, 2e-6
#: Above so many options the rules are solved parcel by parcel.
WHOLE_UP_TO = 20_000


def _session_of(program: LinearProgram, options: int) -> HighsSession | ByParcel:
    """Solver of the softened rules: whole, or parcel by parcel where there are many options."""
    return HighsSession(program) if options <= WHOLE_UP_TO else ByParcel(program, options)


class Softened:
    """The softened rules; values and which rules hold can be changed between asks.

    Parameters
    ----------
    instance, options, program
        As assembled.
    """

    def __init__(self, instance: Instance, options: Options, program: LinearProgram) -> None:
        self.instance, self.options, self.program = instance, options, program
        self.levers: tuple[Lever, ...] = levers_of(instance, options, program)
        # The values of the table; a limit without one stands at 0, where nothing reads it.
        self.table_l = np.nan_to_num(np.array([lever.value for lever in self.levers], dtype=float))
        self.value_l = self.table_l.copy()
        self.size_l = np.array([lever.size for lever in self.levers])
        family = program.rows.family
        self.must_rows = np.flatnonzero(family == Family.MUST_RECLAIM)
        self.soil_rows = np.flatnonzero(family == Family.SOIL_BALANCE)
        self.unvalued_rows = np.concatenate(
            [np.zeros(0, np.int64), *(lever.rows for lever in self.levers if not lever.by_value)])
        self._place()
        self.held_l = np.ones(len(self.levers), dtype=bool)
        self.must_held_s = np.ones(len(self.must_rows), dtype=bool)
        self.soil_held = True
        self.added_s = np.zeros(len(self.soil_rows))
        self.no_change = NO_CHANGE if options.count <= WHOLE_UP_TO else NO_CHANGE_BY_PARCEL
        self._session = _session_of(self._build(), options.count)
        self._bounds = self._row_bounds()

    def _place(self) -> None:
        """Decide where the added columns stand."""
        ratios = [(line, part) for line, lever in enumerate(self.levers) if lever.is_ratio
                  for part in range(len(lever.rows))]
        start, count = self.program.shape[1], len(self.levers)
        self.ratios = {key: start + 2 * place for place, key in enumerate(ratios)}
        self.up = start + 2 * len(ratios) + np.arange(count)
        self.down = self.up + count
        first = start + 2 * len(ratios) + 2 * count
        sizes = [2 * len(self.unvalued_rows), len(self.must_rows), len(self.soil_rows)]
        edges = first + np.concatenate([[0], np.cumsum(sizes)])
        self.rows_e, self.must_s, self.topsoil_s = (
            np.arange(a, b) for a, b in pairwise(edges))
        self.count = int(edges[-1])

    def _build(self) -> LinearProgram:
        """Lay rows and columns out; every added column starts locked at 0 (ratios free)."""
        program = self.program
        rows, columns = program.shape
        extra_rows = 2 * len(self.ratios)
        in_ratio_r = np.zeros(rows, dtype=bool)
        for line, part in self.ratios:
            in_ratio_r[self.levers[line].rows[part]] = True
        kept = sp.csr_array(sp.diags_array((~in_ratio_r).astype(float)) @ program.matrix.tocsr())
        kept.eliminate_zeros()
        entries = [*self._ratio_entries(rows), *self._slack_entries()]
        where_r, where_c, values = (np.concatenate(part) for part in zip(*entries, strict=True)) \
            if entries else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        base = kept.tocoo()
        matrix = sp.csc_array(sp.coo_array(
            (np.concatenate([base.data, values]),
             (np.concatenate([base.coords[0], where_r]),
              np.concatenate([base.coords[1], where_c]))),
            shape=(rows + extra_rows, self.count)))
        lower, upper = self._row_bounds()
        free = np.zeros(self.count, dtype=bool)
        free[columns:columns + extra_rows] = True
        locked = np.zeros(self.count - columns)
        return LinearProgram(
            matrix=matrix, row_lower=np.append(lower, np.zeros(extra_rows)),
            row_upper=np.append(upper, np.zeros(extra_rows)),
            column_lower=np.where(free, -np.inf, np.append(program.column_lower, locked)),
            column_upper=np.where(free, np.inf, np.append(program.column_upper, locked)),
            cost=self._first_costs(),
            rows=RowLabels.concatenate([program.rows, RowLabels.of(Family.SCRIPT, extra_rows)]),
            columns=program.columns.appended(len(locked)),
        )

    def _first_costs(self) -> Floats:
        """Costs of the usual size, which decide the scaling."""
        cost = np.zeros(self.count)
        cost[self.up], cost[self.down] = -1.0 / self.size_l, -1.0 / self.size_l
        return cost

    def _ratio_entries(self, rows: int) -> list[Entry]:
        """Rows that define n and d, and their places in the row of the limit."""
        entries = []
        for place, ((line, part), column) in enumerate(self.ratios.items()):
            lever = self.levers[line]
            own = rows + 2 * place
            for offset, (where, values) in enumerate((lever.numerators[part],
                                                      lever.denominators[part])):
                entries.append((np.full(len(where), own + offset), where, values))
                entries.append((np.array([own + offset]), np.array([column + offset]),
                                np.array([-1.0])))
            entries.append((np.full(2, lever.rows[part]), np.array([column, column + 1]),
                            np.array([1.0, -lever.value])))
        return entries

    def _slack_entries(self) -> list[Entry]:
        """Levers in the rows of their limits, and the slacks of the second tier."""
        entries = []
        for line, lever in enumerate(self.levers):
            if lever.basis != "equal":
                for column, sign in ((self.up[line], -1.0), (self.down[line], 1.0)):
                    entries.append((lever.rows, np.full(len(lever.rows), column),
                                    sign * lever.slope_r))
        rows, half = self.unvalued_rows, len(self.unvalued_rows)
        for columns, sign in ((self.rows_e[:half], 1.0), (self.rows_e[half:], -1.0)):
            entries.append((rows, columns, np.full(half, sign)))
        entries.append((self.must_rows, self.must_s, np.ones(len(self.must_rows))))
        entries.append((self.soil_rows, self.topsoil_s, -np.ones(len(self.soil_rows))))
        return entries

    def _row_bounds(self) -> tuple[Floats, Floats]:
        """Bounds of the program's rows at the present values, where rules hold."""
        lower, upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        for line, lever in enumerate(self.levers):
            if not self.held_l[line]:
                lower[lever.rows], upper[lever.rows] = -np.inf, np.inf
            elif lever.basis != "equal" and not lever.is_ratio:
                bound = lever.slope_r * self.value_l[line]
                lower[lever.rows] = bound if lever.sense != "<=" else -np.inf
                upper[lever.rows] = bound if lever.sense != ">=" else np.inf
        lower[self.must_rows[~self.must_held_s]] = -np.inf
        lower[self.soil_rows] += self.added_s
        upper[self.soil_rows] = upper[self.soil_rows] + self.added_s if self.soil_held else np.inf
        return lower, upper

    def hold(
        self, held_l: NDArray[np.bool_] | None = None,
        must_held_s: NDArray[np.bool_] | None = None, *, soil: bool = True,
    ) -> None:
        """Say which limits, duties to reclaim and supplies hold; None for all of them."""
        self.held_l = np.ones(len(self.levers), dtype=bool) if held_l is None else held_l.copy()
        self.must_held_s = np.ones(len(self.must_rows), dtype=bool) if must_held_s is None \
            else must_held_s.copy()
        self.soil_held = soil
        self._push()

    def set_values(self, value_l: Floats) -> None:
        """Put the limits at other values."""
        for (line, part), column in self.ratios.items():
            if value_l[line] != self.value_l[line]:
                self._session.change_coefficient(
                    int(self.levers[line].rows[part]), column + 1, -float(value_l[line]))
        self.value_l = np.array(value_l)
        self._push()

    def add_topsoil(self, added_s: Floats) -> None:
        """Add to the supplies of topsoil, m3."""
        self.added_s = np.array(added_s)
        self._push()

    def widen(self, line: int, width_r: Floats) -> None:
        """Say how much one unit of the value of a ratio is worth in each of its rows."""
        for row, width in zip(self.levers[line].rows, width_r, strict=True):
            self._session.change_coefficient(int(row), int(self.up[line]), -float(width))
            self._session.change_coefficient(int(row), int(self.down[line]), float(width))

    def _push(self) -> None:
        """Hand changed row bounds to the solver."""
        lower, upper = self._row_bounds()
        rows = np.flatnonzero((lower != self._bounds[0]) | (upper != self._bounds[1]))
        if len(rows):
            self._session.change_row_bounds(rows, lower[rows], upper[rows])
        self._bounds = lower, upper

    def ask(self, ask: Ask) -> Outcome:
        """Find the cheapest moves with which a plan exists."""
        moves = np.concatenate([self.up, self.down])
        columns = np.concatenate([moves, self.rows_e, self.must_s, self.topsoil_s])
        second_cost, second_upper = self._second(ask)
        cost = np.concatenate([ask.cost_up, ask.cost_down, second_cost])
        upper = np.concatenate([ask.upper_up, ask.upper_down, second_upper])
        lower = np.zeros(len(columns))
        lower[:len(self.up)] = ask.lower_up
        self._session.change_costs(columns, -cost)
        self._session.change_column_bounds(columns, lower, upper)
        if isinstance(self._session, ByParcel):
            self._session.sign_only = ask.sign_only
        raw = self._session.solve()
        if raw.status != "optimal":
            none = np.zeros(0)
            return Outcome(raw.status, np.inf, none, np.zeros(len(self.levers)), none, none, none,
                           none)
        x_c = raw.x_c
        return Outcome(
            "optimal", float(cost @ x_c[columns]), x_c[:self.program.shape[1]],
            x_c[self.up] - x_c[self.down], x_c[self.rows_e], x_c[self.must_s],
            x_c[self.topsoil_s], raw.price_r[:self.program.shape[0]])

    def _second(self, ask: Ask) -> tuple[Floats, Floats]:
        """Costs and upper bounds of the slacks of the second tier."""
        rows = self.program.row_upper
        supplies = rows[self.soil_rows]
        usual = float(supplies.mean()) if len(supplies) else 1.0
        cost = np.concatenate([
            np.ones(len(self.rows_e)), 1.0 / rows[self.must_rows],
            1.0 / np.where(supplies > 0.0, supplies, max(usual, 1.0))])
        open_s = np.full(len(cost), ask.second)
        if ask.topsoil_s is not None and len(self.soil_rows):
            open_s[-len(self.soil_rows):] |= ask.topsoil_s
        return cost, np.where(open_s, np.inf, 0.0)

    def ratio_of(self, outcome: Outcome, line: int) -> tuple[Floats, Floats]:
        """Numerators and denominators of a ratio at a plan, one a row."""
        lever = self.levers[line]
        def of(parts: tuple[tuple[NDArray[np.int64], Floats], ...]) -> Floats:
            return np.array([float(values @ outcome.x_c[where]) for where, values in parts])
        return of(lever.numerators), of(lever.denominators)
