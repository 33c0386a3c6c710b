"""Files of `reclaim robust`: values of every plan in every case, and a folder for each goal."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.report.folder import whole_folder
from optimizer.report.output import write_out
from optimizer.report.robust_picture import draw_values
from optimizer.report.robust_text import area_by_use
from optimizer.report.summary import summary_text
from optimizer.report.tables import LARGE_PARCELS, write_table
from optimizer.solve.tables import option_names
from optimizer.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.uncertainty.robust import JudgedPlan, Robust

#: File that marks a folder as a result of `robust`.
MARK = "robust.json"


def robust_record(found: Robust) -> dict[str, Any]:
    """What was found as plain values."""
    return {
        "instance": found.instance.name, "instance_sha256": found.instance.sha256,
        "overrides": list(found.instance.settings.overrides), "version": __version__,
        "objective_unit": found.unit, "alpha": found.alpha,
        "cases": [{"case": case.name, "probability": case.probability,
                   "overrides": list(case.overrides), "best": case.optimum.objective}
                  for case in found.cases],
        "best_expected": found.best_expected, "options_barred": found.barred,
        "plans": [_plan(found, plan) for plan in every_plan(found)],
    }


def every_plan(found: Robust) -> tuple[JudgedPlan, ...]:
    """The optimum as it stands, that of every case, then the plans for goals."""
    return (found.nominal, *found.of_case, *found.plans)


def _plan(found: Robust, plan: JudgedPlan) -> dict[str, Any]:
    """One plan as plain values."""
    uses = found.instance.practices.uses
    return {
        "plan": plan.name, "expected": plan.expected, "worst": plan.worst, "regret": plan.regret,
        "cvar": plan.cvar, "as_it_stands": plan.nominal.value,
        "price": found.price(plan), "price_expected": found.price_expected(plan),
        "keeps_all": plan.keeps_all, "keeps_as_it_stands": not plan.nominal.broken,
        "bound": _known(plan.bound), "relative_gap": _known(plan.relative_gap),
        "area_by_use": dict(zip(uses, area_by_use(found, plan), strict=True)),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def values_table(found: Robust) -> pd.DataFrame:
    """Value of every plan in every case, and the rule it breaks there."""
    import pandas as pd

    rows = []
    for plan in every_plan(found):
        for case, payoff in zip(found.cases, plan.cases, strict=True):
            rows.append({
                "plan": plan.name, "case": case.name, "probability": case.probability,
                "value": payoff.value, "regret": case.optimum.objective - payoff.value,
                "broken": payoff.broken})
    return pd.DataFrame(rows)


def plan_frame(found: Robust, plan: JudgedPlan) -> pd.DataFrame:
    """Hectares of every option of a plan, as in plan.csv."""
    import pandas as pd

    used = np.flatnonzero(plan.area_o)
    names = option_names(found.instance, plan.options.take(used))
    return pd.DataFrame({**names, "area_ha": plan.area_o[used]})


def write_robust(found: Robust, folder: Path, *, overwrite: bool = False) -> None:
    """Write everything, whole or not at all.

    A plan that breaks a rule of the instance as it stands has its hectares only.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    large = found.instance.land.count > LARGE_PARCELS
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        for plan in found.plans:
            if plan.solution is not None:
                write_out(plan.solution, temporary / plan.name)
            else:
                (temporary / plan.name).mkdir()
                write_table(plan_frame(found, plan), temporary / plan.name, "plan.csv",
                            large=large)
        write_table(values_table(found), temporary, "values.csv")
        draw_values(found, temporary / "values.png")
        (temporary / MARK).write_text(summary_text(robust_record(found)), encoding="utf-8",
                                      newline="\n")
