"""Periods in which nothing can happen: all of this is allowed, none of it is likely meant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.common import (
    Tables,
    number_column,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings


def parcels_without_period(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A parcel that comes free after the last period, or whose wait ends before the next one."""
    parcels = table_of(tables, "parcels")
    starts_t = np.asarray(settings.periods, dtype=float)
    open_it = _window(settings, tables)
    never_i = ~open_it.any(axis=1)
    late_i = never_i & (number_column(parcels, "release_year") > starts_t.max(initial=-np.inf))
    yield from on_rows(
        parcels, late_i, rule="no period left", column="release_year", severity="warning",
        seen=f"released after the last period ({starts_t.max(initial=0):g})",
        expected="a release year that leaves a period to start in",
        do="Check the year, or add a later period; the parcel cannot be used as it is.")
    yield from on_rows(
        parcels, never_i & ~late_i, rule="no period left", column="longest_wait_years",
        severity="warning", seen="no period starts between release and the longest wait",
        expected="a wait that reaches the next period",
        do="Lengthen the wait, or add a period; the parcel cannot be used as it is.")


def periods_without_parcel(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A period in which no parcel may start."""
    open_it = _window(settings, tables)
    if not len(open_it):
        return
    for t, period in enumerate(settings.periods):
        if not open_it[:, t].any():
            yield Finding(
                "instance.toml", "period without land", f"no parcel may start in {period}",
                "a period in which at least one parcel is free and within its longest wait",
                "Check periods and release years; nothing else is needed if they are right.",
                column="instance.periods", severity="warning")


def site_rows_never_used(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A site row for a period in which its parcel may not start."""
    site, parcels = table_of(tables, "site"), table_of(tables, "parcels")
    open_it = _window(settings, tables)
    position_i = {name: i for i, name in enumerate(texts(parcels, "parcel"))}
    position_t = {str(year): t for t, year in enumerate(settings.periods)}
    rows = [
        row for row, (parcel, period) in enumerate(
            zip(texts(site, "parcel"), texts(site, "period"), strict=True))
        if period in position_t and parcel in position_i
        and not open_it[position_i[parcel], position_t[period]]
    ]
    yield from on_rows(
        site, rows, rule="period never used", column="period", severity="warning",
        seen="a period in which work on the parcel may not start",
        expected="a period from the parcel's release to its longest wait",
        do="Delete the row, or check release_year and longest_wait_years of the parcel.")


def _window(settings: Settings, tables: Tables) -> NDArray[np.bool_]:
    """Whether work on a parcel may start in a period, shape (I, T)."""
    parcels = table_of(tables, "parcels")
    starts_t = np.asarray(settings.periods, dtype=float)
    release_i = number_column(parcels, "release_year")
    release_i = np.where(np.isnan(release_i), -np.inf, release_i)
    wait_i = number_column(parcels, "longest_wait_years")
    first = starts_t.min(initial=np.inf)
    latest_i = np.maximum(release_i, first) + np.where(np.isnan(wait_i), np.inf, wait_i)
    allowed: NDArray[np.bool_] = (starts_t[None, :] >= release_i[:, None]) & (
        starts_t[None, :] <= latest_i[:, None])
    return allowed


CHECKS = (parcels_without_period, periods_without_parcel, site_rows_never_used)
