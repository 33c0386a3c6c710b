"""The pass that finds options which can never be best; see `dominance`."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import Floats, Positions, compiled, inlined

#: What a row asks of an option that is to stand in for another: any amount, no more, no less,
#: or the same.
ANY, NO_MORE, NO_LESS, SAME = 0, 1, 2, 3


@inlined
def _fits(kind: int, one: float, other: float) -> bool:
    """Whether an amount may stand in for another in a row."""
    return (kind == 0 or (kind == 1 and one <= other) or (kind == 2 and one >= other)
            or (kind == 3 and one == other))


@inlined
def _stands_in(
    one: int, other: int, indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats,
    kind_r: NDArray[np.int8],
) -> bool:
    """Whether option `one` (-1: leaving the land) fits wherever `other` does, row by row.

    Rows of each column are in rising order; the first row that does not fit ends it.
    """
    here, end = 0, 0
    if one >= 0:
        here, end = indptr[one], indptr[one + 1]
    there, last = indptr[other], indptr[other + 1]
    fits = True
    while fits and (here < end or there < last):
        if there >= last or (here < end and indices[here] < indices[there]):
            fits = _fits(kind_r[indices[here]], data[here], 0.0)
            here += 1
        elif here >= end or indices[there] < indices[here]:
            fits = _fits(kind_r[indices[there]], 0.0, data[there])
            there += 1
        else:
            fits = _fits(kind_r[indices[here]], data[here], data[there])
            here += 1
            there += 1
    return fits


@inlined
def _likeness(
    option: int, indptr: NDArray[np.int32], indices: NDArray[np.int32],
    bits: NDArray[np.uint64], kind_r: NDArray[np.int8],
) -> np.uint64:
    """A number that is the same where options take the same of the rows that ask for that."""
    number = np.uint64(14695981039346656037)
    for place in range(indptr[option], indptr[option + 1]):
        if kind_r[indices[place]] == 3:
            number = (number ^ np.uint64(indices[place])) * np.uint64(1099511628211)
            number = (number ^ bits[place]) * np.uint64(1099511628211)
            number ^= number >> np.uint64(29)
    return number


@compiled
def dominated(
    pick: Positions, place_n: Positions, start_i: Positions, must_i: NDArray[np.bool_],
    gain_c: Floats, indptr: NDArray[np.int32], indices: NDArray[np.int32], data: Floats,
    bits: NDArray[np.uint64], kind_r: NDArray[np.int8], strongest: int, total: int,
) -> Positions:
    """What each option of the picked parcels is dominated by, laid end to end, shape (total,).

    Options of a parcel that are alike in the rows that ask for the same are gone through from
    the one that earns most; each is held against the first `strongest` of those kept so far. -1
    stands for leaving the land, which is open where it need not be reclaimed; an option that is
    kept stands for itself. `bits` are the bits of `data`.
    """
    by_o = np.empty(total, dtype=np.int64)
    for n in prange(len(pick)):
        parcel = pick[n]
        first = start_i[parcel]
        options = start_i[parcel + 1] - first
        like_o = np.empty(options, dtype=np.uint64)
        for o in range(options):
            like_o[o] = _likeness(first + o, indptr, indices, bits, kind_r)
        # Both sorts keep the order of equals, so of twins the first is kept.
        order = np.argsort(-gain_c[first:first + options], kind="mergesort")
        order = order[np.argsort(like_o[order], kind="mergesort")]
        kept = np.empty(strongest, dtype=np.int64)
        count = 0
        for place in range(options):
            o = order[place]
            option = first + o
            if place > 0 and like_o[o] != like_o[order[place - 1]]:
                count = 0
            by = option
            if not must_i[parcel] and gain_c[option] <= 0.0 and _stands_in(
                    -1, option, indptr, indices, data, kind_r):
                by = -1
            rival = 0
            while by == option and rival < count:
                if _stands_in(kept[rival], option, indptr, indices, data, kind_r):
                    by = kept[rival]
                rival += 1
            if by == option and count < strongest:
                kept[count] = option
                count += 1
            by_o[place_n[n] + o] = by
    return by_o
