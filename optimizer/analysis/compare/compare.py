"""`compare`: an actual plan against the optimum, and what the gap is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.check import check_plan
from optimizer.analysis.compare.actual import read_actual
from optimizer.analysis.compare.chain import solve_chain
from optimizer.analysis.compare.completion import complete
from optimizer.analysis.compare.executors import packed, solver_by
from optimizer.analysis.compare.loosened import loosen
from optimizer.analysis.compare.record import Comparison, plan_frame

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance


def compare(
    instance: Instance, actual: pd.DataFrame | str | Path, *,
    use_map: Mapping[str, str] | str | Path | None = None, executor: Any = None,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Hold an actual plan against the optimum.

    Parameters
    ----------
    instance
        Checked instance.
    actual
        A plan as CSV or Parquet file, or as a table: parcel, use, and where known method,
        period, source, area_ha (blank: the whole parcel) and fixed (done already, cannot
        change). What is blank though there is a choice is completed; see `Comparison.completion`.
    use_map
        Land-class code -> use, or a file with the columns code and use, where the plan names
        uses by codes (as text: 0103 is not 103). A blank use leaves the land as it is.
    executor
        Any `concurrent.futures` executor, or a Dask client: the programs of the comparison (up to
        eight, none of which waits for another) are its tasks. None solves them here, one by one.
    progress
        Told in a few words what is being done.

    Returns
    -------
    Comparison
        On the first stage of the objective. Rules the plan breaks are loosened to its own level,
        in the optimum too; `optimal_within_rules` is the optimum without that.

    Raises
    ------
    InstanceRefused
        With everything that is wrong with the plan or the map.
    TypeError
        If the executor is none.
    SolverFault
        If the solver fails or its answer does not hold.
    """
    tell = progress or (lambda _: None)
    rows = read_actual(instance, actual, use_map)
    tell("completing the actual plan")
    completion = complete(instance, rows)
    loosened = loosen(instance, completion.allocation, completion.fixed_o, rows.file)
    by = None
    if executor is not None:
        pack = packed(instance, completion.allocation, completion.fixed_o)
        by = solver_by(executor, pack, tell)
    chain = solve_chain(loosened, method_measured=completion.method_measured, progress=progress,
                        by=by)
    tell("judging both plans")
    optimal = plan_frame(instance, loosened.options, chain.steps["scale"].x_c)
    return Comparison(
        instance=instance, loosened=loosened, completion=completion, steps=chain.steps,
        alone=chain.alone, within_rules=chain.within_rules, optimum=chain.optimum,
        judgement=check_plan(instance, completion.plan, rows.file),
        judgement_optimal=check_plan(instance, optimal, "optimum"),
    )
