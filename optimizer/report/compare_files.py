"""Folder of `reclaim compare -o OUT`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report.folder import whole_folder
from optimizer.report.tables import LARGE_PARCELS, write_table
from optimizer.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.compare.changes import Changes
    from optimizer.analysis.compare.gain_curve import GainCurve
    from optimizer.analysis.compare.record import Comparison

#: File that marks a folder as a result of `compare`.
MARK = "gap.json"


def comparison_record(
    comparison: Comparison, curve: GainCurve, changes: Changes | None = None
) -> dict[str, Any]:
    """Everything that is one number or a few words, with the keys of gap.json."""
    split, within = comparison.split, comparison.split_within_rules
    return {
        **comparison.record(),
        "prices_unique": split.prices_unique,
        "lost": {"idle_land": math.fsum(split.idle_i), "wrong_option": math.fsum(split.wrong_i),
                 "on_no_parcel": split.total - math.fsum((*split.idle_i, *split.wrong_i))},
        "gained_by_breaking": split.gained,
        "gained_by_breaking_within_rules": None if within is None else within.gained,
        "gain_curve": {
            "end_ha": curve.end_ha, "points": len(curve.envelope.points), "exact": curve.exact,
            "envelope_gap": curve.envelope.gap, "solves": curve.envelope.solves,
            "from_sources": curve.from_sources},
        "changes": None if changes is None else {
            "allowed_ha": changes.allowed_ha, "changed_ha": changes.changed_ha,
            "objective": changes.objective, "gain": changes.gain, "price": changes.price,
            "from_limits": changes.from_limits},
        "version": __version__,
        "instance_sha256": comparison.instance.sha256,
    }


def write_comparison(
    comparison: Comparison, curve: GainCurve, folder: Path, changes: Changes | None = None, *,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write gap.json, the tables, plans and pictures of a comparison, whole or not at all.

    Returns
    -------
    dict
        What stands in gap.json.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    from optimizer.instance.write import write_instance

    record = comparison_record(comparison, curve, changes)
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_instance(comparison.instance, temporary / "instance")
        _write_tables(comparison, curve, temporary, changes)
        _write_pictures(comparison, curve, temporary, changes)
        (temporary / MARK).write_text(
            json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
            encoding="utf-8", newline="\n")
    return record


def _write_tables(
    comparison: Comparison, curve: GainCurve, folder: Path, changes: Changes | None
) -> None:
    """Tables of the output schema."""
    large = comparison.instance.land.count > LARGE_PARCELS
    write_table(comparison.violations, folder, "violations.csv")
    write_table(comparison.terms, folder, "terms.csv")
    write_table(comparison.by_limit, folder, "gap_by_limit.csv")
    write_table(comparison.by_parcel, folder, "gap_by_parcel.csv", large=large)
    write_table(curve.table, folder, "gain_curve.csv")
    write_table(_actual(comparison), folder, "actual.csv", large=large)
    write_table(comparison.optimal_plan, folder, "plan.csv", large=large)
    within = comparison.plan_within_rules
    if within is not None and comparison.loosened.breaks_rules:
        write_table(within, folder, "plan_within_rules.csv", large=large)
    if changes is not None:
        write_table(changes.table, folder, "changes.csv", large=large)
        write_table(changes.plan, folder, "plan_changed.csv", large=large)


def _actual(comparison: Comparison) -> pd.DataFrame:
    """The completed plan as a plan file, which can be compared again."""
    plan = comparison.actual_plan
    completed = plan.pop("completed")
    plan["note"] = ["" if not text else f"completed: {text}" for text in completed]
    return plan


def _write_pictures(
    comparison: Comparison, curve: GainCurve, folder: Path, changes: Changes | None
) -> None:
    """The steps of the gap, where it is, and what to change first."""
    from optimizer.report.compare_curve_picture import draw_gain_curve
    from optimizer.report.compare_gap_picture import draw_gap
    from optimizer.report.compare_map import draw_gap_map

    draw_gap(comparison, folder / "gap.png")
    draw_gap_map(comparison, folder / "gap_map.png")
    draw_gain_curve(curve, folder / "gain_curve.png", changes)
