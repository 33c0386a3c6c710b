"""An instance solved by the first-order method, as a program, an answer and prices of edges.

The boundary rows are never laid out for the search. Where the instance is small enough, or its
whole program is asked for, the answer is then written out in its rows and columns; else the prices
of the edges stand beside the program without boundaries.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import edges_of, with_edges
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.objective import stage_costs
from optimizer.solve.certificate import (
    Certificate,
    best_per_parcel,
    certify,
    objective_of,
)
from optimizer.solve.decomposition.decompose import NotClosed
from optimizer.solve.decomposition.split import Unsuited
from optimizer.solve.edge_prices import EdgePrices
from optimizer.solve.errors import SolverFault, Stopped
from optimizer.solve.first_order.exact_end import MOST_FREE_WHOLE
from optimizer.solve.first_order.problem import Shares, shares_of
from optimizer.solve.first_order.search import Found, Search
from optimizer.solve.first_order.whole_end import MOST_GROUPED, Groups
from optimizer.solve.highs import solver_name
from optimizer.solve.layout_choice import EXACT_UP_TO_PARCELS
from optimizer.solve.linear import VIOLATION_ALLOWED, NoPlan
from optimizer.solve.stages import Answer, Staged, StageResult, solve_stages
from optimizer.solve.terms import objective_terms_of
from optimizer.solve.whole_parcels import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.formulation.objective import StageCost
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.decomposition.log import Log

#: A plan is called optimal below this gap, relative to the sizes of the objective's terms.
OPTIMAL = 1e-9
#: Gap that is aimed for where none was asked for above 10,000 parcels, and of whole ones.
DEFAULT_GAP, DEFAULT_GAP_WHOLE = 1e-3, 5e-3
#: A stock below this share of what was supplied is used up.
USED_UP = 1e-12
#: With more parcels HiGHS is not asked where no plan was found.
HIGHS_UP_TO_PARCELS = 20_000
#: With so many edge columns or fewer the answer is written out in the whole program; where nothing
#: was said of it, up to the second number.
FULL_UP_TO_EDGES, FULL_UNASKED_UP_TO_EDGES = 60_000, 500_000


@dataclass(frozen=True)
class LaidOut:
    """A layout solved.

    Parameters
    ----------
    staged
        Program, answer and proof; the program is without boundary rows where `edge_prices` are
        given.
    costs
        The stages, over the columns of that program.
    edge_prices
        Prices of the edges, where the program has no rows for them.
    """

    staged: Staged
    costs: tuple[StageCost, ...]
    edge_prices: EdgePrices | None


def default_gap(parcels: int, *, whole: bool) -> float:
    """Certified gap that is aimed for where none was asked for.

    The optimum up to 10,000 parcels whose parts may differ, or 150 whole ones; above a stated one,
    as the bound on whole parcels is that of the linear program.
    """
    if whole:
        return OPTIMAL if parcels <= MOST_FREE_WHOLE else DEFAULT_GAP_WHOLE
    return OPTIMAL if parcels <= EXACT_UP_TO_PARCELS else DEFAULT_GAP


class LayoutRun:
    """An instance on its way to a layout.

    Parameters
    ----------
    instance, options
        Checked instance, and its options.
    program, stages
        Its program without boundary rows, and its one stage with what a boundary costs.
    whole
        Whether every parcel gets one option or none.

    Raises
    ------
    Unsuited
        If the program is not of the kind the method takes.
    """

    def __init__(
        self, instance: Instance, options: Options, program: LinearProgram,
        stages: Sequence[StageCost], *, whole: bool = False,
    ) -> None:
        if len(stages) > 1:
            msg = "it takes one objective, not several in order"
            raise Unsuited(msg)
        stage = stages[0]
        self.instance, self.options, self.stage, self.whole = instance, options, stage, whole
        self.program = program.with_cost(stage.cost_c)
        self.neighbours = neighbours_of(instance)
        self.problem: Shares = shares_of(
            self.program, self.neighbours, stage.boundary, len(instance.practices.uses))
        self.wanted, self.asked = default_gap(self.problem.parcels, whole=whole), False
        self._groups = _groups(instance, options) if whole else None

    def search(
        self, *, gap: float | None = None, time_limit: float | None = None, log: Log | None = None,
    ) -> Found:
        """Find a plan and a bound.

        Raises
        ------
        NoPlan
            If no plan keeps the limits, with the prices that prove it where they are known.
        Stopped
            At the time limit, if no plan was found.
        NotClosed
            If no plan was found in all the steps there are.
        """
        deadline = None if time_limit is None else time.monotonic() + time_limit
        if gap is not None:
            self.wanted, self.asked = max(gap, OPTIMAL), True
        self._refuse_impossible(time_limit)
        search = Search(self.problem, gap=0.9 * self.wanted, whole=self.whole,
                        deadline=deadline, log=log, groups=self._groups)
        found = search.run()
        if found.impossible:
            raise NoPlan
        if found.share_o is None:
            if deadline is not None and time.monotonic() >= deadline:
                msg = "stopped at the time limit, before any plan was found"
                raise Stopped(msg)
            msg = f"no plan that keeps every rule was found in {found.steps:,} steps"
            if self.problem.parcels > HIGHS_UP_TO_PARCELS:
                # HiGHS would not come to an end either; loosening a rule, or parts, will help.
                whole = "; divide parcels (without whole parcels)" if self.whole else ""
                msg = f"{msg}: some rules leave hardly any room. Loosen one{whole}"
                raise Stopped(msg)
            raise NotClosed(msg)
        return found

    def _refuse_impossible(self, time_limit: float | None) -> None:
        """Prove that there is a plan at all, if boundaries cost nothing.

        Raises
        ------
        NoPlan
            If there is none.
        """
        from optimizer.solve.decomposition.answer import solve_decomposed

        with contextlib.suppress(NotClosed, Stopped):
            solve_decomposed(self.program, gap=0.5, time_limit=time_limit)

    def fits_in_full(self, compact: bool | None) -> bool:
        """Whether the whole program is to be laid out for the answer.

        Parameters
        ----------
        compact
            As in `solve`.
        """
        if compact is False:
            return True
        most = FULL_UP_TO_EDGES if compact else FULL_UNASKED_UP_TO_EDGES
        # A pair has an edge column for bare land at least, unless neither parcel has an option.
        if self.neighbours.count > most:
            return False
        return edges_of(self.instance, self.options).count <= most

    def laid_out(self, found: Found, *, in_full: bool) -> LaidOut:
        """The answer with its proof; as rows and columns of the whole program where `in_full`."""
        x_c, price_r = self._columns(found), np.zeros(self.program.shape[0])
        price_r[self.problem.split.row_r] = self.problem.prices(found.pi_r)
        edge_prices = EdgePrices.within(self.neighbours, found.price_el, self.stage.boundary)
        priced = edge_prices.priced(self.instance, self.options, self.program)
        rows, best = best_per_parcel(priced, priced.cost - priced.matrix.T @ price_r)
        price_r[rows] = np.where(np.isfinite(best), best, 0.0)
        terms, size = objective_terms_of(self.instance, self.options, self.stage, x_c)
        boundary = terms.get("boundary", 0.0)
        certificate = certify(priced, x_c, price_r, size)
        objective = objective_of(self.program, x_c) + boundary
        gap = (certificate.bound - objective) / max(1.0, size)
        certificate = replace(certificate, relative_gap=gap)
        answer = Answer(
            x_c=x_c, price_r=price_r, solver_bound=found.solver_bound,
            status=_status(found, gap, objective, size), reason=self._reason(found, gap),
            solver=f"first-order method with {solver_name()}", certificate=certificate)
        refuse_violated(certificate)
        if in_full:
            return self._in_full(answer, edge_prices, size)
        result = StageResult(
            number=self.stage.number, label=self.stage.label, unit=self.stage.unit,
            objective=objective, bound=certificate.bound, relative_gap=gap, floor=None,
            price_r=price_r, certificate=certificate)
        return LaidOut(Staged(self.program, answer, (result,)), (self.stage,), edge_prices)

    def _in_full(self, answer: Answer, edge_prices: EdgePrices, size: float) -> LaidOut:
        """The same answer as columns and rows of the whole program."""
        program = assemble(self.instance, self.options)
        edges = edges_of(self.instance, self.options).count
        x_c = with_edges(program, np.append(answer.x_c, np.zeros(edges)))
        price_r = np.append(answer.price_r, edge_prices.of_rows(self.instance, self.options))
        whole = replace(answer, x_c=x_c, price_r=price_r, certificate=None)
        costs = stage_costs(self.instance, self.options)
        staged = solve_stages(program, costs, lambda *_: whole, lambda *_: size)
        return LaidOut(staged, costs, None)

    def _columns(self, found: Found) -> NDArray[np.float64]:
        """Hectares of the options, and what is left of the stocks."""
        problem, split = self.problem, self.problem.split
        share_o = np.zeros(0) if found.share_o is None else found.share_o
        x_c = np.zeros(self.program.shape[1])
        x_c[:split.options] = share_o * split.area_i[problem.parcel_o]
        if len(split.stock_s):
            left_r = (problem.upper_r - problem.matrix.T @ share_o) * problem.size_r
            left_s = left_r[problem.soil_s]
            # What is left of a stock that is used up is rounding.
            supplied_s = np.abs(problem.upper_r * problem.size_r)[problem.soil_s]
            left_s[left_s <= USED_UP * supplied_s] = 0.0
            x_c[split.stock_s] = left_s
        return x_c

    def _reason(self, found: Found, gap: float) -> str:
        """Why this way, and how near it came, in words."""
        edges, parcels = self.problem.edges, self.problem.parcels
        return (f"first-order method: prices of {edges:,} shared boundaries and "
                f"{self.problem.rows:,} shared limits let {parcels:,} parcels choose on their own "
                f"({found.steps:,} steps, certified gap {max(gap, 0.0):.1e}; "
                f"{self.wanted:.0e} was {'asked' if self.asked else 'aimed'} for)")


def refuse_violated(certificate: Certificate) -> None:
    """Refuse a plan that breaks a rule.

    Raises
    ------
    SolverFault
        With the size of the violation.
    """
    if not certificate.primal_violation <= VIOLATION_ALLOWED:
        msg = (f"the plan breaks a rule by {certificate.primal_violation:.3g} of its size; it is "
               "not used")
        raise SolverFault(msg)


def _status(found: Found, gap: float, objective: float, size: float) -> str:
    """How the run ended."""
    searched = found.solver_bound is not None and (
        found.solver_bound - objective <= OPTIMAL_GAP * max(1.0, size))
    if gap <= OPTIMAL or searched:
        return "optimal"
    return "within_gap" if found.closed else "stopped"


def _groups(instance: Instance, options: Options) -> Groups:
    """Pieces that move together; refused where they are too many.

    Raises
    ------
    Unsuited
        If so many parcels are pieces of a group that all of them cannot be searched at once.
    """
    land = instance.land
    pieces = tuple(np.flatnonzero(land.group_i == group) for group in range(len(land.groups)))
    if sum(map(len, pieces)) > MOST_GROUPED:
        msg = f"more than {MOST_GROUPED} parcels are pieces of a group and move together"
        raise Unsuited(msg)
    return Groups(pieces, options.period_o)
