"""`sensitivity`: what drives the optimum, and what drives the plan, over all that is uncertain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.alternatives.distance import difference_ha, hectares_iv
from optimizer.analysis.sweep.large import is_large
from optimizer.analysis.sweep.near import built
from optimizer.analysis.sweep.plan import Case
from optimizer.analysis.sweep.reference import NO_REFERENCE, solved_reference
from optimizer.analysis.sweep.solved import NoPlanBecause, Ready, ready_of, solve_near
from optimizer.analysis.uncertainty.cases import without_unknowns
from optimizer.analysis.uncertainty.design import (
    LEAST_BLOCKS,
    Design,
    Method,
    design_of,
    indices_of,
    salib_version,
)
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.unknowns import uncertain_of
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible, SolverFault
from optimizer.solve.linear import NoPlan

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.instance.unknowns import Uncertain
    from optimizer.solve.solution import Solution

#: Runs unless asked otherwise.
RUNS = {"morris": 200, "sobol": 1024}
SEED = 1
#: Columns of the answers before those of the uses.
ANSWERS = ("objective", "net_sink_tco2e", "reclaimed_ha", "changed_ha")


@dataclass(frozen=True)
class Sensitivity:
    """Outcome of a global sensitivity analysis. Tables are fresh copies.

    Parameters
    ----------
    instance
        The instance as it stands.
    nominal
        Its optimum.
    design
        The cases that were solved.
    blocks_used
        Trajectories or base points of which every case had a plan.
    salib
        Version of SALib.
    """

    instance: Instance
    nominal: Solution
    design: Design
    blocks_used: int
    salib: str
    _runs: pd.DataFrame
    _indices: pd.DataFrame

    @property
    def runs(self) -> pd.DataFrame:
        """One row a case: its numbers, status, reason, and its answers."""
        return self._runs.copy()

    @property
    def indices(self) -> pd.DataFrame:
        """One row an answer and number: how much the number drives the answer."""
        return self._indices.copy()


def sensitivity(
    instance: Instance, method: Method = "morris", *, runs: int | None = None, seed: int = SEED,
    numbers: Sequence[Uncertain] | None = None, progress: Callable[[str], None] | None = None,
) -> Sensitivity:
    """Vary everything uncertain at once, and say what the sink and the plan depend on.

    Parameters
    ----------
    instance
        Checked instance.
    method
        `morris` screens many numbers with few runs; `sobol` shares the variance out.
    runs
        Most cases to solve; None takes 200 for morris, 1,024 for sobol. The largest scheme that
        fits is used.
    seed
        Of the random numbers.
    numbers
        What is uncertain; None takes the uncertainty table.
    progress
        Told in a few words what is being done.

    Raises
    ------
    InstanceRefused
        If nothing is uncertain.
    Infeasible
        If the instance itself has no plan, or too many cases have none.
    ValueError
        If the runs are too few.
    SalibMissing
        If SALib is not installed.
    """
    chosen = uncertain_of(instance) if numbers is None else tuple(numbers)
    if not chosen:
        raise InstanceRefused(instance.name, [Finding(
            "uncertainty", "nothing uncertain", "no table of uncertainty, or none filled in",
            "at least one number: path, distribution and its figures",
            "Fill the table uncertainty in; `reclaim schema uncertainty` describes it.")])
    say = progress or (lambda _: None)
    version = salib_version()
    design = design_of(method, chosen, RUNS[method] if runs is None else runs, seed)
    say("the instance as it stands")
    ready = _ready(without_unknowns(instance))
    try:
        nominal = solve_near(ready, Case("", (), ()))
    except NoPlanBecause as none:
        raise Infeasible((str(none),)) from None
    table = _runs(ready, nominal, design, say)
    kept = design.kept_blocks((table["status"] == "optimal").to_numpy())
    if int(kept.sum()) < LEAST_BLOCKS[method]:
        raise Infeasible(_too_few(table))
    return Sensitivity(instance, nominal, design, int(kept.sum()), version, table,
                       _indices(design, table, kept))


def _ready(bare: Instance) -> Ready:
    """Solve the instance as it stands, for every case to start from.

    Raises
    ------
    Infeasible
        If it has no plan, with the reasons.
    """
    if is_large(bare):
        return ready_of(bare, NO_REFERENCE)
    try:
        return ready_of(bare, solved_reference("", (), built(bare)))
    except NoPlan:
        solve(bare)
        raise


def _too_few(table: pd.DataFrame) -> tuple[str, ...]:
    """Say why there are no indices."""
    bad = table[table["status"] != "optimal"]
    first = (f"{len(bad)} of {len(table)} cases have no plan, so that nothing can be said of what "
             "drives it: narrow the ranges, or loosen the limits")
    return (first, *(f"case {row.case}: {row.reason}" for row in bad.head(2).itertuples()))


def number_columns(design: Design, uses: Sequence[str]) -> tuple[str, ...]:
    """Headers of the numbers in the table of runs: labels, or paths where labels would clash."""
    taken = {"case", "status", "reason", *ANSWERS, *(f"{use}_ha" for use in uses)}
    labels = [number.label for number in design.numbers]
    return tuple(number.path if number.label in taken or labels.count(number.label) > 1
                 else number.label for number in design.numbers)


def _runs(
    ready: Ready, nominal: Solution, design: Design, say: Callable[[str], None]
) -> pd.DataFrame:
    """Solve every case; one without a plan has a reason in place of answers."""
    import pandas as pd

    base_iv = hectares_iv(nominal.instance, nominal.options, nominal.x_c)
    columns = number_columns(design, nominal.instance.practices.uses)
    rows = []
    for case, values in enumerate(design.value_nd):
        say(f"case {case + 1} of {len(design.value_nd)}")
        numbers = dict(zip(columns, values.tolist(), strict=True))
        answers = _answers(ready, design.overrides(case), base_iv)
        rows.append({"case": case + 1, **numbers, **answers})
    return pd.DataFrame(rows)


def _answers(
    ready: Ready, overrides: tuple[str, ...], base_iv: NDArray[np.float64]
) -> dict[str, Any]:
    """Status and answers of one case."""
    uses = ready.instance.practices.uses
    blank = {**dict.fromkeys(ANSWERS, np.nan), **{f"{use}_ha": np.nan for use in uses}}
    try:
        solution = solve_near(ready, Case("", overrides, ()))
    except NoPlanBecause as none:
        return {"status": "infeasible", "reason": str(none), **blank}
    except InstanceRefused as refused:
        return {"status": "refused", "reason": str(refused.findings[0]), **blank}
    except SolverFault as fault:
        return {"status": "failed", "reason": str(fault), **blank}
    area_iv = hectares_iv(solution.instance, solution.options, solution.x_c)
    sink = solution.net_sink_tco2e
    return {
        "status": "optimal", "reason": "", "objective": solution.objective,
        "net_sink_tco2e": np.nan if sink is None else sink,
        "reclaimed_ha": solution.reclaimed_ha, "changed_ha": difference_ha(area_iv, base_iv),
        **{f"{use}_ha": area for use, area in solution.area_by_use.items()},
    }


def _indices(
    design: Design, table: pd.DataFrame, kept: NDArray[np.bool_]
) -> pd.DataFrame:
    """Indices of every answer that is known."""
    import pandas as pd

    after = list(table.columns).index("reason") + 1
    answers = [name for name in table.columns[after:] if table[name].notna().any()]
    parts = []
    for answer in answers:
        values = table[answer].fillna(0.0).to_numpy(dtype=float)
        found = indices_of(design, values, kept)
        parts.append(pd.DataFrame({
            "answer": answer, "number": [number.label for number in design.numbers],
            "path": [number.path for number in design.numbers], **found}))
    return pd.concat(parts, ignore_index=True)
