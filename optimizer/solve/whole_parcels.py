"""Whole parcels: every parcel gets one option or none, and pieces of a group move together.

    x[i,u,m,t,k] = area_i z,  z in {0, 1}
    (G1)  share_i[u,t] - share_j[u,t] = 0   for consecutive pieces i, j of a group

Pieces of a group get the same use in the same period; method and source may differ, because
slope classes of one polygon need different works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import is_land, objective_of
from optimizer.solve.errors import SolverFault, Stopped
from optimizer.solve.highs import HighsSession
from optimizer.solve.isolated import Killed, run_isolated
from optimizer.solve.linear import NoPlan, refuse_broken
from optimizer.solve.raw import RawSolution
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: A relative gap below this counts as optimal: the solver's own arithmetic is no finer.
OPTIMAL_GAP = 1e-6
#: The solver is asked to stop this share of the limit early, so that it can say what it has.
MARGIN = 0.05


@dataclass(frozen=True)
class Found:
    """What the search came back with.

    Parameters
    ----------
    x_c
        Best whole solution in columns of the mixed program, shape (C,); empty for none.
    bound
        The solver's upper bound.
    stopped
        Whether the time limit ended it.
    solver
        Name and version.
    """

    x_c: NDArray[np.float64]
    bound: float
    stopped: bool
    solver: str


def with_groups(instance: Instance, options: Options, program: LinearProgram) -> LinearProgram:
    """Add the group rows: pieces of one group get the same use in the same period."""
    land = instance.land
    use_o = instance.practices.use_um[options.practice_o].astype(np.int64)
    cell_o = use_o * instance.calendar.count + options.period_o
    where, values, labels = [], [], []
    for group in range(len(land.groups)):
        for one, other in pairwise(np.flatnonzero(land.group_i == group)):
            both = np.flatnonzero((options.parcel_o == one) | (options.parcel_o == other))
            sign_o = np.where(options.parcel_o[both] == one, 1.0, -1.0)
            share_o = sign_o / land.area_i[options.parcel_o[both]]
            for cell in np.unique(cell_o[both]):
                where.append(both[cell_o[both] == cell])
                values.append(share_o[cell_o[both] == cell])
                labels.append((int(one), *divmod(int(cell), instance.calendar.count)))
    return _with_rows(program, where, values, labels)


def _with_rows(
    program: LinearProgram, where: list[NDArray[np.int64]], values: list[NDArray[np.float64]],
    labels: list[tuple[int, int, int]],
) -> LinearProgram:
    """Lay equality rows below a program."""
    count = len(where)
    if not count:
        return program
    start = np.concatenate([[0], np.cumsum([len(part) for part in where])])
    rows = sp.csr_array((np.concatenate(values), np.concatenate(where), start),
                        shape=(count, program.shape[1]))
    parcel, use, period = (np.array(axis) for axis in zip(*labels, strict=True))
    return replace(
        program,
        matrix=sp.csc_array(sp.vstack([program.matrix, rows], format="csc")),
        row_lower=np.append(program.row_lower, np.zeros(count)),
        row_upper=np.append(program.row_upper, np.zeros(count)),
        rows=RowLabels.concatenate([program.rows, RowLabels.of(
            Family.GROUP, count, parcel=parcel, use=use, period=period)]),
    )


def mixed_program(program: LinearProgram) -> tuple[LinearProgram, NDArray[np.float64]]:
    """Program in whole shares z of parcels, and the hectares one z stands for, shape (C,)."""
    option_c = program.columns.is_option
    land = np.flatnonzero(is_land(program))
    area_i = np.zeros(int(program.rows.parcel[land].max(initial=-1)) + 1)
    area_i[program.rows.parcel[land]] = program.row_upper[land]
    scale_c = np.ones(program.shape[1])
    scale_c[option_c] = area_i[program.columns.parcel[option_c]]
    lower_c, upper_c = program.column_lower / scale_c, program.column_upper / scale_c
    mixed = replace(
        program,
        matrix=sp.csc_array(program.matrix @ sp.diags_array(scale_c, format="csc")),
        cost=program.cost * scale_c,
        column_lower=np.where(option_c, np.ceil(lower_c - OPTIMAL_GAP), lower_c),
        column_upper=np.where(option_c, np.minimum(1.0, np.floor(upper_c + OPTIMAL_GAP)), upper_c),
        integer_c=option_c,
    )
    return mixed, scale_c


def solve_whole(
    program: LinearProgram, relaxed: Answer, *, gap: float | None = None,
    time_limit: float | None = None,
) -> Answer:
    """Find the best plan of whole parcels.

    Parameters
    ----------
    program
        In hectares, group rows included.
    relaxed
        Answer of the linear program, whose prices the plan keeps.
    gap
        Relative gap at which the search may stop; None asks for the optimum.
    time_limit
        Seconds; kept by ending the child process.

    Raises
    ------
    NoPlan
        If there is none.
    Stopped
        At the time limit, if nothing was found.
    SolverFault
        If the solver fails, or its plan does not hold.
    """
    mixed, scale_c = mixed_program(program)
    found = search(mixed, gap=OPTIMAL_GAP if gap is None else gap, time_limit=time_limit)
    if not len(found.x_c):
        if found.stopped:
            msg = "stopped at the time limit, before any plan of whole parcels was found"
            raise Stopped(msg)
        raise NoPlan
    x_c = with_edges(program, _exact(mixed, found.x_c) * scale_c)
    answer = Answer(
        x_c=x_c, price_r=relaxed.price_r, solver_bound=found.bound,
        status=_status(program, x_c, found), solver=f"{found.solver} (branch and bound)",
        reason="branch and bound in a process of its own: whole parcels were asked for",
    )
    refuse_broken(program, answer)
    return answer


def _status(program: LinearProgram, x_c: NDArray[np.float64], found: Found) -> str:
    """Whether the plan is proven, near enough, or neither."""
    objective = objective_of(program, x_c)
    if found.bound - objective <= OPTIMAL_GAP * max(1.0, abs(objective)):
        return "optimal"
    return "stopped" if found.stopped else "within_gap"


def _exact(mixed: LinearProgram, x_c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round the shares to whole ones and work the stocks out again."""
    whole_c = mixed.integer_c if mixed.integer_c is not None else np.zeros(len(x_c), dtype=bool)
    exact_c = np.where(whole_c, np.round(x_c), x_c)
    if np.all(whole_c):
        return exact_c
    fixed = replace(
        mixed, integer_c=None,
        column_lower=np.where(whole_c, exact_c, mixed.column_lower),
        column_upper=np.where(whole_c, exact_c, mixed.column_upper),
    )
    raw = HighsSession(fixed).solve("simplex")
    if raw.status != "optimal":
        msg = "the solver's plan of whole parcels breaks a rule once it is rounded to whole ones"
        raise SolverFault(msg)
    return np.where(whole_c, exact_c, np.maximum(raw.x_c, mixed.column_lower))


def search(mixed: LinearProgram, *, gap: float, time_limit: float | None = None) -> Found:
    """Branch and bound in a child process; what it found so far outlives it.

    Raises
    ------
    SolverFault
        If the child crashes before it has an answer.
    """
    best: list[tuple[NDArray[np.float64], float]] = []
    answer = run_isolated(
        "optimizer.solve.whole_parcels:search_in_child",
        {"mixed": mixed, "gap": gap, "time_limit": time_limit},
        time_limit=time_limit, on_message=best.append,
    )
    if isinstance(answer, Killed):
        x_c, bound = best[-1] if best else (np.zeros(0), np.inf)
        return Found(x_c, bound, stopped=True, solver="HiGHS, ended at the time limit")
    if not isinstance(answer, RawSolution):
        msg = f"the solver process answered with a {type(answer).__name__}"
        raise SolverFault(msg)
    if answer.status == "infeasible":
        return Found(np.zeros(0), -np.inf, stopped=False, solver=answer.solver)
    return Found(answer.x_c, answer.bound, answer.status == "time_limit", answer.solver)


def search_in_child(
    send: Callable[[Any], None], mixed: LinearProgram, gap: float, time_limit: float | None
) -> RawSolution:
    """Task of the child process: every better plan is sent while the search goes on."""
    soft_limit = None if time_limit is None else time_limit * (1.0 - MARGIN)
    session = HighsSession(mixed)
    return session.solve(gap=gap, time_limit=soft_limit,
                         incumbent_seen=lambda x_c, bound: send((x_c, bound)))
