"""What depends on the place: columns of the site table, looked up for every option."""

from __future__ import annotations

import weakref
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.record import Options

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table


#: Kinds of rows, from the least particular: whether they name a period and a method.
_KINDS = ((False, False), (True, False), (False, True), (True, True))
#: Tables asked for last: options come in pieces, each of which asks again, and so does a copy of
#: an instance with overrides, which shares what it was made from.
_LATEST: deque[tuple[_MadeFrom, str, list[Placed]]] = deque(maxlen=4)
_TABLES = ("site", "parcels", "uses", "methods")


@dataclass(frozen=True)
class _MadeFrom:
    """What `Placed` is made from: tables, told apart by identity, and the periods."""

    tables: tuple[weakref.ref[Table] | None, ...]
    periods: tuple[int, ...]

    @classmethod
    def of(cls, instance: Instance) -> _MadeFrom:
        found = (instance.table(name) for name in _TABLES)
        return cls(tuple(None if table is None else weakref.ref(table) for table in found),
                   instance.settings.periods)

    def same(self, other: _MadeFrom) -> bool:
        """Whether both are made from the same tables, which are still there."""
        return self.periods == other.periods and all(
            one is other_one if one is None or other_one is None
            else one() is not None and one() is other_one()
            for one, other_one in zip(self.tables, other.tables, strict=True))


@dataclass(frozen=True)
class Placed:
    """Values of one site column by the rows of one kind.

    Parameters
    ----------
    value_iumt
        NaN where no row holds, shape (I, U, M or 1, T or 1).
    names_method, names_period
        The kind; an axis that is not named has length 1.
    """

    value_iumt: NDArray[np.float64]
    names_method: bool
    names_period: bool

    def of(self, instance: Instance, options: Options) -> NDArray[np.float64]:
        """Value for every option, NaN where no row holds, shape (O,)."""
        practices = instance.practices
        found: NDArray[np.float64] = self.value_iumt[
            options.parcel_o, practices.use_um[options.practice_o],
            practices.method_um[options.practice_o] * self.names_method,
            options.period_o * self.names_period]
        return found


def place_amount(
    instance: Instance, options: Options, column: str, absent: float
) -> NDArray[np.float64]:
    """Value of a site column for every option, shape (O,).

    A row that names the method beats one that does not, then one that names the period; blank
    cells do not count. `absent` stands where no row holds.
    """
    values_o = np.full(options.count, absent)
    for placed in _placed(instance, column):
        found_o = placed.of(instance, options)
        values_o = np.where(np.isnan(found_o), values_o, found_o)
    return values_o


def _placed(instance: Instance, column: str) -> list[Placed]:
    """Tables of a site column, the least particular first; remembered."""
    made_from = _MadeFrom.of(instance)
    for kept, name, tables in list(_LATEST):
        if name == column and kept.same(made_from):
            return tables
    tables = _tables(instance, column)
    _LATEST.append((made_from, column, tables))
    return tables


def _tables(instance: Instance, column: str) -> list[Placed]:
    """Lay the rows of each kind out; kinds without rows are left out."""
    site = instance.table("site")
    if site is None or not site.has(column):
        return []
    tables = []
    for names_period, names_method in _KINDS:
        which = _rows_of_kind(site, column, names_method, names_period)
        if which.size:
            tables.append(_table(instance, site, column, which, names_method, names_period))
    return tables


def _rows_of_kind(
    site: Table, column: str, names_method: bool, names_period: bool
) -> NDArray[np.int64]:
    """Rows with a value that do (or do not) name a method and a period."""
    has_method = site.text("method") != ""
    has_period = site.text("period") != ""
    filled = ~np.isnan(site.number(column))
    return np.flatnonzero(filled & (has_method == names_method) & (has_period == names_period))


def _table(
    instance: Instance, site: Table, column: str, which: NDArray[np.int64],
    names_method: bool, names_period: bool,
) -> Placed:
    """Lay the rows `which` out by place, use, method and period."""
    practices, calendar = instance.practices, instance.calendar
    parcel_r = _positions(instance.land.parcels, site.text("parcel")[which])
    use_r = _positions(practices.uses, site.text("use")[which])
    none = np.zeros(len(which), dtype=np.int64)
    method_r = _positions(
        practices.methods, site.text("method")[which]) if names_method else none
    period_r = _positions(calendar.labels, site.text("period")[which]) if names_period else none
    shape = (instance.land.count, len(practices.uses),
             len(practices.methods) if names_method else 1,
             calendar.count if names_period else 1)
    value_iumt = np.full(shape, np.nan)
    value_iumt[parcel_r, use_r, method_r, period_r] = site.number(column)[which]
    return Placed(value_iumt, names_method, names_period)


def _positions(names: tuple[str, ...] | NDArray[np.object_],
               texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Index of each text among the names; 0 where blank."""
    import pandas as pd

    found = pd.Index(np.asarray(names, dtype=object)).get_indexer(np.asarray(texts, dtype=object))
    return np.asarray(np.maximum(found, 0), dtype=np.int64)
