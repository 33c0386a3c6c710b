"""Files of `reclaim sensitivity`: every case, the indices, a picture."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.instance.write import write_instance
from optimizer.report.folder import whole_folder
from optimizer.report.sensitivity_picture import draw_drivers
from optimizer.report.sensitivity_text import spread
from optimizer.report.summary import summary_text
from optimizer.report.tables import write_table
from optimizer.version import __version__

if TYPE_CHECKING:
    from optimizer.analysis.uncertainty.sensitivity import Sensitivity

#: File that marks a folder as a result of `sensitivity`.
MARK = "sensitivity.json"


def sensitivity_record(found: Sensitivity) -> dict[str, Any]:
    """What was found as plain values."""
    design, runs = found.design, found.runs
    low, middle, high = spread(found)
    return {
        "instance": found.instance.name, "instance_sha256": found.instance.sha256,
        "overrides": list(found.instance.settings.overrides), "version": __version__,
        "salib": found.salib, "solver": found.nominal.solver,
        "method": design.method, "seed": design.seed, "blocks": design.blocks,
        "blocks_used": found.blocks_used, "cases": len(runs),
        "without_plan": int((runs["status"] != "optimal").sum()),
        "numbers": [{key: _known(value) for key, value in asdict(number).items()}
                    for number in design.numbers],
        "objective": found.nominal.objective, "objective_unit": found.nominal.stages[-1].unit,
        "objective_low": low, "objective_median": middle, "objective_high": high,
        "indices": found.indices.to_dict("records"),
    }


def _known(value: Any) -> Any:
    """A figure, or None where it was not given."""
    return None if isinstance(value, float) and math.isnan(value) else value


def write_sensitivity(found: Sensitivity, folder: Path, *, overwrite: bool = False) -> None:
    """Write everything, whole or not at all.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_instance(found.instance, temporary / "instance")
        write_table(found.runs, temporary, "runs.csv")
        write_table(found.indices, temporary, "indices.csv")
        draw_drivers(found, temporary / "drivers.png")
        (temporary / MARK).write_text(summary_text(sensitivity_record(found)), encoding="utf-8",
                                      newline="\n")
