"""The passes over all options, compiled and parallel: the only work that grows with size.

The only module that knows numba. A pass goes through parcels `pick` (positions), whose options
are the columns start[i] .. start[i + 1] - 1 of a matrix by columns; `price_r` has a price for
every row of the program, 0 for land. Compiled at the first call, kept on disk for later runs.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.errors import SolverFault

try:
    import numba
    from numba import prange
except ImportError as missing:  # or one that does not go with the numpy that is there
    msg = (f"the passes over options need numba, which does not work here: {missing}. Install it "
           "again, or do without it by --engine highs, which takes far longer on large land")
    raise SolverFault(msg) from missing

Function = TypeVar("Function", bound=Callable[..., Any])
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


#: The simplest threading layer of numba must not be entered twice at a time.
_LOCK = threading.Lock()
#: Fewer options than this are not worth waking other cores for.
_ALONE = 100_000


@contextlib.contextmanager
def on_cores(options: int) -> Iterator[None]:
    """Run a pass over so many options on all cores, or on one where they are few."""
    with _LOCK:
        cores = numba.get_num_threads()
        numba.set_num_threads(1 if options < _ALONE else cores)
        try:
            yield
        finally:
            numba.set_num_threads(cores)


def compiled(function: Function) -> Function:
    """Compile for all cores; what was compiled once is found on disk again."""
    try:
        return cast("Function", numba.njit(parallel=True, cache=True, nogil=True)(function))
    except RuntimeError:  # nowhere to keep it: every run compiles anew
        return cast("Function", numba.njit(parallel=True, nogil=True)(function))


def inlined(function: Function) -> Function:
    """Compile as part of what calls it."""
    return cast("Function", numba.njit(inline="always")(function))


@inlined
def _worth(
    option: int, gain_c: Floats, indptr: NDArray[np.int32], indices: NDArray[np.int32],
    data: Floats, price_r: Floats,
) -> float:
    """Gain of one hectare of an option less what it takes of the priced rows."""
    worth: float = gain_c[option]
    for place in range(indptr[option], indptr[option + 1]):
        worth -= data[place] * price_r[indices[place]]
    return worth


@inlined
def _reach(
    one: int, other: int, indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats,
    room_r: Floats,
) -> float:
    """How far the worths of two options can move apart while each price moves by its room.

    Option -1 takes nothing. Rows of each column are in rising order.
    """
    here, end = 0, 0
    if one >= 0:
        here, end = indptr[one], indptr[one + 1]
    there, last = 0, 0
    if other >= 0:
        there, last = indptr[other], indptr[other + 1]
    reach = 0.0
    while here < end or there < last:
        if there >= last or (here < end and indices[here] < indices[there]):
            reach += abs(data[here]) * room_r[indices[here]]
            here += 1
        elif here >= end or indices[there] < indices[here]:
            reach += abs(data[there]) * room_r[indices[there]]
            there += 1
        else:
            reach += abs(data[here] - data[there]) * room_r[indices[here]]
            here += 1
            there += 1
    return reach


@compiled
def best(
    pick: Positions, start_i: Positions, must_i: NDArray[np.bool_], gain_c: Floats,
    indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats, price_r: Floats,
) -> tuple[Floats, Positions]:
    """Best worth and option of each picked parcel; 0 and -1 where land is better left alone.

    A parcel that must be reclaimed has no such way out: -inf and -1 where it has no option.
    """
    count = len(pick)
    worth_n = np.empty(count)
    option_n = np.empty(count, dtype=np.int64)
    for n in prange(count):
        parcel = pick[n]
        most = -np.inf if must_i[parcel] else 0.0
        chosen = -1
        for option in range(start_i[parcel], start_i[parcel + 1]):
            worth = _worth(option, gain_c, indptr, indices, data, price_r)
            if worth > most:
                most = worth
                chosen = option
        worth_n[n] = most
        option_n[n] = chosen
    return worth_n, option_n


@compiled
def rivals(
    pick: Positions, start_i: Positions, must_i: NDArray[np.bool_], gain_c: Floats,
    indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats, price_r: Floats,
    room_r: Floats,
) -> tuple[Floats, Positions, Floats]:
    """As `best`, and how near the nearest rival is, shape (picked,).

    A rival of nearness h overtakes the best only once some price moves by more than h times
    its room; inf where there is no rival.
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
            worth = _worth(first + o, gain_c, indptr, indices, data, price_r)
            worth_o[o] = worth
            if worth > most:
                most = worth
                chosen = first + o
        worth_n[n] = most
        option_n[n] = chosen
        near = np.inf
        if chosen >= 0 and not must_i[parcel]:
            reach = _reach(chosen, -1, indptr, indices, data, room_r)
            if reach > 0.0:
                near = most / reach
        for o in range(options):
            behind = most - worth_o[o]
            if first + o == chosen:
                continue
            reach = _reach(chosen, first + o, indptr, indices, data, room_r)
            if reach > 0.0 and behind / reach < near:
                near = behind / reach
        near_n[n] = near
    return worth_n, option_n, near_n


@compiled
def nearness(
    pick: Positions, best_n: Positions, worth_n: Floats, place_n: Positions,
    start_i: Positions, gain_c: Floats, indptr: NDArray[np.int32], indices: NDArray[np.int32],
    data: Floats, price_r: Floats, room_r: Floats, total: int,
) -> Floats:
    """Nearness of every option of the picked parcels, laid end to end, shape (total,).

    `place_n` is where each parcel's options begin; the best has nearness 0.
    """
    near_o = np.empty(total)
    for n in prange(len(pick)):
        parcel = pick[n]
        for option in range(start_i[parcel], start_i[parcel + 1]):
            behind = worth_n[n] - _worth(option, gain_c, indptr, indices, data, price_r)
            both = _reach(best_n[n], option, indptr, indices, data, room_r)
            near = 0.0
            if option != best_n[n]:
                near = behind / both if both > 0.0 else np.inf
            near_o[place_n[n] + option - start_i[parcel]] = near
    return near_o


@compiled
def taken(
    option_n: Positions, area_n: Floats, group_g: Positions, gain_c: Floats,
    indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats,
    coupling_r: NDArray[np.int32], rows: int,
) -> tuple[Floats, Floats]:
    """What choices take of every coupling row, and earn, by groups of consecutive ones.

    `group_g` has the first choice of each group and, last, the number of choices; option -1
    takes nothing. `coupling_r` is the place of each row among the coupling rows, -1 for land.
    """
    groups = len(group_g) - 1
    taken_gr = np.zeros((groups, rows))
    earned_g = np.zeros(groups)
    for g in prange(groups):
        lost_r = np.zeros(rows)  # what rounding has dropped so far (Kahan)
        lost = 0.0
        for n in range(group_g[g], group_g[g + 1]):
            option = option_n[n]
            if option < 0:
                continue
            area = area_n[n]
            part = area * gain_c[option] - lost
            total = earned_g[g] + part
            lost = (total - earned_g[g]) - part
            earned_g[g] = total
            for place in range(indptr[option], indptr[option + 1]):
                row = coupling_r[indices[place]]
                if row >= 0:
                    part = area * data[place] - lost_r[row]
                    total = taken_gr[g, row] + part
                    lost_r[row] = (total - taken_gr[g, row]) - part
                    taken_gr[g, row] = total
    return taken_gr, earned_g


@compiled
def signatures(
    start_i: Positions, indptr: NDArray[np.int32], indices: NDArray[np.int32],
    coupling_r: NDArray[np.int32],
) -> NDArray[np.uint64]:
    """Which coupling rows each parcel can touch, as bits (64 of them, shared when there are more).

    Parcels of one zone and release have the same signature, so samples are stratified by it.
    """
    parcels = len(start_i) - 1
    bits_i = np.zeros(parcels, dtype=np.uint64)
    for parcel in prange(parcels):
        bits = np.uint64(0)
        for place in range(indptr[start_i[parcel]], indptr[start_i[parcel + 1]]):
            row = coupling_r[indices[place]]
            if row >= 0:
                bits |= np.uint64(1) << np.uint64(row % 64)
        bits_i[parcel] = bits
    return bits_i
