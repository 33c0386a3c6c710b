"""`solve`: an instance becomes a certified plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from optimizer.solve.leads import open_zones, solve_with_leads
from optimizer.solve.run import Run
from optimizer.solve.solution import Solution

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.decomposition.log import Log

ENGINES = ("auto", "highs", "decomposition", "first-order", "pyomo")
Progress = Callable[[str], None]


def solve(
    instance: Instance, *, engine: str = "auto", whole_parcels: bool = False,
    gap: float | None = None, time_limit: float | None = None, model: Any = None,
    progress: Progress | None = None, log: Log | None = None, compact: bool | None = None,
) -> Solution:
    """Find the best plan of an instance, with its proof.

    Parameters
    ----------
    instance
        Checked instance.
    engine
        `auto`, `highs`, `decomposition` (prices of the shared limits let every parcel choose on
        its own; for large instances), `first-order` (prices of boundaries too; for large
        layouts: `auto` takes it from 2,000 parcels on), or `pyomo`: solve the published
        reference model, by HiGHS or, as `pyomo:NAME`, by any solver that Pyomo finds.
    whole_parcels
        Give every parcel one option or none.
    gap
        Relative gap at which a search over whole parcels, a decomposition or the first-order
        method may stop; None asks for the optimum, or of the first-order method for 1e-3 above
        10,000 parcels and for 5e-3 of whole parcels.
    time_limit
        Seconds for the solve; kept even where the solver does not keep it.
    model
        Pyomo model of this instance with constraints added; see `pyomo_model`.
    progress
        Told in a few words what is being done.
    log
        Told of every step of a decomposition, and every bound of the first-order method.
    compact
        Whether a solution by decomposition may keep only the options that matter (those of the
        plan and the best of every parcel and use): plan, prices, proof and tables are those of
        all options, but its program cannot be re-solved for other limits. A large layout then
        holds prices of boundaries beside a program without boundary rows. None means only where
        all of it would not fit; False, that `auto` solves layouts by HiGHS, however large.

    Raises
    ------
    ValueError
        For an unknown engine or arguments that do not go together.
    Infeasible
        If no plan meets the rules, with the reasons.
    Stopped
        At the time limit, with the best plan found so far, if any.
    SolverFault
        If the solver fails or its answer does not hold.
    """
    _refuse_arguments(instance, engine, whole_parcels, gap, time_limit)
    say, ends = progress or _silent, None if time_limit is None else time.monotonic() + time_limit

    def solve_one(one: Instance) -> Solution:
        left = None if ends is None else max(0.01, ends - time.monotonic())
        run = Run(one, say, left, log, compact)
        return run.solution(engine, whole_parcels=whole_parcels, gap=gap, model=model)

    if open_zones(instance):
        return solve_with_leads(instance, solve_one, say)
    return solve_one(instance)


def _refuse_arguments(
    instance: Instance, engine: str, whole_parcels: bool, gap: float | None,
    time_limit: float | None,
) -> None:
    if not hasattr(instance, "practices"):
        msg = f"solve takes an instance, as read_instance gives it, not {type(instance).__name__}"
        raise TypeError(msg)
    by_pyomo = engine == "pyomo" or engine.startswith("pyomo:")
    if engine not in ENGINES and not by_pyomo:
        msg = f"unknown engine {engine!r}: one of {', '.join(ENGINES)}"
        raise ValueError(msg)
    if whole_parcels and (by_pyomo or engine == "decomposition"):
        msg = ("whole parcels are solved by the highs and first-order engines; leave --engine at "
               "auto")
        raise ValueError(msg)
    if by_pyomo and time_limit is not None:
        msg = "a time limit is not kept through Pyomo; leave --engine at auto"
        raise ValueError(msg)
    if gap is not None and not 0.0 <= gap < 1.0:
        msg = f"gap is a share from 0 to below 1, not {gap!r}"
        raise ValueError(msg)
    if time_limit is not None and not time_limit > 0.0:
        msg = f"time_limit is in seconds and above 0, not {time_limit!r}"
        raise ValueError(msg)


def _silent(message: str) -> None:
    del message


