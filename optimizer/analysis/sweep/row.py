"""One row of the table of cases: what a planner asks of a plan, flat and named with units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.sweep.plan import Case
from optimizer.formulation.accounts import account_total
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import row_name

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution

#: Column -> value; numbers, texts, or None where there is none.
Row = dict[str, float | str | None]
STATUSES = ("optimal", "infeasible", "refused", "stopped", "crashed", "failed")
#: Accounts every instance has, apart from carbon and area.
ACCOUNTS = ("cost", "income", "water", "labour", "soil")
#: Groups of columns, in the order of the table.
AREA, ACCOUNT, CARBON, PRICE, SOIL_PRICE = (
    "area_ha:", "account:", "carbon_tco2e:", "price:", "soil_price:")
#: Areas below this, relative to the parcel, are rounding and not part of a plan.
NO_AREA = 1e-12


def row_of(case: Case, solution: Solution) -> Row:
    """Flatten a solution.

    Parameters
    ----------
    case
        Name and parameters.
    solution
        Its optimum.
    """
    row = row_without_plan(case, solution.status, "")
    return row | {
        "objective": solution.objective, "objective_unit": solution.stages[-1].unit,
        "net_sink_tco2e": solution.net_sink_tco2e, "reclaimed_ha": solution.reclaimed_ha,
        **{f"{AREA}{use}": area for use, area in solution.area_by_use.items()},
        **_accounts(solution),
        **{f"{CARBON}{term}": value for term, value in solution.carbon_terms.items()},
        **_prices(solution),
        "relative_gap": solution.relative_gap,
    }


def row_without_plan(case: Case, status: str, reason: str) -> Row:
    """Row of a case that has no plan."""
    return {"case": case.name, **dict(case.parameters), "status": status, "reason": reason}


def _accounts(solution: Solution) -> Row:
    """Totals over the whole account of everything but carbon."""
    instance = solution.instance
    table = instance.table("accounts")
    added = [] if table is None else [str(name) for name in table.text("account")]
    used = np.flatnonzero(solution.area_o)
    chosen, area_o = solution.options.take(used), solution.area_o[used]
    names = dict.fromkeys([*ACCOUNTS, *added])
    return {f"{ACCOUNT}{name}": math.fsum(account_total(instance, chosen, name) * area_o)
            for name in names}


def _prices(solution: Solution) -> Row:
    """Prices of limits and topsoil in the last stage."""
    program, prices = solution.program, {}
    families = (Family.LIMIT, Family.SOIL_BALANCE)
    is_limit = program.rows.family == Family.LIMIT
    several = np.bincount(program.rows.limit[is_limit], minlength=1) > 1
    for row in np.flatnonzero(np.isin(program.rows.family, families)):
        name = row_name(solution.instance, program, int(row))
        if program.rows.family[row] == Family.LIMIT:
            axes = ",".join(part for part in (name.use, name.method, name.zone, name.period)
                            if part)
            told_apart = axes and several[program.rows.limit[row]]
            key = f"{PRICE}{name.limit}" + (f"[{axes}]" if told_apart else "")
        else:
            key = f"{SOIL_PRICE}{name.source}[{name.period}]"
        prices[key] = float(solution.price_r[row]) + 0.0
    return dict(prices)
