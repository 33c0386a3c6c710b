r"""What a program keeps of the actual plan: the parts of the gap, together and alone.

With the actual hectares a[i,u,m,t,k] and sums over the letters that are left out:

    (A4)  method     x[i,u,t] = a[i,u,t]      parcel, use and period stay
    (A5)  layout     x[u,t]   = A[u,t]        hectares of each use and period stay
    (A6)  structure  x[t]     = R[t]          reclaimed hectares of each period stay
          scale      nothing stays

Each follows from the one above it, so freeing one after the other never loses. Alone:

    (A7)  layout     x[u,m,t] = A[u,m,t]      only where each use and method goes is free
    (A8)  structure  x[i,t] = r[i,t]  and  x[u,m,t] A[u,t] = A[u,m,t] x[u,t]
                                              which land, when, and the mix of methods in a use stay
    (A9)  scale      x[u,m] R = A[u,m] x,  and x[i,u,m] = 0 where a[i,u,m] = 0 < r[i]
                                              mix of uses and methods, and what stands on a parcel

All of them have the form G x = G a; where G is not negative and G a = 0, columns fall away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.analysis.compare.loosened import Loosened

Groups = NDArray[np.int64]


@dataclass(frozen=True)
class Kept:
    """What one program keeps.

    Parameters
    ----------
    name
        Part that is freed by it.
    words
        What is kept, for people.
    matrix
        G of G x = G a, shape (rows, O).
    dropped_o
        Options that keeping it rules out, shape (O,).
    cells
        The first so many rows keep the hectares of parts of parcels, one row an option.
    """

    name: str
    words: str
    matrix: sp.csr_array
    dropped_o: NDArray[np.bool_]
    cells: int = 0


def kept_in_chain(loosened: Loosened) -> dict[str, Kept]:
    """What is kept while each part is freed in turn; `scale` keeps nothing and is left out."""
    axes = _Axes(loosened)
    return {
        "method": axes.totals("method", (
            "hectares of every parcel, use and period; methods and topsoil sources are free"),
            axes.joined(axes.i, axes.u, axes.t), in_parcels=True),
        "layout": axes.totals("layout", (
            "hectares of every use and period in all; parcels and methods are free"),
            axes.joined(axes.u, axes.t)),
        "structure": axes.totals("structure", (
            "reclaimed hectares of every period in all; uses, parcels and methods are free"),
            axes.t),
    }


def kept_alone(loosened: Loosened) -> dict[str, Kept]:
    """What is kept while each part alone is freed; for `method` the same as in the chain."""
    axes = _Axes(loosened)
    return {
        "method": kept_in_chain(loosened)["method"],
        "layout": axes.totals("layout", (
            "hectares of every use, method and period in all; only where each goes is free"),
            axes.joined(axes.um, axes.t)),
        "structure": _structure_alone(axes),
        "scale": _scale_alone(axes),
    }


def _structure_alone(axes: _Axes) -> Kept:
    """(A8): where and when land is reclaimed stays, and the mix of methods within a use."""
    land = axes.totals("structure", "", axes.joined(axes.i, axes.t), in_parcels=True)
    mix = axes.mix(axes.joined(axes.um, axes.t), axes.joined(axes.u, axes.t))
    return _both(land, mix, (
        "reclaimed hectares of every parcel and period, and the mix of methods in each use and "
        "period; only the use is free (uses new to a period take any method)"))


def _scale_alone(axes: _Axes) -> Kept:
    """(A9): the mix of uses and methods stays, and what stands on a parcel."""
    words = ("share of every use and method in all that is reclaimed, and the uses and methods of "
             "parcels reclaimed already; only how much is reclaimed, and when, is free")
    mix = axes.mix(axes.um, np.zeros_like(axes.um))
    practice_i = axes.joined(axes.i, axes.um)
    reclaimed_o = axes.level(axes.i)[axes.i] > 0.0
    absent_o = axes.level(practice_i)[practice_i] <= 0.0
    return Kept("scale", words, mix.matrix, mix.dropped_o | (reclaimed_o & absent_o))


def _both(one: Kept, other: Kept, words: str) -> Kept:
    return Kept(one.name, words, sp.csr_array(sp.vstack([one.matrix, other.matrix])),
                one.dropped_o | other.dropped_o, one.cells)


class _Axes:
    """Axes of the options, and the hectares of the actual plan on them."""

    def __init__(self, loosened: Loosened) -> None:
        options, practices = loosened.options, loosened.instance.practices
        self.area_o = loosened.actual_c[:options.count]
        self.i, self.um = options.parcel_o.astype(np.int64), options.practice_o.astype(np.int64)
        self.t = options.period_o.astype(np.int64)
        self.u = practices.use_um[self.um]

    def joined(self, *axes: Groups) -> Groups:
        """Number of the combination that each option falls into, shape (O,)."""
        group = np.zeros_like(self.i)
        for axis in axes:
            group = group * (int(axis.max(initial=0)) + 1) + axis
        return np.unique(group, return_inverse=True)[1].astype(np.int64)

    def level(self, group_o: Groups) -> NDArray[np.float64]:
        """Actual hectares of each group."""
        groups = int(group_o.max(initial=-1)) + 1
        return np.bincount(group_o, self.area_o, minlength=groups).astype(float)

    def totals(
        self, name: str, words: str, group_o: Groups, *, in_parcels: bool = False
    ) -> Kept:
        """Keep the hectares of every group, each of which may lie within one parcel."""
        level = self.level(group_o)
        matrix = _sums(group_o, level > 0.0)
        return Kept(name, words, matrix, level[group_o] <= 0.0,
                    matrix.shape[0] if in_parcels else 0)

    def mix(self, group_o: Groups, whole_o: Groups) -> Kept:
        """Keep the share of every group in its whole, where the whole has any hectares.

        Rows of one whole add up to nothing, so one of them is left out.
        """
        level, whole = self.level(group_o), self.level(whole_o)
        counted_o = whole[whole_o] > 0.0
        dropped_o = counted_o & (level[group_o] <= 0.0)
        whole_g = np.zeros(len(level), dtype=np.int64)
        whole_g[group_o] = whole_o
        # The last group of each whole follows from the others.
        told = level > 0.0
        last = {int(whole_g[g]): int(g) for g in np.flatnonzero(told)}
        told[list(last.values())] = False
        share = np.divide(level, whole[whole_g], out=np.zeros_like(level), where=told)
        part, all_of = _sums(group_o, told), _sums(whole_o, np.ones(len(whole), dtype=bool))
        whole_rows = all_of[whole_g[told]]
        matrix = part - sp.csr_array(sp.diags_array(share[told]) @ whole_rows)
        return Kept("mix", "", sp.csr_array(matrix), dropped_o)


def _sums(group_o: Groups, told: NDArray[np.bool_]) -> sp.csr_array:
    """One row a told group: 1 for each option in it."""
    row_g = np.cumsum(told) - 1
    members = np.flatnonzero(told[group_o]) if len(group_o) else np.zeros(0, dtype=np.int64)
    return sp.csr_array(
        (np.ones(len(members)), (row_g[group_o[members]], members)),
        shape=(int(told.sum()), len(group_o)))


