"""What it would cost to force another use on a parcel: exact, by solving again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.resolve import Resolver

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


#: Losses below this share of the optimum are rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Loss:
    """What one stage of the objective loses; below 0 where it gains.

    Parameters
    ----------
    label, unit
        Of the stage.
    amount
        Its optimum less the optimum with the use forced.
    """

    label: str
    unit: str
    amount: float


@dataclass(frozen=True)
class ForcedUse:
    """One use (blank: leaving the land as it is) for all of a parcel.

    Parameters
    ----------
    use
        Name; blank for leaving the land.
    allowed
        Whether the rules of the use allow it there at all.
    possible
        Whether a plan exists with it.
    losses
        One for each stage of the objective, in order; empty where it is not possible. The first
        stage that loses anything is what it costs.
    """

    use: str
    allowed: bool
    possible: bool
    losses: tuple[Loss, ...]

    @property
    def cost(self) -> float:
        """Loss of the first stage; inf where no plan exists."""
        return self.losses[0].amount if self.losses else float("inf")


def forced_uses(solution: Solution, i: int, uses: tuple[str, ...] | None = None) -> tuple[
        ForcedUse, ...]:
    """Solve again with all of parcel i put to each use, and left as it is.

    Parameters
    ----------
    solution
        Optimum to compare with. Where it took parcels whole, the linear program with and without
        the use is compared instead.
    i
        Index of the parcel.
    uses
        Names to force, blank for leaving the land; None takes all and leaving.

    Returns
    -------
    tuple of ForcedUse
        In the order of `uses`.
    """
    every = (*solution.instance.practices.uses, "")
    resolver = Resolver(solution)
    base = _base(solution, resolver)
    return tuple(_forced(resolver, base, i, use) for use in (every if uses is None else uses))


def _base(solution: Solution, resolver: Resolver) -> tuple[float, ...]:
    """Optima of all stages of the linear program."""
    if not solution.whole_parcels:
        return tuple(stage.objective for stage in solution.stages)
    base = resolver.stage_values()
    if base is None:
        msg = "a plan of whole parcels was found, so the linear program has one"
        raise AssertionError(msg)
    return base


def _forced(resolver: Resolver, base: tuple[float, ...], i: int, use: str) -> ForcedUse:
    """One use on all of parcel i."""
    of_parcel, of_use = _columns(resolver.solution, i, use)
    if use and not len(of_use):
        return ForcedUse(use, allowed=False, possible=False, losses=())
    if not use and resolver.solution.instance.land.must_i[i]:
        return ForcedUse(use, allowed=False, possible=False, losses=())
    with ExitStack() as stack:
        others = np.setdiff1d(of_parcel, of_use)
        if len(others):
            stack.enter_context(resolver.without_columns(others))
        if use:
            area = resolver.solution.instance.land.area_i[[i]]
            # Land rows are the first, one a parcel, in the order of the parcels.
            stack.enter_context(resolver.rows(np.array([i]), area, area))
        values = resolver.stage_values()
    if values is None:
        return ForcedUse(use, allowed=True, possible=False, losses=())
    losses = tuple(Loss(stage.label, stage.unit, _loss(before, after))
                   for stage, before, after in zip(resolver.stages, base, values, strict=True))
    return ForcedUse(use, allowed=True, possible=True, losses=losses)


def _loss(before: float, after: float) -> float:
    """What is lost, 0 where it is no more than rounding."""
    return 0.0 if abs(before - after) <= ROUNDING * max(1.0, abs(before)) else before - after


def _columns(solution: Solution, i: int, use: str) -> tuple[
        NDArray[np.int64], NDArray[np.int64]]:
    """Columns of a parcel, and those of them that are of a use."""
    options, practices = solution.options, solution.instance.practices
    of_parcel = np.flatnonzero(options.parcel_o == i)
    if not use:
        return of_parcel, np.zeros(0, dtype=np.int64)
    its_use = practices.use_um[options.practice_o[of_parcel]]
    return of_parcel, of_parcel[its_use == practices.uses.index(use)]
