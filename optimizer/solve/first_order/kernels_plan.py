"""Passes over plans of whole parcels: rounding, improvement under prices, repair. One core each.

A plan is the option of every parcel, -1 for none. `gain_o` is what an option earns on the whole
parcel, under prices or without; a border between unlike labels costs twice the weight of its edge
(once on each of the two labels). Rows are kept when their activity lies within lower and upper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Positions = NDArray[np.int64]


def alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for one core; what was compiled once is found on disk again."""
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to keep it: every run compiles anew
        compiled = numba.njit(nogil=True)(function)
    return compiled


@alone
def rounded(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, share_o: Any, bare_i: Any,
    uses: int,
) -> Positions:
    """The label with the largest share of each parcel, and its option with the largest share."""
    choice_i = np.full(len(must_i), -1, np.int64)
    share_u = np.empty(uses)
    for i in range(len(must_i)):
        share_u[:] = 0.0
        for o in range(start_i[i], start_i[i + 1]):
            share_u[use_o[o]] += share_o[o]
        best, most = -1, -1.0 if must_i[i] else float(bare_i[i])
        for u in range(uses):
            if share_u[u] > most:
                best, most = u, share_u[u]
        most = -1.0
        for o in range(start_i[i], start_i[i + 1]):
            if use_o[o] == best and share_o[o] > most:
                choice_i[i], most = o, share_o[o]
    return choice_i


@alone
def like_neighbours(
    i: int, label_i: Integers, a_e: Integers, b_e: Integers, weight_e: Floats,
    near_ptr_i: Positions, near_n: Integers, like_l: Floats,
) -> None:
    """What a parcel saves of its borders by taking each label."""
    like_l[:] = 0.0
    for place in range(near_ptr_i[i], near_ptr_i[i + 1]):
        edge = near_n[place]
        if edge >= 0:
            like_l[label_i[b_e[edge]]] += 2.0 * weight_e[edge]
        else:
            like_l[label_i[a_e[-1 - edge]]] += 2.0 * weight_e[-1 - edge]


@alone
def improve(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, gain_o: Floats,
    a_e: Integers, b_e: Integers, weight_e: Floats, near_ptr_i: Positions, near_n: Integers,
    choice_i: Positions, label_i: Integers, uses: int, passes: int,
) -> int:
    """Give every parcel the option that earns most beside its neighbours, until none gains."""
    like_l = np.empty(uses + 1)
    changed = 0
    for _ in range(passes):
        before = changed
        for i in range(len(must_i)):
            like_neighbours(i, label_i, a_e, b_e, weight_e, near_ptr_i, near_n, like_l)
            here = choice_i[i]
            least = like_l[label_i[i]] + (gain_o[here] if here >= 0 else 0.0)
            best, most = here, least + 1e-9 * (1.0 + abs(least))
            if not must_i[i] and like_l[uses] > most:
                best, most = -1, like_l[uses]
            for o in range(start_i[i], start_i[i + 1]):
                worth = gain_o[o] + like_l[use_o[o]]
                if worth > most:
                    best, most = o, worth
            if best != here:
                choice_i[i] = best
                label_i[i] = use_o[best] if best >= 0 else uses
                changed += 1
        if changed == before:
            break
    return changed


@alone
def _excess(activity: float, lower: float, upper: float) -> float:
    """How far an activity lies outside its bounds."""
    return max(0.0, lower - activity, activity - upper)


@alone
def _change(
    here: int, there: int, ptr_o: Positions, row_n: Integers, coef_n: Floats, lower_r: Floats,
    upper_r: Floats, activity_r: Floats, delta_r: Floats,
) -> float:
    """How much further all rows lie outside after a move; what it adds to them is in delta_r."""
    if here >= 0:
        for place in range(ptr_o[here], ptr_o[here + 1]):
            delta_r[row_n[place]] -= coef_n[place]
    if there >= 0:
        for place in range(ptr_o[there], ptr_o[there + 1]):
            delta_r[row_n[place]] += coef_n[place]
    further = 0.0
    for r in range(len(delta_r)):
        if delta_r[r] != 0.0:
            further += (_excess(activity_r[r] + delta_r[r], lower_r[r], upper_r[r])
                        - _excess(activity_r[r], lower_r[r], upper_r[r]))
    return further


@alone
def best_repairs(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, gain_o: Floats,
    ptr_o: Positions, row_n: Integers, coef_n: Floats, lower_r: Floats, upper_r: Floats,
    a_e: Integers, b_e: Integers, weight_e: Floats, near_ptr_i: Positions, near_n: Integers,
    choice_i: Positions, label_i: Integers, uses: int, activity_r: Floats, fixed_i: Any,
) -> tuple[Positions, Floats]:
    """The move of each parcel that mends the rows at the least loss a unit; inf for none."""
    to_i = np.full(len(must_i), -2, np.int64)
    ratio_i = np.full(len(must_i), np.inf)
    like_l, delta_r = np.empty(uses + 1), np.zeros(len(lower_r))
    for i in range(len(must_i)):
        if fixed_i[i]:
            continue
        here = choice_i[i]
        like_neighbours(i, label_i, a_e, b_e, weight_e, near_ptr_i, near_n, like_l)
        now = like_l[label_i[i]] + (gain_o[here] if here >= 0 else 0.0)
        for there in range(start_i[i] - 1, start_i[i + 1]):
            to = there if there >= start_i[i] else -1
            if to == here or (to < 0 and must_i[i]):
                continue
            delta_r[:] = 0.0
            further = _change(here, to, ptr_o, row_n, coef_n, lower_r, upper_r, activity_r,
                              delta_r)
            if further < -1e-12:
                loss = now - (like_l[use_o[to]] + gain_o[to] if to >= 0 else like_l[uses])
                # A gain beside a mend is best of all: the larger of both the better.
                ratio = loss / -further if loss >= 0.0 else loss
                if ratio < ratio_i[i]:
                    to_i[i], ratio_i[i] = to, ratio
    return to_i, ratio_i


@alone
def apply_repairs(
    order: Positions, to_i: Positions, ratio_i: Floats, patience: float, use_o: Integers,
    gain_o: Floats, ptr_o: Positions, row_n: Integers, coef_n: Floats, lower_r: Floats,
    upper_r: Floats, a_e: Integers, b_e: Integers, weight_e: Floats, near_ptr_i: Positions,
    near_n: Integers, choice_i: Positions, label_i: Integers, uses: int, activity_r: Floats,
) -> int:
    """Make moves in their order while they still mend and have not become much dearer."""
    like_l, delta_r = np.empty(uses + 1), np.zeros(len(lower_r))
    made = 0
    for i in order:
        outside = 0.0
        for r in range(len(lower_r)):
            outside += _excess(activity_r[r], lower_r[r], upper_r[r])
        if outside <= 0.0:
            break
        here, to = choice_i[i], to_i[i]
        delta_r[:] = 0.0
        further = _change(here, to, ptr_o, row_n, coef_n, lower_r, upper_r, activity_r, delta_r)
        if further > -1e-12:
            continue
        like_neighbours(i, label_i, a_e, b_e, weight_e, near_ptr_i, near_n, like_l)
        now = like_l[label_i[i]] + (gain_o[here] if here >= 0 else 0.0)
        loss = now - (like_l[use_o[to]] + gain_o[to] if to >= 0 else like_l[uses])
        if loss > patience * -further * max(0.0, ratio_i[i]) + 1e-9 * (1.0 + abs(now)):
            continue
        choice_i[i] = to
        label_i[i] = use_o[to] if to >= 0 else uses
        activity_r += delta_r
        made += 1
    return made


@alone
def polish(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, gain_o: Floats,
    ptr_o: Positions, row_n: Integers, coef_n: Floats, lower_r: Floats, upper_r: Floats,
    a_e: Integers, b_e: Integers, weight_e: Floats, near_ptr_i: Positions, near_n: Integers,
    choice_i: Positions, label_i: Integers, uses: int, activity_r: Floats, passes: int,
    fixed_i: Any,
) -> int:
    """Make every move of one parcel that earns more and breaks no row, until there is none."""
    like_l, delta_r = np.empty(uses + 1), np.zeros(len(lower_r))
    changed = 0
    for _ in range(passes):
        before = changed
        for i in range(len(must_i)):
            if fixed_i[i]:
                continue
            like_neighbours(i, label_i, a_e, b_e, weight_e, near_ptr_i, near_n, like_l)
            here = choice_i[i]
            now = like_l[label_i[i]] + (gain_o[here] if here >= 0 else 0.0)
            best, most = here, now + 1e-9 * (1.0 + abs(now))
            for there in range(start_i[i] - 1, start_i[i + 1]):
                to = there if there >= start_i[i] else -1
                if to == here or (to < 0 and must_i[i]):
                    continue
                worth = like_l[use_o[to]] + gain_o[to] if to >= 0 else like_l[uses]
                if worth <= most:
                    continue
                delta_r[:] = 0.0
                if _change(here, to, ptr_o, row_n, coef_n, lower_r, upper_r, activity_r,
                           delta_r) <= 0.0:
                    best, most = to, worth
            if best != here:
                delta_r[:] = 0.0
                _change(here, best, ptr_o, row_n, coef_n, lower_r, upper_r, activity_r, delta_r)
                activity_r += delta_r
                choice_i[i] = best
                label_i[i] = use_o[best] if best >= 0 else uses
                changed += 1
        if changed == before:
            break
    return changed


@alone
def activity(
    choice_i: Positions, ptr_o: Positions, row_n: Integers, coef_n: Floats, rows: int
) -> Floats:
    """Activity of the rows under a plan of whole parcels."""
    activity_r = np.zeros(rows)
    for i in range(len(choice_i)):
        if choice_i[i] >= 0:
            for place in range(ptr_o[choice_i[i]], ptr_o[choice_i[i] + 1]):
                activity_r[row_n[place]] += coef_n[place]
    return activity_r
