r"""The softened rules solved by columns: plans of groups of parcels, priced parcel by parcel.

Once the few coupling rows are priced, every parcel takes its best option on its own. The master

    minimise    sum_gj cost_gj share_gj + cost . z
    subject to  lower <= sum_gj activity_gj share_gj + B z <= upper,   sum_j share_gj = 1

mixes the plans j found so far for each group g of parcels (z: levers, slacks, stocks); its prices
find better plans in one pass over the options, and bound the optimum from below. Plans stay for
the next question, so that asking again is quick. The mixture is itself a plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.analysis.explain.group_plans import (
    Master,
    Plans,
    bare_program,
    cheapest_options,
    raw_answer,
)
from optimizer.formulation.program import Family, LinearProgram
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import HighsSession
from optimizer.solve.raw import RawSolution

if TYPE_CHECKING:
    from optimizer.solve.raw import Status

Floats = NDArray[np.float64]
#: More groups need fewer passes over the options but a larger master.
GROUPS = 40
#: Rounds of pricing, of which some tens are usual.
ROUNDS = 400
#: The master's prices are exact only to the solver's tolerance: where rounds bring no more than
#: STILL (relative) for some rounds, bounds within STILL_MET of each other have met.
STILL, STILL_ROUNDS, STILL_MET = 1e-9, 3, 1e-5
#: A bound above this says for sure that something has to be paid.
SURELY = 1e-4
#: The bounds have met when they are closer than this, relative to the larger of 1 and the value.
MET = 1e-9
#: Above so many plans those that the master leaves out are forgotten, but for the newest.
MOST_PLANS, NEWEST_PLANS = 1200, 400
#: Missing a coupling row by more than this in the first phase is infeasible, relative to its size.
MISSED = 1e-9


class ByParcel:
    """A program whose land rows are taken apart; answers like a `HighsSession`.

    Parameters
    ----------
    program
        Options first and sorted by parcel; any other column may have any bound.
    options
        Number of options.
    """

    def __init__(self, program: LinearProgram, options: int) -> None:
        self._program, self._options = program, options
        family = program.rows.family
        in_land_r = (family == Family.LAND) | (family == Family.MUST_RECLAIM)
        self._land, self._coupling = np.flatnonzero(in_land_r), np.flatnonzero(~in_land_r)
        rows = program.matrix.tocsr()[self._coupling]
        self._of_options = sp.csc_array(rows[:, :options])
        self._transposed = sp.csr_array(self._of_options.T)
        self._of_others = sp.lil_array(rows[:, options:])
        self._cost = program.cost.copy()
        self._lower, self._upper = program.row_lower.copy(), program.row_upper.copy()
        self._column_lower = program.column_lower.copy()
        self._column_upper = program.column_upper.copy()
        self._position_r = np.full(program.shape[0], -1)
        self._position_r[self._coupling] = np.arange(len(self._coupling))
        self._place_parcels()
        largest = np.asarray(abs(self._of_options).max(axis=1).todense()).ravel() if options \
            else np.zeros(len(self._coupling))
        self._row_size = np.maximum(1.0, largest * float(self._area_i.sum()))
        self._plans = self._first_plans()
        #: Whether it is enough to know that something has to be paid.
        self.sign_only = False

    def _place_parcels(self) -> None:
        """Where the options of each parcel are, and which column lets it lie idle at a price."""
        parcel_o = self._program.columns.parcel[:self._options]
        self._parcel_i = self._program.rows.parcel[self._land]
        count = int(self._parcel_i.max(initial=-1)) + 1
        self._area_i = np.zeros(count)
        self._area_i[self._parcel_i] = self._upper[self._land]
        self._with_i = np.unique(parcel_o).astype(np.int64)
        self._start = np.searchsorted(parcel_o, self._with_i)
        self._must_i = np.zeros(count, dtype=bool)
        self._must_i[self._parcel_i] = np.isfinite(self._lower[self._land])
        self._row_i = np.full(count, -1)
        self._row_i[self._parcel_i] = self._land
        self._group_i = np.arange(count) % min(GROUPS, max(count, 1))
        others = self._program.matrix.tocsr()[self._land][:, self._options:].tocoo()
        self._idle_column_i = np.full(count, -1)
        self._idle_column_i[self._parcel_i[others.coords[0]]] = others.coords[1] + self._options
        self._members = [np.flatnonzero(self._group_i == g)
                         for g in range(int(self._group_i.max(initial=-1)) + 1)]

    def change_row_bounds(self, rows: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Give some rows new bounds; of land rows only whether it must be reclaimed."""
        self._lower[rows], self._upper[rows] = lower, upper

    def change_costs(self, columns: NDArray[np.int64], costs: Floats) -> None:
        """Give some columns new costs (gain per unit)."""
        self._cost[columns] = costs

    def change_column_bounds(
        self, columns: NDArray[np.int64], lower: Floats, upper: Floats
    ) -> None:
        """Give some columns new bounds."""
        self._column_lower[columns], self._column_upper[columns] = lower, upper

    def change_coefficient(self, row: int, column: int, value: float) -> None:
        """Give one coefficient of a coupling row and a column that is no option a new value."""
        self._of_others[self._position_r[row], column - self._options] = value

    def solve(self) -> RawSolution:
        """Find a plan that meets the coupling rows, then the cheapest."""
        short, _ = self._descend(first_phase=True)
        if short is not None and short.value > MISSED:
            return raw_answer("infeasible")
        best, status = self._descend(first_phase=False)
        if best is None:
            return raw_answer(status)
        return replace(raw_answer("optimal"), x_c=self._columns_of(best),
                       price_r=self._prices_of(best))

    def _descend(self, *, first_phase: bool) -> tuple[Master | None, Status]:
        """Price plans until the bounds meet; in the first phase until nothing is missed."""
        before, still = np.inf, 0
        for _ in range(ROUNDS):
            master = self._solve_master(first_phase=first_phase)
            if isinstance(master, str):
                return None, master
            if first_phase and master.value <= MISSED:
                return master, "optimal"
            found, bound = self._better_plans(master, first_phase=first_phase)
            met = MET * max(1.0, abs(master.value))
            if master.value - bound <= met or not len(found.group_j):
                return master, "optimal"
            still = still + 1 if before - master.value <= STILL * max(1.0, before) else 0
            before = master.value
            if still >= STILL_ROUNDS and master.value - bound <= STILL_MET * max(0.1, before):
                return master, "optimal"
            if first_phase and bound > 10 * MISSED and bound > 0.5 * master.value:
                return master, "optimal"
            if self.sign_only and bound > SURELY:
                return master, "optimal"
            self._forget(master)
            self._plans = self._plans.joined(found)
        msg = f"the bounds did not meet within {ROUNDS} rounds"
        raise SolverFault(msg)

    def _forget(self, master: Master) -> None:
        """Keep the master small: plans it does not mix can be found again."""
        count = len(self._plans.group_j)
        if count > MOST_PLANS:
            newest = np.arange(count) >= count - NEWEST_PLANS
            self._plans = self._plans.keeping(np.flatnonzero(newest | (master.share_j > 0.0)))

    def _idle_cost(self, *, first_phase: bool) -> Floats:
        """What it costs to leave each parcel idle, whole, shape (I,); inf where it may not."""
        cost_i = np.zeros(len(self._area_i))
        must = np.zeros(len(cost_i), dtype=bool)
        must[self._parcel_i] = np.isfinite(self._lower[self._land])
        column_i = self._idle_column_i
        open_i = must & (column_i >= 0) & (self._column_upper[column_i] > 0.0)
        cost_i[must] = np.inf
        cost_i[open_i] = 0.0 if first_phase else (
            -self._cost[column_i[open_i]] * self._area_i[open_i])
        return cost_i

    def _plan_costs(self, *, first_phase: bool) -> Floats:
        """Cost of each plan, shape (J,); inf where it leaves idle what must be reclaimed."""
        idle_i = self._idle_cost(first_phase=first_phase)
        each = self._plans.idle_j
        plan = np.repeat(np.arange(len(each)), [len(idle) for idle in each])
        where = np.concatenate([np.zeros(0, np.int64), *each])
        forbidden = np.bincount(plan, np.isinf(idle_i[where]), minlength=len(each)) > 0
        cost = np.bincount(plan, np.where(np.isinf(idle_i), 0.0, idle_i)[where],
                           minlength=len(each))
        return np.where(forbidden, np.inf, cost)

    def _solve_master(self, *, first_phase: bool) -> Master | Status:
        """Mix the plans found so far."""
        plans, count = self._plans, len(self._coupling)
        groups, others = len(self._members), self._of_others.shape[1]
        cost_j = self._plan_costs(first_phase=first_phase)
        usable = np.isfinite(cost_j)
        size = self._row_size
        missing = sp.hstack([sp.diags_array(size), -sp.diags_array(size)]) if first_phase \
            else sp.csc_array((count, 0))
        matrix = sp.vstack([
            sp.hstack([sp.csc_array(plans.activity_rj), self._of_others, missing]),
            sp.hstack([
                sp.csc_array((np.ones(len(cost_j)), (plans.group_j, np.arange(len(cost_j)))),
                             shape=(groups, len(cost_j))),
                sp.csc_array((groups, others + missing.shape[1]))]),
        ])
        z_cost = np.zeros(others) if first_phase else self._cost[self._options:]
        z_lower, z_upper = self._column_lower[self._options:], self._column_upper[self._options:]
        zeros = np.zeros(missing.shape[1])
        idle = self._land_slacks()
        program = bare_program(
            matrix, np.append(self._lower[self._coupling], np.ones(groups)),
            np.append(self._upper[self._coupling], np.ones(groups)),
            np.concatenate([np.zeros(len(cost_j)), z_lower, zeros]),
            np.concatenate([np.where(usable, np.inf, 0.0), np.where(idle, z_lower, z_upper),
                            zeros + np.inf]),
            np.concatenate([-np.where(usable, cost_j, 0.0), z_cost, zeros - 1.0]))
        raw = HighsSession(program).solve("simplex")
        if raw.status != "optimal":
            return raw.status
        return Master(-float(program.cost @ raw.x_c), raw.x_c[:len(cost_j)],
                       raw.x_c[len(cost_j):len(cost_j) + others], -raw.price_r[:count],
                       -raw.price_r[count:])

    def _land_slacks(self) -> NDArray[np.bool_]:
        """Columns that let land lie idle: they are part of the plans, not of the master."""
        mask = np.zeros(self._of_others.shape[1], dtype=bool)
        mask[self._idle_column_i[self._idle_column_i >= 0] - self._options] = True
        return mask

    def _better_plans(self, master: Master, *, first_phase: bool) -> tuple[Plans, float]:
        """Plans of groups that the master's prices ask for, and the bound that they prove.

        A plan costs `cost - price . activity`; the least of it over a group may be below what the
        master pays for the group, and what it is below is missing to a proof.
        """
        idle_i = self._idle_cost(first_phase=first_phase)
        chosen_i, best_i = self._best_options(master.price_r, idle_i)
        worth_g = np.bincount(self._group_i, best_i, minlength=len(self._members))
        if not np.all(np.isfinite(worth_g)):
            return self._plans_of(chosen_i, np.zeros(0, np.int64)), np.inf
        gain_g = master.price_g - worth_g
        bound = master.value - float(np.maximum(gain_g, 0.0).sum())
        wanted = np.flatnonzero(gain_g > MET * 1e-3 * max(1.0, abs(master.value)))
        return self._plans_of(chosen_i, wanted), bound

    def _best_options(self, price_r: Floats, idle_i: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Cheapest option of every parcel (-1 idle) and its cost at these prices, shapes (I,)."""
        return cheapest_options(-(self._transposed @ price_r), self._start, self._with_i,
                                self._area_i, idle_i)

    def _plans_of(self, chosen_i: NDArray[np.int64], groups: NDArray[np.int64]) -> Plans:
        """Plans of some groups."""
        used_i = np.flatnonzero(chosen_i >= 0)
        shares = sp.csc_array(
            (self._area_i[used_i], (chosen_i[used_i], self._group_i[used_i])),
            shape=(self._options, len(self._members)))
        activity = (self._of_options @ shares).toarray()
        return Plans(groups, activity[:, groups],
                     tuple(chosen_i[self._members[g]] for g in groups),
                     tuple(self._members[g][self._must_i[self._members[g]]
                                            & (chosen_i[self._members[g]] < 0)] for g in groups))

    def _first_plans(self) -> Plans:
        """Idle land, all land at its first option, and the most of every row that asks for it."""
        every = np.arange(len(self._members))
        count = len(self._area_i)
        taken = np.full(count, -1)
        taken[self._with_i] = self._start
        plans = self._plans_of(np.full(count, -1), every).joined(self._plans_of(taken, every))
        for row in np.flatnonzero(np.isfinite(self._lower[self._coupling])):
            price_r = np.where(np.arange(len(self._coupling)) == row, 1.0, 0.0)
            chosen_i, _ = self._best_options(price_r, np.full(count, np.inf))
            plans = plans.joined(self._plans_of(chosen_i, every))
        return plans

    def _columns_of(self, master: Master) -> Floats:
        """Columns of the program that the mixture stands for."""
        x_c = np.zeros(self._program.shape[1])
        x_c[self._options:] = master.z
        for share, g, chosen in zip(master.share_j, self._plans.group_j, self._plans.chosen_j,
                                    strict=True):
            if share <= 0.0:
                continue
            members = self._members[g]
            used = chosen >= 0
            np.add.at(x_c, chosen[used], share * self._area_i[members[used]])
            column = self._idle_column_i[members[~used]]
            held = np.isfinite(self._lower[self._row_i[members[~used]]])
            slack = (column >= 0) & held
            np.add.at(x_c, column[slack], share * self._area_i[members[~used][slack]])
        return x_c

    def _prices_of(self, master: Master) -> Floats:
        """Prices of the coupling rows in the sense of a `HighsSession`; land has none here."""
        return np.asarray(np.bincount(
            self._coupling, -master.price_r, self._program.shape[0]), dtype=np.float64)
