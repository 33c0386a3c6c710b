"""Limits of any plan, worked out from the tables by adding up rows, without a program.

This is written apart from the formulation on purpose: it judges the optimum, the actual plan and
a plan drawn by hand alike, and a mistake in one of the two shows as a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from optimizer.formulation.accounts import account_components, account_unit
from optimizer.instance.units import limit_conversion

if TYPE_CHECKING:
    from optimizer.analysis.allocation import Allocation
    from optimizer.analysis.stocks import Stocks
    from optimizer.instance.record import Instance

#: How far a rule may be missed before it counts as broken, relative to the sizes involved.
TOLERANCE = 1e-6

#: Axes of a limit's selectors.
AXES = ("use", "method", "zone", "period")

#: On each axis the label of a row and the names it counts (None for all).
Choice = tuple[str, list[str] | None]
Combination = tuple[Choice, ...]


@dataclass(frozen=True)
class HeldLimit:
    """One row of a limit on a plan, in the words of the limits table.

    `activity` and `bound` are in `unit`; `missed` is by how much the bound is missed (0 if held).
    `until` is the last year of what a cumulative line counts together, None of other lines.
    """

    limit: str
    use: str
    method: str
    zone: str
    period: str
    sense: str
    activity: float
    bound: float
    unit: str
    missed: float
    until: int | None = None

    @property
    def named(self) -> str:
        """Name, with what the row counts in brackets behind it."""
        when = self.period if self.until is None else f"by the end of {self.until}"
        told = ", ".join(part for part in (self.use, self.method, self.zone, when) if part)
        return f"{self.limit} ({told})" if told else self.limit


def held_limits(instance: Instance, allocation: Allocation, stocks: Stocks) -> list[HeldLimit]:
    """Hold a plan against every limit, in the order of the table."""
    table = instance.table("limits")
    if table is None:
        return []
    book = _Book(instance, allocation, stocks)
    return [held for _, line in table.frame().iterrows() for held in _lines(book, _Line(line))]


class _Line:
    """One line of the limits table, as plain Python values."""

    def __init__(self, cells: pd.Series) -> None:
        def text(name: str) -> str:
            return str(cells.get(name, "") or "")
        self.name, self.account = text("limit"), text("account")
        self.basis = text("basis") or "absolute"
        self.sense, self.unit = text("sense"), text("unit")
        self.value = float(cells.get("value", np.nan))
        self.cumulative = cells.get("cumulative", 0.0) == 1.0
        self.started = text("counted") == "started"
        self.cells = {axis: text(axis) for axis in AXES}


class _Book:
    """Amounts of a plan by row and period, one account at a time."""

    def __init__(self, instance: Instance, allocation: Allocation, stocks: Stocks) -> None:
        self.instance, self.allocation, self.stocks = instance, allocation, stocks
        practices, land, options = instance.practices, instance.land, allocation.options
        zones = np.array([*land.zones, ""], dtype=object)
        self.rows = pd.DataFrame({
            "use": np.array(practices.uses, dtype=object)[practices.use_um[options.practice_o]],
            "method": np.array(practices.methods, dtype=object)[
                practices.method_um[options.practice_o]],
            "zone": zones[land.zone_i[options.parcel_o]],
            "period": np.array(instance.calendar.labels, dtype=object)[options.period_o],
        })
        self.names: dict[str, Sequence[str]] = {
            "use": practices.uses, "method": practices.methods, "zone": land.zones,
            "period": instance.calendar.labels,
        }
        self._amounts: dict[str, pd.DataFrame] = {}

    def amounts(self, account: str) -> pd.DataFrame:
        """Amount of every plan row (down) in every period (across)."""
        if account not in self._amounts:
            options, area = self.allocation.options, self.allocation.area_o
            total = np.zeros((options.count, self.instance.calendar.count))
            for part in account_components(self.instance, options, account):
                practice = options.practice_o if part.spread_umtp.shape[0] > 1 else 0
                total += (part.amount_o * area)[:, None] * part.spread_umtp[
                    practice, options.period_o]
            self._amounts[account] = pd.DataFrame(total, columns=list(self.names["period"]))
        return self._amounts[account]

    def add_up(self, line: _Line, account: str, chosen: dict[str, list[str] | None]) -> float:
        """Add an account up over the chosen uses, methods, zones and periods."""
        kept = pd.Series(np.ones(len(self.rows), dtype=bool), index=self.rows.index)
        for axis in ("use", "method", "zone"):
            if chosen[axis] is not None:
                kept &= self.rows[axis].isin(chosen[axis])
        periods = chosen["period"] or list(self.names["period"])
        amounts = self.amounts(account)
        if line.started:
            kept &= self.rows["period"].isin(periods)
            periods = list(self.names["period"])
        total = float(amounts.loc[kept, periods].to_numpy().sum())
        if account in ("net_sink", "holding") and all(
                chosen[axis] is None for axis in ("use", "method", "zone")):
            counted = [name in (chosen["period"] or self.names["period"])
                       for name in self.names["period"]]
            total -= float(self.stocks.holding_kt[:, counted].sum())
        return total

    def hectares_there(
        self, zones: list[str] | None, released_for: list[str] | None = None
    ) -> float:
        """Hectares of the zones, all or only those first free in one of some periods."""
        land = self.instance.land
        kept = np.ones(land.count, dtype=bool)
        if zones is not None:
            names = np.array([*land.zones, ""], dtype=object)[land.zone_i]
            kept = np.isin(names.astype(str), zones)
        if released_for is not None:
            kept &= np.array([self._first_free(year) in released_for
                              for year in land.release_i], dtype=bool)
        return float(land.area_i[kept].sum())

    def _first_free(self, release_year: float) -> str:
        """First period that starts in or after a year; blank where none does."""
        return next((name for name in self.names["period"] if int(name) >= release_year), "")

    def years(self, periods: list[str] | None) -> float:
        """Years of the periods."""
        names = list(self.names["period"])
        chosen = names if periods is None else periods
        return float(sum(self.instance.calendar.years_t[names.index(name)] for name in chosen))


def _choices(cell: str, names: Sequence[str]) -> list[Choice]:
    """Rows a selector cell stands for: (label, names counted or None for all)."""
    if cell == "":
        return [("", None)]
    if cell == "*":
        return [(name, [name]) for name in names]
    return [(cell, [part.strip() for part in cell.split("|")])]


def _lines(book: _Book, line: _Line) -> Iterator[HeldLimit]:
    """Judge the rows of one limit."""
    combinations = list(product(*(_choices(line.cells[axis], book.names[axis]) for axis in AXES)))
    if line.basis == "equal":
        yield from _equal(book, line, combinations)
        return
    for combination in combinations:
        chosen = _chosen(book, line, combination)
        activity, bound, unit, size = _measured(book, line, chosen)
        yield HeldLimit(line.name, *_labels(combination), line.sense, activity, bound, unit,
                        _missed(line.sense, activity, bound, size),
                        _until(book, line, chosen["period"]))


def _chosen(
    book: _Book, line: _Line, combination: Combination
) -> dict[str, list[str] | None]:
    """Names counted on each axis; a cumulative line counts all periods up to its last."""
    chosen = {axis: names for axis, (_, names) in zip(AXES, combination, strict=True)}
    if line.cumulative and chosen["period"] is not None:
        names = list(book.names["period"])
        last = max(names.index(name) for name in chosen["period"])
        chosen["period"] = names[:last + 1]
    return chosen


def _until(book: _Book, line: _Line, counted: list[str] | None) -> int | None:
    """Last year that a cumulative line counts."""
    if not line.cumulative or counted is None:
        return None
    return int(book.instance.calendar.end_t[len(counted) - 1]) - 1


def _measured(
    book: _Book, line: _Line, chosen: dict[str, list[str] | None]
) -> tuple[float, float, str, float]:
    """Activity, bound, unit and size for the tolerance of one row, by its basis."""
    own = account_unit(book.instance, line.account)
    total = book.add_up(line, line.account, chosen)
    found = limit_conversion(line.unit, line.basis, own)
    value = line.value * (found.factor if found else 1.0)
    if line.basis == "absolute":
        bound = value * (book.years(chosen["period"]) if found and found.per_year else 1.0)
        return total, bound, own, max(1.0, abs(bound), abs(total))
    if line.basis.startswith("share_of_"):
        whole = _whole(book, line, chosen)
        share = 100.0 * total / whole if whole > 0.0 else line.value
        return share, line.value, "%", 100.0 * max(1.0, _per(whole))
    area = (book.hectares_there(chosen["zone"]) if line.basis == "average_of_available"
            else book.add_up(line, "area", chosen))
    # On no area at all an amount is above (or below) every mean, and nothing is the mean itself.
    mean = total / area if area > 0.0 else value if total == 0.0 else np.copysign(np.inf, total)
    size = max(1.0, abs(value), abs(mean), _per(area)) if area > 0.0 else 1.0
    return float(mean), value, f"{own}/ha", size


def _per(area: float) -> float:
    """Size of one unit spread over so many hectares: the play of a mean over next to nothing."""
    return 1.0 / area if area > 0.0 else 0.0


def _whole(book: _Book, line: _Line, chosen: dict[str, list[str] | None]) -> float:
    """Hectares a share is a share of."""
    if line.basis == "share_of_reclaimed":
        return book.add_up(line, "area", {**chosen, "use": None, "method": None})
    if line.basis == "share_of_available":
        return book.hectares_there(chosen["zone"])
    return book.hectares_there(chosen["zone"], chosen["period"] or list(book.names["period"]))


def _labels(combination: Combination) -> tuple[str, str, str, str]:
    """Labels of a row on the four axes."""
    use, method, zone, period = combination
    return use[0], method[0], zone[0], period[0]


def _equal(book: _Book, line: _Line, combinations: list[Combination]) -> Iterator[HeldLimit]:
    """Compare neighbours in the list: shares of zones, or amounts of periods."""
    by_zone = line.cells["zone"] == "*"
    own = account_unit(book.instance, line.account)
    measured = []
    for combination in combinations:
        chosen = _chosen(book, line, combination)
        size = book.hectares_there(chosen["zone"]) if by_zone else 1.0
        if size > 0.0:
            measured.append((combination, book.add_up(line, line.account, chosen) / size))
    for (combination, one), (next_combination, other) in pairwise(measured):
        if combination[:2] != next_combination[:2]:
            continue  # the end of one use (or method) and the start of the next
        unit = f"{own}/ha" if by_zone else own
        yield HeldLimit(line.name, *_labels(combination), "=", one, other, unit,
                        _missed("=", one, other, max(1.0, abs(one), abs(other))),
                        _until(book, line, _chosen(book, line, combination)["period"]))


def _missed(sense: str, activity: float, bound: float, size: float) -> float:
    """By how much a bound is missed; 0 where it is held within the tolerance."""
    over, under = activity - bound, bound - activity
    missed = {"<=": over, ">=": under, "=": abs(over)}[sense]
    return missed if missed > TOLERANCE * size else 0.0
