"""What depends on the place: columns of the site table, looked up for every option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.record import Options

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table


def place_amount(
    instance: Instance, options: Options, column: str, absent: float
) -> NDArray[np.float64]:
    """Value of a site column for every option, shape (O,).

    A row that names the method beats one that does not, then one that names the period; blank
    cells do not count. `absent` stands where no row holds.
    """
    values_o = np.full(options.count, absent)
    site = instance.table("site")
    if site is None or not site.has(column):
        return values_o
    for names_period, names_method in ((False, False), (True, False), (False, True), (True, True)):
        which = _rows_of_kind(site, column, names_method, names_period)
        if which.size:
            found_o = _look_up(instance, options, site, column, which, names_method, names_period)
            values_o = np.where(np.isnan(found_o), values_o, found_o)
    return values_o


def _rows_of_kind(
    site: Table, column: str, names_method: bool, names_period: bool
) -> NDArray[np.int64]:
    """Rows with a value that do (or do not) name a method and a period."""
    has_method = site.text("method") != ""
    has_period = site.text("period") != ""
    filled = ~np.isnan(site.number(column))
    return np.flatnonzero(filled & (has_method == names_method) & (has_period == names_period))


def _look_up(
    instance: Instance, options: Options, site: Table, column: str, which: NDArray[np.int64],
    names_method: bool, names_period: bool,
) -> NDArray[np.float64]:
    """Value of the rows `which` for every option, NaN where none of them holds."""
    practices, calendar = instance.practices, instance.calendar
    parcel_r = _positions(instance.land.parcels, site.text("parcel")[which])
    use_r = _positions(practices.uses, site.text("use")[which])
    method_r = _positions(practices.methods, site.text("method")[which])
    period_r = _positions(calendar.labels, site.text("period")[which])
    shape = (instance.land.count, len(practices.uses),
             len(practices.methods) if names_method else 1,
             calendar.count if names_period else 1)
    table = np.full(shape, np.nan)
    table[parcel_r, use_r, method_r * names_method, period_r * names_period] = (
        site.number(column)[which])
    found: NDArray[np.float64] = table[
        options.parcel_o, practices.use_um[options.practice_o],
        practices.method_um[options.practice_o] * names_method,
        options.period_o * names_period]
    return found


def _positions(names: tuple[str, ...] | NDArray[np.object_],
               texts: NDArray[np.object_]) -> NDArray[np.int64]:
    """Index of each text among the names; 0 where blank."""
    position = {name: index for index, name in enumerate(names)}
    return np.fromiter((position.get(text, 0) for text in texts), np.int64, len(texts))
