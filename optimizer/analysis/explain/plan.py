"""A plan explained: what keeps land out, which choices are thin, what the limits do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizer.analysis.all_options import refuse_compact
from optimizer.analysis.explain.choice import margins_table, thin_threshold
from optimizer.analysis.explain.limit_roles import LimitRole, limit_roles
from optimizer.analysis.explain.obstacles import hectares_by_obstacle
from optimizer.analysis.explain.pulls import Pulls, pulls_of
from optimizer.analysis.explain.record import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution


@dataclass(frozen=True)
class PlanExplanation:
    """Why a plan is as it is.

    Parameters
    ----------
    name, unit
        Of the instance, and of the objective.
    obstacles
        What keeps land from each use, as `hectares_by_obstacle`.
    margins
        How firmly every parcel holds its use, as `margins_table`.
    threshold
        Margins below it are thin, per hectare.
    roles
        What every limit does.
    pulls
        Which limits pull against each other.
    """

    name: str
    unit: str
    obstacles: pd.DataFrame
    margins: pd.DataFrame
    threshold: float
    roles: tuple[LimitRole, ...]
    pulls: Pulls

    def record(self) -> dict[str, Any]:
        """Plain record for JSON; of the margins only the thin ones."""
        thin = self.margins[self.margins["thin"]]
        return {
            "unit": self.unit, "threshold": self.threshold,
            "obstacles": plain(self.obstacles.to_dict("records")),
            "thin": plain(thin.to_dict("records")),
            "roles": plain(self.roles), "pulls": plain(self.pulls),
        }


def explain_plan(
    instance: Instance, solution: Solution | None = None,
    progress: Callable[[str], None] | None = None,
) -> PlanExplanation:
    """Explain the optimum of an instance.

    Parameters
    ----------
    instance
        Checked instance.
    solution
        Its optimum; None solves it first.
    progress
        Told in a few words what is being done.

    Raises
    ------
    Infeasible
        If there is no plan.
    ValueError
        For a compact solution, which cannot be solved again.
    """
    from optimizer.solve.engine import solve

    found = solution
    if found is None:
        found = solve(instance, progress=progress, compact=False)
    refuse_compact(found)
    return PlanExplanation(
        name=instance.name, unit=found.stages[-1].unit,
        obstacles=hectares_by_obstacle(instance), margins=margins_table(found),
        threshold=thin_threshold(found), roles=limit_roles(found, progress),
        pulls=pulls_of(found, progress),
    )
