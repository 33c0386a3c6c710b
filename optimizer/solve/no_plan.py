"""Why an instance has no plan, as `solve` tells it: limits in conflict, or the least loosening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.formulation.attainable import unattainable
from optimizer.formulation.program import Family
from optimizer.solve.elastic import conflict, loosenings
from optimizer.solve.errors import Infeasible
from optimizer.solve.whole_parcels import with_groups

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.eligibility import Eligibility
    from optimizer.options.record import Options
    from optimizer.solve.linear import NoPlan

#: Of larger programs the least loosening takes longer than anybody waits.
LOOSENED_UP_TO_COLUMNS = 200_000


def refuse_unattainable(
    instance: Instance, program: LinearProgram, eligibility: Eligibility
) -> None:
    """Refuse limits that no plan can meet, before anything is solved.

    Raises
    ------
    Infeasible
        With the reasons.
    """
    reasons = unattainable(instance, program, eligibility)
    if reasons:
        raise Infeasible(reasons)


def why_none(
    instance: Instance, options: Options, program: LinearProgram, none: NoPlan, *, whole: bool
) -> Infeasible:
    """Find out why there is no plan."""
    if none.proof_r is not None and program.shape[1] > LOOSENED_UP_TO_COLUMNS:
        return Infeasible(conflict(instance, program, none.proof_r))
    if whole and not np.any(program.rows.family == Family.GROUP):
        program = with_groups(instance, options, program)
    return Infeasible(loosenings(instance, program, whole=whole))
