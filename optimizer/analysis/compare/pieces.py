r"""Large programs with bounds on options, cut into pieces that a decomposition can take.

Decomposition wants parcels without bounds on single options. What is fixed is taken off the land
and off the right-hand sides; what is left of a parcel becomes pieces:

    one for each bounded option, of the hectares it may have: all free options, and this one
    the rest: all free options, cut where a part of the parcel must be reclaimed

    x_c = fixed_c + sum over pieces of x'_c

Both programs have the same plans: hectares of a bounded option lie in its own piece, anything
else fills up what is left. Where a part must be reclaimed, it holds all pieces of bounded options,
which the actual plan uses in full; a program of another kind is left to HiGHS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import certify, is_land, right_signs
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.decomposition.decompose import NotClosed
from optimizer.solve.decomposition.split import Unsuited
from optimizer.solve.linear import GAP_ALLOWED, NoPlan, refuse_broken
from optimizer.solve.stages import Answer

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
#: Pieces below this share of their parcel are rounding.
SLIVER = 1e-9


def solve_in_pieces(program: LinearProgram) -> Answer | None:
    """Solve a program by decomposition; None where it is not of the kind, or does not close.

    Parameters
    ----------
    program
        Land rows, any coupling rows; options may have bounds of their own.

    Raises
    ------
    NoPlan
        If it is infeasible.
    SolverFault
        If the answer does not hold.
    """
    try:
        pieces = pieces_of(program)
        found = solve_decomposed(pieces.program)
    except (Unsuited, NotClosed):
        return None
    except NoPlan:
        raise NoPlan from None
    x_c = program.column_lower.copy()
    np.add.at(x_c, pieces.column_p, found.x_c)
    price_r = np.zeros(program.shape[0])
    price_r[pieces.coupling_r] = found.price_r[pieces.land_count:]
    price_r = _with_land(program, x_c, right_signs(program, price_r))
    answer = replace(found, x_c=x_c, price_r=price_r)
    refuse_broken(program, answer)
    return answer if certify(program, x_c, price_r).relative_gap <= GAP_ALLOWED else None


@dataclass(frozen=True)
class Pieces:
    """A program cut into pieces.

    Parameters
    ----------
    program
        Land rows of the pieces first, then the coupling rows.
    column_p
        Column of the whole program that each of its columns is part of.
    coupling_r
        Rows of the whole program that couple parcels.
    land_count
        Number of pieces.
    """

    program: LinearProgram
    column_p: Indices
    coupling_r: Indices
    land_count: int


def pieces_of(program: LinearProgram) -> Pieces:
    """Cut a program into pieces.

    Raises
    ------
    Unsuited
        If its bounds are of another kind.
    """
    land = np.flatnonzero(is_land(program))
    coupling = np.flatnonzero(~is_land(program))
    bounded = _bounded(program, land)
    edges = _edges(program, program.rows.parcel[land].astype(np.int64))
    cuts = [cut for row, first, last, odd in zip(land.tolist(), *edges, bounded, strict=True)
            for cut in (_cuts_of(program, row, first, last) if odd else [_whole(program, row)])]
    columns, piece = _columns_of(program, cuts)
    stocks = np.flatnonzero(program.columns.is_stock)
    column_p = np.concatenate([columns, stocks])
    area = np.array([cut.area for cut in cuts])
    if not area.sum() > 0.0:
        msg = "everything is fixed"
        raise Unsuited(msg)
    must = np.array([cut.must for cut in cuts], dtype=bool)
    taken = program.activity(program.column_lower)[coupling]
    matrix = sp.csc_array(program.matrix)[:, column_p].tocsr()[coupling]
    on_land = sp.csr_array((np.ones(len(columns)), (piece, np.arange(len(columns)))),
                           shape=(len(cuts), len(column_p)))
    labels = program.columns.take(column_p)
    none = np.zeros(len(column_p))
    cut_program = LinearProgram(
        matrix=sp.csc_array(sp.vstack([on_land, matrix], format="csc")),
        row_lower=np.append(np.where(must, area, -np.inf), program.row_lower[coupling] - taken),
        row_upper=np.append(area, program.row_upper[coupling] - taken),
        column_lower=none, column_upper=np.full(len(column_p), np.inf),
        cost=program.cost[column_p], offset=program.value(program.column_lower),
        rows=RowLabels.concatenate([_land_labels(must), program.rows.take(coupling)]),
        columns=replace(labels, parcel=np.append(
            piece, np.full(len(stocks), -1)).astype(np.int32)),
    )
    return Pieces(cut_program, column_p, coupling, len(cuts))


@dataclass(frozen=True)
class _Cut:
    """One piece: of which parcel, with which bounded option (-1: none), how large, must it."""

    parcel: int
    option: int
    area: float
    must: bool


def _bounded(program: LinearProgram, land: Indices) -> NDArray[np.bool_]:
    """Which land rows have options with bounds, or a least and a most, shape (land rows,)."""
    lower, upper = program.row_lower[land], program.row_upper[land]
    bound_c = (program.column_lower != 0.0) | np.isfinite(program.column_upper)
    parcels = program.columns.parcel[bound_c & program.columns.is_option]
    ordinary = np.isneginf(lower) | (lower == upper)
    return np.asarray(~ordinary | np.isin(program.rows.parcel[land], parcels))


def _edges(program: LinearProgram, parcel: Indices) -> tuple[Indices, Indices]:
    """First column of each parcel, and the first behind it."""
    order = program.columns.parcel[:_options(program)].astype(np.int64)
    return np.searchsorted(order, parcel), np.searchsorted(order, parcel + 1)


def _whole(program: LinearProgram, row: int) -> _Cut:
    """A parcel in one piece."""
    return _Cut(int(program.rows.parcel[row]), -1, float(program.row_upper[row]),
                bool(np.isfinite(program.row_lower[row])))


def _cuts_of(program: LinearProgram, row: int, first: int, last: int) -> list[_Cut]:
    """Pieces of the parcel of a land row, whose columns are given; at least one."""
    parcel = int(program.rows.parcel[row])
    fixed = math.fsum(program.column_lower[first:last])
    area = max(0.0, float(program.row_upper[row]) - fixed)
    due = min(area, max(0.0, float(program.row_lower[row]) - fixed))
    room_c = program.column_upper[first:last] - program.column_lower[first:last]
    extra = np.flatnonzero(np.isfinite(room_c) & (room_c > SLIVER * max(area, 1.0)))
    extras = math.fsum(room_c[extra])
    must = due > 0.0
    play = SLIVER * max(1.0, area) * (1 + len(extra))
    if extras > area + play or (must and len(extra) and extras > due + play):
        msg = "some options have bounds of another kind"
        raise Unsuited(msg)
    cuts = [_Cut(parcel, int(first + o), float(room_c[o]), must) for o in extra]
    rest = area - max(due, extras)
    if must and due - extras > SLIVER * area:
        cuts.append(_Cut(parcel, -1, due - extras, must=True))
    if rest > SLIVER * area or not cuts:
        cuts.append(_Cut(parcel, -1, max(rest, 0.0), must=False))
    return cuts


def _options(program: LinearProgram) -> int:
    return int(np.count_nonzero(program.columns.is_option))


def _columns_of(program: LinearProgram, cuts: list[_Cut]) -> tuple[Indices, Indices]:
    """Columns of every piece, in order, and the piece of each."""
    count = _options(program)
    free = np.isposinf(program.column_upper[:count])
    parcel = np.array([cut.parcel for cut in cuts], dtype=np.int64)
    edges = _edges(program, parcel)
    parts = []
    for cut, first, last in zip(cuts, *edges, strict=True):
        own = first + np.flatnonzero(free[first:last])
        parts.append(np.sort(np.append(own, cut.option)) if cut.option >= 0 else own)
    piece = np.repeat(np.arange(len(cuts)), [len(part) for part in parts])
    columns = np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)
    return columns, piece.astype(np.int64)


def _land_labels(must: NDArray[np.bool_]) -> RowLabels:
    """Labels of the land of pieces."""
    labels = RowLabels.of(Family.LAND, len(must), parcel=np.arange(len(must), dtype=np.int32))
    labels.family[must] = Family.MUST_RECLAIM
    return labels


def _with_land(program: LinearProgram, x_c: Floats, price_r: Floats) -> Floats:
    """Prices of land: what its last hectare earns, with the coupling rows paid.

    An option at its upper bound earns more than that; land that lies idle is worth nothing.
    """
    land = np.flatnonzero(is_land(program))
    price_r = price_r.copy()
    price_r[land] = 0.0
    count = _options(program)
    gain_o = (program.cost - program.matrix.T @ price_r)[:count]
    open_o = x_c[:count] < program.column_upper[:count]
    best = np.full(int(program.rows.parcel[land].max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, program.columns.parcel[:count][open_o], gain_o[open_o])
    worth = best[program.rows.parcel[land]]
    used = program.activity(x_c)[land]
    idle = ~(used <= program.row_lower[land] * (1.0 + SLIVER))
    price_r[land] = np.where(idle | np.isneginf(worth), np.maximum(worth, 0.0), worth)
    return price_r
