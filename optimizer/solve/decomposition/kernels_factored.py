"""The passes of `kernels` for options held as factors; see `formulation.factors`.

`price_cf` has, for every class, the price of the part that is the same for the class and of each
amount, shape (C, F + 1).
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import Floats, Positions, compiled, inlined


@inlined
def _worth(
    option: int, gain_o: Floats, class_o: NDArray[np.int32], amount_of: Floats,
    price_cf: Floats,
) -> float:
    """Gain of one hectare of an option less what it takes of the priced rows."""
    group = class_o[option]
    worth: float = gain_o[option] - price_cf[group, 0]
    for factor in range(amount_of.shape[1]):
        worth -= amount_of[option, factor] * price_cf[group, factor + 1]
    return worth


@inlined
def _reach(
    option: int, class_o: NDArray[np.int32], amount_of: Floats, room_cf: Floats
) -> float:
    """How far the worth of an option can move at most while each price moves by its room."""
    group = class_o[option]
    reach: float = room_cf[group, 0]
    for factor in range(amount_of.shape[1]):
        reach += abs(amount_of[option, factor]) * room_cf[group, factor + 1]
    return reach


@compiled
def best(
    pick: Positions, start_i: Positions, must_i: NDArray[np.bool_], gain_o: Floats,
    class_o: NDArray[np.int32], amount_of: Floats, price_cf: Floats,
) -> tuple[Floats, Positions]:
    """Best worth and option of each picked parcel; see `kernels.best`."""
    count = len(pick)
    worth_n = np.empty(count)
    option_n = np.empty(count, dtype=np.int64)
    for n in prange(count):
        parcel = pick[n]
        most = -np.inf if must_i[parcel] else 0.0
        chosen = -1
        for option in range(start_i[parcel], start_i[parcel + 1]):
            worth = _worth(option, gain_o, class_o, amount_of, price_cf)
            if worth > most:
                most = worth
                chosen = option
        worth_n[n] = most
        option_n[n] = chosen
    return worth_n, option_n


@compiled
def best_of_uses(
    start_i: Positions, gain_o: Floats, class_o: NDArray[np.int32], amount_of: Floats,
    price_cf: Floats, use_c: NDArray[np.int32], uses: int,
) -> Positions:
    """Best option of each parcel and use, shape (I, U); -1 where there is none."""
    count = len(start_i) - 1
    option_iu = np.full((count, uses), -1, dtype=np.int64)
    for parcel in prange(count):
        most_u = np.full(uses, -np.inf)
        for option in range(start_i[parcel], start_i[parcel + 1]):
            worth = _worth(option, gain_o, class_o, amount_of, price_cf)
            use = use_c[class_o[option]]
            if worth > most_u[use]:
                most_u[use] = worth
                option_iu[parcel, use] = option
    return option_iu


@compiled
def rivals(
    pick: Positions, start_i: Positions, must_i: NDArray[np.bool_], gain_o: Floats,
    class_o: NDArray[np.int32], amount_of: Floats, price_cf: Floats, room_cf: Floats,
) -> tuple[Floats, Positions, Floats]:
    """As `best`, and how near the nearest rival is at least; see `kernels.rivals`.

    The reaches of two options are added up, so what both take alike is counted as if it set
    them apart: rivals can be farther than said, never nearer.
    """
    count = len(pick)
    worth_n = np.empty(count)
    option_n = np.empty(count, dtype=np.int64)
    near_n = np.empty(count)
    for n in prange(count):
        parcel = pick[n]
        first = start_i[parcel]
        options = start_i[parcel + 1] - first
        worth_o = np.empty(options)
        most = -np.inf if must_i[parcel] else 0.0
        chosen = -1
        for o in range(options):
            worth = _worth(first + o, gain_o, class_o, amount_of, price_cf)
            worth_o[o] = worth
            if worth > most:
                most = worth
                chosen = first + o
        worth_n[n] = most
        option_n[n] = chosen
        own = 0.0
        near = np.inf
        if chosen >= 0:
            own = _reach(chosen, class_o, amount_of, room_cf)
            if not must_i[parcel] and own > 0.0:
                near = most / own
        for o in range(options):
            if first + o == chosen:
                continue
            reach = own + _reach(first + o, class_o, amount_of, room_cf)
            if reach > 0.0 and (most - worth_o[o]) / reach < near:
                near = (most - worth_o[o]) / reach
        near_n[n] = near
    return worth_n, option_n, near_n


@compiled
def nearness(
    pick: Positions, best_n: Positions, worth_n: Floats, place_n: Positions,
    start_i: Positions, gain_o: Floats, class_o: NDArray[np.int32], amount_of: Floats,
    price_cf: Floats, room_cf: Floats, total: int,
) -> Floats:
    """Nearness of every option of the picked parcels; see `kernels.nearness`."""
    near_o = np.empty(total)
    for n in prange(len(pick)):
        parcel = pick[n]
        own = 0.0
        if best_n[n] >= 0:
            own = _reach(best_n[n], class_o, amount_of, room_cf)
        for option in range(start_i[parcel], start_i[parcel + 1]):
            behind = worth_n[n] - _worth(option, gain_o, class_o, amount_of, price_cf)
            reach = own + _reach(option, class_o, amount_of, room_cf)
            near = 0.0
            if option != best_n[n]:
                near = behind / reach if reach > 0.0 else np.inf
            near_o[place_n[n] + option - start_i[parcel]] = near
    return near_o


@compiled
def taken(
    option_n: Positions, area_n: Floats, group_g: Positions, gain_o: Floats,
    class_o: NDArray[np.int32], amount_of: Floats, classes: int,
) -> tuple[Floats, Floats]:
    """Hectares and amounts of choices by group and class, shape (G, C, F + 1), and their gains."""
    groups = len(group_g) - 1
    parts = amount_of.shape[1] + 1
    taken_gcf = np.zeros((groups, classes, parts))
    earned_g = np.zeros(groups)
    for g in prange(groups):
        lost = 0.0  # what rounding has dropped so far (Kahan)
        for n in range(group_g[g], group_g[g + 1]):
            option = option_n[n]
            if option < 0:
                continue
            area = area_n[n]
            part = area * gain_o[option] - lost
            total = earned_g[g] + part
            lost = (total - earned_g[g]) - part
            earned_g[g] = total
            group = class_o[option]
            taken_gcf[g, group, 0] += area
            for factor in range(1, parts):
                taken_gcf[g, group, factor] += area * amount_of[option, factor - 1]
    return taken_gcf, earned_g
