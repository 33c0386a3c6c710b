r"""What every parcel becomes in the plans within the loss: always, depends, never.

Seen: the share of the plans that were found in which a use has the most hectares of the parcel.
Proven: at the optimum's prices a hectare of parcel i under use v earns margin_iv less than the
best use there, so in any plan that loses no more than the loss

    hectares of i under v  <=  loss / margin_iv
    hectares of i under anything but its best use  <=  loss / (smallest margin of the others)

(reduced gains of linear programming: what a plan loses is at least the sum of hectares times
margin). Land not reclaimed counts as a use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.alternatives.near import allowed
from optimizer.solve.margins import Margins, margins_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.alternatives.near import Near

ALWAYS, DEPENDS, NEVER = "always", "depends", "never"
#: A use that has no more than this share of a parcel cannot be its main use.
HALF = 0.5


def choices_table(near: Near, plans_iv: Sequence[NDArray[np.float64]]) -> pd.DataFrame:
    """Every parcel and use (not reclaimed as a blank use): how often, how many hectares, proof.

    Parameters
    ----------
    near
        The optimum and the loss.
    plans_iv
        Hectares of every plan found, the optimum first, shape (I, U + 1) each.
    """
    import pandas as pd

    instance = near.solution.instance
    land, uses = instance.land, instance.practices.uses
    stacked = np.stack(plans_iv)
    frequency_iv = _frequency(stacked, land.area_i)
    bound_iv = most_hectares(near)
    parcels, columns = frequency_iv.shape
    state = np.where(frequency_iv >= 1.0, ALWAYS, np.where(frequency_iv > 0.0, DEPENDS, NEVER))
    least_iv = _least_hectares(bound_iv, land.area_i, near)
    proven = np.where(
        state == ALWAYS, least_iv > HALF * land.area_i[:, None],
        (state == NEVER) & (bound_iv < HALF * land.area_i[:, None]))
    return pd.DataFrame({
        "parcel": np.repeat(land.parcels, columns),
        "use": np.tile(np.array([*uses, ""], dtype=object), parcels),
        "state": state.ravel().astype(object),
        "frequency": frequency_iv.ravel(),
        "optimum_ha": stacked[0].ravel(),
        "least_ha": stacked.min(axis=0).ravel(),
        "most_ha": stacked.max(axis=0).ravel(),
        "most_possible_ha": bound_iv.ravel(),
        "proven": proven.ravel(),
    })


def parcels_table(near: Near, plans_iv: Sequence[NDArray[np.float64]]) -> pd.DataFrame:
    """Every parcel: its main use in the optimum, whether that depends, and how much could change.

    `always`: the same main use (or none) in every plan found; `depends`: not. `never`: it is not
    reclaimed in any.
    """
    import pandas as pd

    instance = near.solution.instance
    land = instance.land
    main_ni = np.stack([_main(area_iv) for area_iv in plans_iv])
    names = np.array([*instance.practices.uses, ""], dtype=object)
    same_i = np.mean(main_ni == main_ni[0], axis=0)
    bare = len(names) - 1
    state = np.where(same_i < 1.0, DEPENDS, np.where(main_ni[0] == bare, NEVER, ALWAYS))
    changeable_i = _changeable(near, margins_of(near.solution))
    return pd.DataFrame({
        "parcel": land.parcels,
        "area_ha": land.area_i,
        "use": names[main_ni[0]],
        "state": state.astype(object),
        "frequency": same_i,
        "uses_seen": [_seen(names, main_ni[:, i]) for i in range(land.count)],
        "changeable_ha": changeable_i,
        "proven": (state != DEPENDS) & (changeable_i < HALF * land.area_i),
    })


def most_hectares(near: Near) -> NDArray[np.float64]:
    """Most hectares any plan within the loss has of each use on each parcel, (I, U + 1)."""
    margins = margins_of(near.solution)
    best_i = np.max(margins.value_iu, axis=1)
    margin_iv = np.where(np.isfinite(margins.value_iu), best_i[:, None] - margins.value_iu, np.inf)
    return _within_area(near, margin_iv)


def _least_hectares(
    bound_iv: NDArray[np.float64], area_i: NDArray[np.float64], near: Near
) -> NDArray[np.float64]:
    """Least hectares of each use: for the best one of a parcel, what nothing else can take."""
    margins = margins_of(near.solution)
    least_iv = np.zeros_like(bound_iv)
    best_i = np.argmax(margins.value_iu, axis=1)
    rows = np.arange(len(area_i))
    least_iv[rows, best_i] = area_i - _changeable(near, margins)
    return np.maximum(least_iv, 0.0)


def _changeable(near: Near, margins: Margins) -> NDArray[np.float64]:
    """Most hectares of each parcel that a plan within the loss has under anything but its best."""
    others_iv = margins.value_iu.copy()
    rows = np.arange(len(others_iv))
    best = np.argmax(others_iv, axis=1)
    best_i = others_iv[rows, best]
    others_iv[rows, best] = -np.inf
    second_i = others_iv.max(axis=1)
    margin_i = np.where(np.isfinite(second_i), best_i - second_i, np.inf)
    return _within_area(near, margin_i[:, None])[:, 0]


def _within_area(near: Near, margin_iv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Loss over margin, at most the area of the parcel; margins that are rounding bound nothing."""
    area_iv = np.broadcast_to(near.solution.instance.land.area_i[:, None], margin_iv.shape)
    solution = near.solution
    loss = allowed(solution, near.loss) + max(0.0, solution.bound - solution.objective)
    bound_iv = np.full(margin_iv.shape, np.inf)
    clear = margin_iv > 0.0
    bound_iv[clear] = loss / margin_iv[clear]
    return np.asarray(np.minimum(bound_iv, area_iv))


def _main(area_iv: NDArray[np.float64]) -> NDArray[np.int64]:
    """Use with the most hectares of each parcel, or not reclaimed, shape (I,)."""
    return np.asarray(np.argmax(area_iv, axis=1))


def _frequency(
    stacked: NDArray[np.float64], area_i: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of the plans in which each use is the main one, shape (I, U + 1)."""
    main_ni = np.argmax(stacked, axis=2)
    counted = np.zeros((len(area_i), stacked.shape[2]))
    rows = np.arange(len(area_i))
    for main_i in main_ni:
        counted[rows, main_i] += 1.0
    return counted / len(stacked)


def _seen(names: NDArray[np.object_], main_n: NDArray[np.int64]) -> str:
    """Main uses of a parcel over the plans, the most frequent first; `not reclaimed` for none."""
    values, counts = np.unique(main_n, return_counts=True)
    order = np.lexsort((values, -counts))
    return "|".join(str(names[values[k]]) or "not reclaimed" for k in order)
