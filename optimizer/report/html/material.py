"""What a report is made from: a solution in hand, or the files of a result folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.report.output_schema import BY_NAME
from optimizer.report.tables import plain_columns

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.mining.record import MiningBalance
    from optimizer.analysis.rests_on import RestsOn
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.solution import Solution

#: Tables a report reads, beside the plan.
TABLES = ("parcels", "limits", "prices", "stocks", "carbon")


@dataclass(frozen=True)
class Material:
    """A result with everything its report tells.

    Parameters
    ----------
    instance
        What was solved.
    summary
        As in `summary.json`.
    tables
        `plan`, `parcels`, `limits`, `prices`, `stocks`, and with a carbon account `carbon`:
        numbers as numbers, flags as yes and no, all else as text.
    options, area_o
        What is done, and its hectares, shape (O,).
    balance
        The plan beside the mine.
    rests
        What its carbon rests on.
    """

    instance: Instance
    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    options: Options
    area_o: NDArray[np.float64]
    balance: MiningBalance
    rests: RestsOn

    @property
    def last_stage(self) -> Mapping[str, Any]:
        """The last stage of the objective."""
        stage: Mapping[str, Any] = self.summary["stages"][-1]
        return stage

    @property
    def unit(self) -> str:
        """Unit of the objective."""
        return str(self.summary["objective_unit"])

    @property
    def is_whole(self) -> bool:
        """Whether whole parcels were asked for, which have no prices."""
        return bool(self.summary.get("whole_parcels", self.summary["solver_bound"] is not None))

    @property
    def is_stopped(self) -> bool:
        """Whether this is an incumbent, not a plan."""
        return bool(self.summary["status"] == "stopped")

    def account(self, name: str) -> float:
        """Total of an account over all years."""
        from optimizer.formulation.accounts import account_total

        return float(account_total(self.instance, self.options, name) @ self.area_o)


def material_of(solution: Solution, summary: Mapping[str, Any]) -> Material:
    """Collect the material of a solution in hand."""
    from optimizer.analysis.mining.balance import mining_balance
    from optimizer.analysis.rests_on import rests_on

    used = np.flatnonzero(solution.area_o)
    tables = {name: plain_columns(getattr(solution, name)) for name in ("plan", *TABLES)
              if name != "carbon" or solution.instance.uses_carbon}
    return Material(solution.instance, summary, tables, solution.options.take(used),
                    solution.area_o[used], mining_balance(solution), rests_on(solution))


def read_material(folder: Path) -> Material:
    """Collect the material of a result folder, from its files alone, if they belong together.

    Raises
    ------
    InstanceRefused
        If a file is missing or cannot be read, or plan, tables, proof and instance do not belong
        together, as when one was changed by hand.
    """
    from optimizer.analysis.allocation import allocation_of
    from optimizer.analysis.mining.balance import mining_balance
    from optimizer.analysis.rests_on import rests_on_done
    from optimizer.analysis.stocks import follow_stocks
    from optimizer.report.export_checks import checked_result

    files, instance = checked_result(folder)
    read = {"plan": files.plan, "stocks": files.stocks, "prices": files.prices, **files.tables}
    tables = {name: _typed(table, f"{name}.csv") for name, table in read.items()}
    allocation = allocation_of(instance, files.plan, "plan.csv")
    stocks = follow_stocks(instance, allocation)
    done = np.flatnonzero(allocation.area_o > 0.0)
    options, area_o = allocation.options.take(done), allocation.area_o[done]
    return Material(instance, files.summary, tables, options, area_o,
                    mining_balance(instance, files.plan),
                    rests_on_done(instance, options, area_o, stocks.stock_kt))


def _typed(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """Turn columns that have a unit into numbers, blanks into NaN."""
    import pandas as pd

    numbers = {column.name for column in BY_NAME[file].columns if column.unit}
    return table.assign(**{
        str(name): pd.to_numeric(table[name], errors="coerce") if name in numbers
        else table[name].fillna("").astype(str) for name in table.columns})
