"""Files of `reclaim alternatives`: a result folder for each plan, ranges, parcels, pictures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report.alternatives_map import draw_choices
from optimizer.report.alternatives_text import ending
from optimizer.report.folder import whole_folder
from optimizer.report.output import write_out
from optimizer.report.ranges_picture import draw_ranges
from optimizer.report.summary import summary_text
from optimizer.report.tables import LARGE_PARCELS, write_table
from optimizer.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.alternatives.alternatives import Alternatives

#: File that marks a folder as a result of `alternatives`.
MARK = "alternatives.json"


def alternatives_record(found: Alternatives) -> dict[str, Any]:
    """What was found as plain values."""
    optimum = found.optimum
    return {
        "instance": optimum.instance.name,
        "instance_sha256": optimum.instance.sha256,
        "overrides": list(optimum.instance.settings.overrides),
        "version": __version__,
        "objective": optimum.objective,
        "objective_unit": optimum.stages[-1].unit,
        "within": found.within,
        "loss_allowed": found.loss_allowed,
        "least_difference_ha": found.least_difference_ha,
        "difference": "hectares of land whose use differs, land not reclaimed counted as a use",
        "plans": [_plan(found, number) for number in range(len(found.plans))],
        "ending": ending(found),
        "complete": found.complete,
        "left_ha": found.left_ha,
        "ranges": [asdict(one) for one in found.ranges],
        "parcels": found.parcels["state"].value_counts().to_dict(),
        "solves": found.solves,
    }


def _plan(found: Alternatives, position: int) -> dict[str, Any]:
    """One plan as plain values."""
    plan = found.plans[position]
    solution = plan.solution
    return {
        "plan": plan.number, "folder": folder_of(plan.number), "objective": solution.objective,
        "loss": plan.loss, "net_sink_tco2e": solution.net_sink_tco2e,
        "reclaimed_ha": solution.reclaimed_ha, "area_by_use": solution.area_by_use,
        "from_optimum_ha": float(found.difference_nn[0, plan.number]),
        "from_nearest_ha": plan.nearest_ha, "at_most_possible_ha": plan.bound_ha,
    }


def folder_of(number: int) -> str:
    """Folder of a plan; 0 is the optimum."""
    return f"plan-{number}" if number else "optimum"


def ranges_table(found: Alternatives) -> pd.DataFrame:
    """Ranges, one row each."""
    import pandas as pd

    return pd.DataFrame([asdict(one) for one in found.ranges])


def differences_table(found: Alternatives) -> pd.DataFrame:
    """Hectares that differ between every two plans."""
    import pandas as pd

    count = len(found.difference_nn)
    return pd.DataFrame([
        {"plan_a": folder_of(a), "plan_b": folder_of(b),
         "differs_ha": float(found.difference_nn[a, b])}
        for a in range(count) for b in range(a + 1, count)],
        columns=["plan_a", "plan_b", "differs_ha"])


def write_alternatives(found: Alternatives, folder: Path, *, overwrite: bool = False) -> None:
    """Write everything, whole or not at all.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    large = found.optimum.instance.land.count > LARGE_PARCELS
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_out(found.optimum, temporary / folder_of(0))
        for plan in found.plans:
            write_out(plan.solution, temporary / folder_of(plan.number))
        write_table(ranges_table(found), temporary, "ranges.csv")
        write_table(differences_table(found), temporary, "differences.csv")
        write_table(found.choices, temporary, "choices.csv", large=large)
        write_table(found.parcels, temporary, "parcel_choices.csv", large=large)
        draw_ranges(found, temporary / "ranges.png")
        draw_choices(found, temporary / "choices.png")
        (temporary / MARK).write_text(summary_text(alternatives_record(found)), encoding="utf-8",
                                      newline="\n")
