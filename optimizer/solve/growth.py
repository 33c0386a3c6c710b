r"""What to do with patches that are too small: give them up, or let them grow.

The prices of a plan say what a hectare of every use is worth on every parcel. Giving a patch up
costs what its hectares are worth above the next best; growing costs what other parcels lose until
the patch is large enough, the nearest to gain first. The cheaper of the two is marked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.layout.patches import Patch, area_iu, beside
from optimizer.solve.margins import option_values

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.stages import Answer

Floats = NDArray[np.float64]
#: How small patches are settled.
Way = Literal["cheaper", "grow", "give up"]


@dataclass(frozen=True)
class Marks:
    """What a repair has settled.

    Parameters
    ----------
    barred_iu
        Uses that a parcel may no longer have, shape (I, U).
    full_i
        Parcels that must be used wholly, shape (I,).
    least_iu
        Hectares of a use that a parcel must have at least, shape (I, U).
    """

    barred_iu: NDArray[np.bool_]
    full_i: NDArray[np.bool_]
    least_iu: Floats

    @classmethod
    def none(cls, instance: Instance) -> Marks:
        """Nothing settled."""
        shape = (instance.land.count, len(instance.practices.uses))
        return cls(np.zeros(shape, dtype=bool), np.zeros(shape[0], dtype=bool), np.zeros(shape))

    def given_up(self, patch: Patch) -> Marks:
        """A patch loses its use."""
        barred_iu = self.barred_iu.copy()
        barred_iu[patch.parcels, patch.use] = True
        return replace(self, barred_iu=barred_iu)

    def filled(self, patch: Patch) -> Marks:
        """A divided parcel has enough of the use on its own."""
        least_iu = self.least_iu.copy()
        least_iu[patch.parcels, patch.use] = patch.least_ha
        return replace(self, least_iu=least_iu)

    def grown(self, use: int, parcels: NDArray[np.int64]) -> Marks:
        """Parcels are wholly under one use."""
        barred_iu, full_i = self.barred_iu.copy(), self.full_i.copy()
        barred_iu[parcels] = True
        barred_iu[parcels, use] = False
        full_i[parcels] = True
        return replace(self, barred_iu=barred_iu, full_i=full_i)


def marks_for(
    instance: Instance, options: Options, program: LinearProgram, answer: Answer,
    small: list[Patch], marks: Marks, way: Way,
) -> Marks:
    """Mark what becomes of every small patch.

    Parameters
    ----------
    program, answer
        The program, and the last plan with the prices it was found at.
    marks
        Settled before.
    way
        `cheaper`: what loses less; `grow`: growth wherever there is room; `give up`: never growth.
    """
    value_iu = _values(instance, options, program, answer)
    hectares_iu = area_iu(instance, options, answer.x_c[:options.count])
    bare_i = np.where(instance.land.must_i, -np.inf, 0.0)
    claimed_i = marks.full_i | marks.least_iu.any(axis=1)
    for patch in small:
        if claimed_i[patch.parcels].any():
            continue  # another patch grows over it; the next round sees what is left
        # One divided parcel with room enough: else its part would only move to the next parcel.
        if way != "give up" and len(patch.parcels) == 1 and (
                marks.least_iu[patch.parcels[0]].sum() + patch.least_ha
                <= instance.land.area_i[patch.parcels[0]]):
            marks = marks.filled(patch)
            claimed_i[patch.parcels] = True
            continue
        allowed_iu = np.where(marks.barred_iu, -np.inf, value_iu)
        best_i = np.maximum(allowed_iu.max(axis=1), bare_i)
        others_iu = allowed_iu[patch.parcels]
        others_iu[:, patch.use] = -np.inf
        next_i = np.maximum(others_iu.max(axis=1), bare_i[patch.parcels])
        loss = allowed_iu[patch.parcels, patch.use] - next_i
        given_up = float(hectares_iu[patch.parcels, patch.use] @ np.maximum(loss, 0.0))
        own_i = allowed_iu[:, patch.use]
        lost_i = np.full(len(own_i), np.inf)  # where the use cannot be
        can_i = np.isfinite(own_i)
        lost_i[can_i] = instance.land.area_i[can_i] * np.maximum(best_i - own_i, 0.0)[can_i]
        grown = None if way == "give up" else _grown(instance, patch, lost_i, claimed_i)
        if grown is not None and (way == "grow" or float(lost_i[grown].sum()) < given_up):
            marks = marks.grown(patch.use, grown)
            claimed_i[grown] = True
        elif np.isfinite(next_i).all():  # else a parcel that must be reclaimed had nothing left
            marks = marks.given_up(patch)
    return marks


def _values(
    instance: Instance, options: Options, program: LinearProgram, answer: Answer
) -> Floats:
    """Best value of a hectare of each use on each parcel at the plan's prices, shape (I, U)."""
    value_o = option_values(program, answer.price_r[:program.shape[0]])[:options.count]
    uses = len(instance.practices.uses)
    value_iu = np.full((instance.land.count, uses), -np.inf)
    use_o = instance.practices.use_um[options.practice_o]
    np.maximum.at(value_iu, (options.parcel_o, use_o), value_o)
    return value_iu


def _grown(
    instance: Instance, patch: Patch, lost_i: Floats, claimed_i: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """Parcels of a patch grown until it is large enough; None where it cannot be."""
    area_i = instance.land.area_i
    inside = patch.parcels
    if not np.isfinite(lost_i[inside]).all():
        return None
    while area_i[inside].sum() < patch.least_ha:
        near = beside(instance, inside)
        near = near[~claimed_i[near] & np.isfinite(lost_i[near])]
        if not len(near):
            return None
        cheapest = near[np.argmin(lost_i[near] / area_i[near])]
        inside = np.append(inside, cheapest)
    return inside
