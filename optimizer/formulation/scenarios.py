r"""One program for several cases: plans that meet the rules of every one of them.

    (R1)  x[i,u,m,t,k]      the same hectares in every case; an option that one case forbids is out
    (R2)  stock[s,k,t]      what is left of the topsoil, for every case s its own; edges likewise,
                            as a case may have other areas
    (R3)  land              the tightest of the cases' rows L1, L2
    (R4)  soil balance      S1 of every case on its own stocks; B1, B2 on its own edges
    (R5)  limits            P1 to P7 of every case; rows alike in two cases stand once
    (R6)  value_s = cost_s . (x, stock_s)     the objective as case s has it

Symbols   s case; x [ha]; stock [m3]; the rest as in the families named
Dual      as in the families, of whatever objective is made of the values (solve/several.py)
Source    MODEL.md; the plan is decided before it is known which case comes true, and only the
          stocks answer to it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels
from optimizer.options.enumerate import option_keys, options_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


@dataclass(frozen=True)
class CaseProgram:
    """One program for all cases.

    Parameters
    ----------
    program
        Rules of every case; its cost is that of the first case.
    options_s
        Options that every case allows, with the volumes of each case, in the same order.
    cost_sc
        Objective of every case, shape (S, C).
    columns_s
        Where the columns of each case's own program stand, shape (O + K T + F,) each.
    barred
        Options that some cases allow and others forbid.
    """

    program: LinearProgram
    options_s: tuple[Options, ...]
    cost_sc: NDArray[np.float64]
    columns_s: tuple[NDArray[np.int64], ...]
    barred: int


def case_program(instances: Sequence[Instance]) -> CaseProgram:
    """Build the program of several cases of one instance.

    Parameters
    ----------
    instances
        The cases: the same parcels, practices, periods and sources with other numbers, at least
        one, each with an objective of one stage.
    """
    every_s = [options_of(instance) for instance in instances]
    options_s, barred = shared_options(instances[0], every_s)
    own = [assemble(instance, options)
           for instance, options in zip(instances, options_s, strict=True)]
    count = options_s[0].count
    others_s = [program.shape[1] - count for program in own]  # stocks and edges of each case
    start_s = count + np.concatenate([[0], np.cumsum(others_s)]).astype(np.int64)
    columns_s = tuple(
        np.concatenate([np.arange(count), start + np.arange(others)])
        for start, others in zip(start_s[:-1], others_s, strict=True))
    columns = int(start_s[-1])
    wide = [_widened(program, where, columns, s * instances[0].topsoil.count)
            for s, (program, where) in enumerate(zip(own, columns_s, strict=True))]
    return CaseProgram(
        program=_joined(wide), options_s=options_s,
        cost_sc=np.stack([program.cost for program in wide]), columns_s=columns_s, barred=barred)


def shared_options(
    instance: Instance, every_s: Sequence[Options]
) -> tuple[tuple[Options, ...], int]:
    """Keep the options that all cases allow; say how many only some of them do."""
    keys_s = [option_keys(instance, options) for options in every_s]
    shared = keys_s[0]
    for keys in keys_s[1:]:
        shared = np.intersect1d(shared, keys)
    union = np.unique(np.concatenate(keys_s))
    kept = tuple(options.take(np.isin(keys, shared))
                 for options, keys in zip(every_s, keys_s, strict=True))
    return kept, len(union) - len(shared)


def _widened(
    program: LinearProgram, where: NDArray[np.int64], columns: int, sources_before: int
) -> LinearProgram:
    """Place the columns of a case among those of all; its sources become sources of their own."""
    matrix = program.matrix.tocoo()
    wide = sp.csc_array((matrix.data, (matrix.row, where[matrix.col])),
                        shape=(program.shape[0], columns))
    cost = np.zeros(columns)
    cost[where] = program.cost
    rows = replace(program.rows, source=np.where(
        program.rows.family == Family.SOIL_BALANCE, program.rows.source + sources_before,
        program.rows.source).astype(np.int32))
    # Labels of the case's own columns; `_joined` lays stocks and edges of all cases behind.
    labels = replace(program.columns, source=np.where(
        program.columns.is_stock, program.columns.source + sources_before,
        program.columns.source).astype(np.int32))
    return replace(program, matrix=wide, cost=cost, rows=rows, columns=labels,
                   column_lower=np.zeros(columns), column_upper=np.full(columns, np.inf))


def _joined(wide: Sequence[LinearProgram]) -> LinearProgram:
    """Rows of all cases: land once and as tight as the tightest, rows alike once."""
    first = wide[0]
    land_r = (first.rows.family == Family.LAND) | (first.rows.family == Family.MUST_RECLAIM)
    land = int(np.sum(land_r))  # land rows come first, one a parcel, in every case
    lower = np.max([one.row_lower[:land] for one in wide], axis=0)
    upper = np.min([one.row_upper[:land] for one in wide], axis=0)
    family = np.max([one.rows.family[:land] for one in wide], axis=0)
    kept = _different_rows(wide, land)
    stacked = sp.vstack([one.matrix.tocsr()[rows] for one, rows in zip(wide, kept, strict=True)])
    labels = RowLabels.concatenate(
        [_rows_taken(one.rows, rows) for one, rows in zip(wide, kept, strict=True)])
    labels.family[:land] = family
    bounds = [np.concatenate([getattr(one, name)[rows]
                              for one, rows in zip(wide, kept, strict=True)])
              for name in ("row_lower", "row_upper")]
    return replace(
        first, matrix=sp.csc_array(stacked), rows=labels, columns=_columns_of(wide),
        row_lower=np.concatenate([lower, bounds[0][land:]]),
        row_upper=np.concatenate([upper, bounds[1][land:]]))


def _different_rows(wide: Sequence[LinearProgram], land: int) -> list[NDArray[np.int64]]:
    """Rows of each case that no case before it has, land rows of the first case only."""
    seen: set[tuple[bytes, bytes, float, float]] = set()
    kept = []
    for s, one in enumerate(wide):
        rows = list(range(land)) if s == 0 else []
        own = set()
        matrix = one.matrix.tocsr()
        matrix.sort_indices()
        for row in range(land, one.shape[0]):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            key = (matrix.indices[part].tobytes(), matrix.data[part].tobytes(),
                   float(one.row_lower[row]), float(one.row_upper[row]))
            own.add(key)
            if key not in seen:
                rows.append(row)
        seen |= own
        kept.append(np.array(rows, dtype=np.int64))
    return kept


def _rows_taken(labels: RowLabels, rows: NDArray[np.int64]) -> RowLabels:
    """Labels of some rows."""
    return labels.take(rows)


def _columns_of(wide: Sequence[LinearProgram]) -> ColumnLabels:
    """Labels of the options, then of the stocks and edges of every case."""
    parts = [wide[0].columns.take(np.flatnonzero(wide[0].columns.is_option)),
             *(one.columns.take(np.flatnonzero(~one.columns.is_option)) for one in wide)]
    return ColumnLabels.concatenate(parts)
