"""What `reclaim verify` prints."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.verify import SOLVERS_WORD
from optimizer.report.figures import columns

if TYPE_CHECKING:
    from optimizer.analysis.verify import Verdict


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values, for --json."""
    return {"holds": verdict.holds, "checks": [asdict(check) for check in verdict.checks]}


def verdict_text(verdict: Verdict, folder: Path) -> str:
    """Tell a verdict in plain text: the outcome, then every check."""
    failed = sum(not check.holds for check in verdict.checks)
    outcome = "holds: recomputed from the files, without a solver" if verdict.holds else \
        f"DOES NOT HOLD: {failed} of {len(verdict.checks)} checks fail"
    if verdict.holds and any(SOLVERS_WORD in check.words for check in verdict.checks):
        outcome += ("\nThe bound of the search over whole parcels is the solver's word;"
                    "\nonly that of the linear program is recomputed.")
    rows = [("ok" if check.holds else "NO", check.name, check.words) for check in verdict.checks]
    return "\n".join([f"{folder}: the proof {outcome}", *columns(rows, "<<<")])
