"""The passes of the first-order method, compiled and parallel: all that grows with size.

Only this module and its neighbour `kernels_plan` know numba here. Parcels and edges are gone
through in a fixed number of runs, whose sums are added up in their order: the same instance gives
the same answer on any number of cores.

Label l of a share is a use, or "bare" (the last). T is the image of a point; the next point is
mix * (2 T - point) + (1 - mix) * anchor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import compiled, inlined

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Positions = NDArray[np.int64]

#: Runs that parcels and edges are gone through in.
RUNS = 64


@inlined
def _pulls(
    parcel: int, near_ptr_i: Positions, near_n: Integers, price_el: Any, pull: Floats
) -> None:
    """What the prices of its boundaries make of a parcel's whole share of every label."""
    labels = len(pull)
    for label in range(labels):
        pull[label] = 0.0
    for place in range(near_ptr_i[parcel], near_ptr_i[parcel + 1]):
        edge = near_n[place]
        if edge >= 0:
            for label in range(labels):
                pull[label] += price_el[edge, label]
        else:
            for label in range(labels):
                pull[label] -= price_el[-1 - edge, label]


@inlined
def _slope(
    option: int, gain_o: Floats, ptr_o: Positions, row_n: Integers, coef_n: Floats, pi_r: Floats
) -> float:
    """Gain of a whole parcel under an option less what it takes of the priced rows."""
    slope: float = gain_o[option]
    for place in range(ptr_o[option], ptr_o[option + 1]):
        slope -= coef_n[place] * pi_r[row_n[place]]
    return slope


@inlined
def _book(
    option: int, share: float, ptr_o: Positions, row_n: Integers, coef_n: Floats, sums_r: Floats
) -> None:
    """Add what a share of an option takes of the rows to their sums."""
    if share != 0.0:
        for place in range(ptr_o[option], ptr_o[option + 1]):
            sums_r[row_n[place]] += coef_n[place] * share


@inlined
def _bare_step(i: int, value: float, bare: Any, mix: float, anchor_bare: Any) -> float:
    """Move bare land on to the next point; its share as the edges see it."""
    ahead: float = 2.0 * value - bare[i]
    bare[i] = mix * ahead + (1.0 - mix) * anchor_bare[i]
    return ahead


@inlined
def _project(value: Floats, count: int, order: Floats) -> float:
    """The number whose excess over it adds up to 1: nearest point of the simplex."""
    for one in range(count):
        here = one
        while here > 0 and order[here - 1] < value[one]:
            order[here] = order[here - 1]
            here -= 1
        order[here] = value[one]
    total, level = 0.0, 0.0
    for one in range(count):
        total += order[one]
        trial = (total - 1.0) / (one + 1)
        if order[one] > trial:
            level = trial
    return level


@compiled
def step_shares(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, gain_o: Floats,
    ptr_o: Positions, row_n: Integers, coef_n: Floats, near_ptr_i: Positions, near_n: Integers,
    price_el: Any, pi_r: Floats, step_i: Floats, mix: float, point: Any, bare: Any, anchor: Any,
    anchor_bare: Any, image: Any, image_bare: Any, ahead_il: Any, most: int,
) -> tuple[Floats, Floats]:
    """Step every parcel: gradient, projection, and the next point; sums over runs of parcels.

    Returns
    -------
    tuple
        Activity of the rows at 2 T - point, shape (RUNS, R), and squares of T - point over the
        step, shape (RUNS,).
    """
    parcels, labels = len(must_i), ahead_il.shape[1]
    activity = np.zeros((RUNS, len(pi_r)))
    moved = np.zeros(RUNS)
    for run in prange(RUNS):
        value, order = np.empty(most + 1), np.empty(most + 1)
        pull = np.empty(labels)
        for i in range(run * parcels // RUNS, (run + 1) * parcels // RUNS):
            first, last, step = start_i[i], start_i[i + 1], step_i[i]
            _pulls(i, near_ptr_i, near_n, price_el, pull)
            for label in range(labels):
                ahead_il[i, label] = 0.0
            count = last - first
            for o in range(first, last):
                slope = _slope(o, gain_o, ptr_o, row_n, coef_n, pi_r) - pull[use_o[o]]
                value[o - first] = point[o] + step * slope
            if not must_i[i]:
                value[count] = bare[i] - step * pull[labels - 1]
                count += 1
            level = _project(value, count, order)
            square = 0.0
            for o in range(first, last):
                new = max(value[o - first] - level, 0.0)
                old = point[o]
                square += (new - old) ** 2
                ahead = 2.0 * new - old
                ahead_il[i, use_o[o]] += ahead
                _book(o, ahead, ptr_o, row_n, coef_n, activity[run])
                image[o] = new
                point[o] = mix * ahead + (1.0 - mix) * anchor[o]
            if not must_i[i]:
                new = max(value[count - 1] - level, 0.0)
                square += (new - bare[i]) ** 2
                ahead_il[i, labels - 1] = _bare_step(i, new, bare, mix, anchor_bare)
                image_bare[i] = new
            moved[run] += square / step
    return activity, moved


@compiled
def step_edges(
    a_e: Integers, b_e: Integers, weight_e: Floats, ahead_il: Any, step: float, mix: float,
    price_el: Any, anchor_el: Any, image_el: Any, keep: bool,
) -> Floats:
    """Step every edge: the difference of shares, clipped to the weight; sums over runs."""
    edges, labels = price_el.shape
    moved = np.zeros(RUNS)
    for run in prange(RUNS):
        square = 0.0
        for e in range(run * edges // RUNS, (run + 1) * edges // RUNS):
            a, b, most = a_e[e], b_e[e], weight_e[e]
            for label in range(labels):
                old = price_el[e, label]
                new = old + step * (ahead_il[a, label] - ahead_il[b, label])
                new = min(most, max(-most, new))
                square += (new - old) ** 2
                if keep:
                    image_el[e, label] = new
                price_el[e, label] = mix * (2.0 * new - old) + (1.0 - mix) * anchor_el[e, label]
        moved[run] = square / step
    return moved


@compiled
def worth(
    start_i: Positions, must_i: NDArray[np.bool_], use_o: Integers, gain_o: Floats,
    ptr_o: Positions, row_n: Integers, coef_n: Floats, near_ptr_i: Positions, near_n: Integers,
    price_el: Any, pi_r: Floats,
) -> Floats:
    """Sum over runs of what every parcel is worth at most under the prices, shape (RUNS,)."""
    parcels, labels = len(must_i), price_el.shape[1]
    total = np.zeros(RUNS)
    for run in prange(RUNS):
        pull, lost = np.empty(labels), 0.0
        for i in range(run * parcels // RUNS, (run + 1) * parcels // RUNS):
            _pulls(i, near_ptr_i, near_n, price_el, pull)
            best = -np.inf if must_i[i] else -pull[labels - 1]
            for o in range(start_i[i], start_i[i + 1]):
                slope = _slope(o, gain_o, ptr_o, row_n, coef_n, pi_r) - pull[use_o[o]]
                best = max(best, slope)
            # Compensated: the sum of 10^5 numbers a run is to be good to the last digits.
            better = best - lost
            grown = total[run] + better
            lost = (grown - total[run]) - better
            total[run] = grown
    return total


@compiled
def boundary(
    a_e: Integers, b_e: Integers, weight_e: Floats, use_o: Integers, start_i: Positions,
    share_o: Any, bare: Any, labels: int,
) -> Floats:
    """Sum over runs of edges of what boundaries cost at given shares, shape (RUNS,)."""
    edges = len(a_e)
    total = np.zeros(RUNS)
    for run in prange(RUNS):
        unlike = np.empty(labels)
        for e in range(run * edges // RUNS, (run + 1) * edges // RUNS):
            a, b = a_e[e], b_e[e]
            unlike[:] = 0.0
            unlike[labels - 1] = bare[a] - bare[b]
            for o in range(start_i[a], start_i[a + 1]):
                unlike[use_o[o]] += share_o[o]
            for o in range(start_i[b], start_i[b + 1]):
                unlike[use_o[o]] -= share_o[o]
            for label in range(labels):
                total[run] += weight_e[e] * abs(unlike[label])
    return total
