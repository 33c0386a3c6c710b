"""The tables of an instance by their keys, and its years; None stands for a blank cell."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

Row = dict[str, Any]


class Option(NamedTuple):
    """One (parcel, use, method, period, source); the source is "" where no soil is brought in."""

    parcel: str
    use: str
    method: str
    period: str
    source: str


def rows_of(instance: Any, table: str) -> list[Row]:
    """Rows of a table as dictionaries, None for a blank cell."""
    found = instance.tables.get(table)
    if found is None:
        return []
    columns = {
        header: [None if cell == "" or cell != cell else cell for cell in cells]
        for header, cells in found.columns.items()
    }
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def number(row: Row, column: str, blank: float = 0.0) -> float:
    """Number of a cell, `blank` where there is none."""
    value = row.get(column)
    return blank if value is None else float(value)


class Tables:
    """The tables of an instance by their keys, and the years of its periods."""

    def __init__(self, instance: Any) -> None:
        self.settings = instance.settings
        self.tables = instance.tables
        self.parcels = {row["parcel"]: row for row in rows_of(instance, "parcels")}
        self.uses = {row["use"]: row for row in rows_of(instance, "uses")}
        self.suitability = rows_of(instance, "suitability")
        self.methods = {(row["use"], row["method"], row.get("period")): row
                        for row in rows_of(instance, "methods")}
        self.curves = rows_of(instance, "curves")
        self.sources = {(row["source"], row["period"]): row
                        for row in rows_of(instance, "sources")}
        self.hauls = {(row["source"], row["parcel"]): row["distance_km"]
                      for row in rows_of(instance, "hauls")}
        self.site = {(row["parcel"], row["use"], row.get("method"), row.get("period")): row
                     for row in rows_of(instance, "site")}
        self.accounts = {row["account"]: row for row in rows_of(instance, "accounts")}
        self.limits = rows_of(instance, "limits")
        self.neighbours = {(row["parcel_a"], row["parcel_b"]): row["shared_boundary_m"]
                           for row in rows_of(instance, "adjacency")}
        self.neighbour_rules = rows_of(instance, "neighbours")
        self.factors = {frozenset((row["use_a"], row.get("use_b") or "none")): row["factor"]
                        for row in rows_of(instance, "boundary_weights")}
        self.clusters = rows_of(instance, "clusters")
        self.touching: dict[str, dict[str, list[str]]] = {}  # rule -> parcel -> its neighbours
        self.periods = [str(year) for year in self.settings.periods]
        self.source_names = list(dict.fromkeys(source for source, _ in self.sources))
        self.zones = list(dict.fromkeys(
            row["zone"] for row in self.parcels.values() if row.get("zone")))

    def method(self, use: str, method: str, period: str) -> Row | None:
        """Row of the methods table for a period; one with the period beats the one without."""
        general = self.methods.get((use, method, None))
        return self.methods.get((use, method, period), general)

    # Years -----------------------------------------------------------------------------------

    @cached_property
    def horizon_end(self) -> int:
        """First year after the carbon account."""
        return int(self.settings.base_year + self.settings.horizon_years)

    def credited_years(self, period: str) -> int:
        """Years n that count for an option which starts in the period."""
        crediting = self.settings.crediting_years
        return self.horizon_end - int(period) if crediting is None else int(crediting)

    def years_of(self, period: str) -> int:
        """Length of a period; the last one ends with the horizon."""
        following = self.periods.index(period) + 1
        end = int(self.periods[following]) if following < len(self.periods) else self.horizon_end
        return end - int(period)

    def first_free(self, parcel: Row) -> str:
        """First period that starts in or after a parcel's release; blank where none does."""
        release = number(parcel, "release_year")
        return next((period for period in self.periods if int(period) >= release), "")

    @cached_property
    def elapsed(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Start -> years since it at the beginning and the end of each p, within the credited ones.

        The last period runs on until the last credited year, so that periods add up to the whole.
        """
        last_year = max(int(t) + self.credited_years(t) for t in self.periods)
        starts = np.array([int(p) for p in self.periods])
        ends = np.append(starts[1:], max(last_year, self.horizon_end))
        return {t: (np.clip(starts - int(t), 0, self.credited_years(t)),
                    np.clip(ends - int(t), 0, self.credited_years(t))) for t in self.periods}

    def once(self, start: str) -> np.ndarray:
        """1 in the period of the start, 0 in the others."""
        return np.array([1.0 if p == start else 0.0 for p in self.periods])

    def yearly(self, start: str, years: float = np.inf) -> np.ndarray:
        """Years in each p in which something that runs for `years` from the start occurs."""
        before, after = self.elapsed[start]
        return np.minimum(after, years) - np.minimum(before, years)
