"""Judge any plan from the tables: accounts, carbon terms, and each broken rule in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.allocation import Allocation, allocation_of
from optimizer.analysis.held_layout import broken_layout
from optimizer.analysis.held_limits import TOLERANCE, HeldLimit, held_limits
from optimizer.analysis.stocks import Stocks, follow_stocks
from optimizer.analysis.violation import Violation
from optimizer.carbon.terms import term_values
from optimizer.formulation.accounts import account_total, account_unit
from optimizer.formulation.row_names import number_text
from optimizer.options.eligibility import Eligibility, eligibility_of
from optimizer.options.works import attribute_after, works_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Accounts every judgement adds up, before those the instance uses.
ALWAYS_ADDED = ("area", "cost", "income", "water", "labour", "soil")


@dataclass(frozen=True)
class Judgement:
    """What a plan is worth and which rules it breaks.

    Parameters
    ----------
    violations
        Every broken rule, worst family first.
    carbon_terms
        Term -> t CO2e, signed, holding included; empty where the instance uses no carbon.
    accounts
        Account -> (total, unit).
    area_by_use
        Use -> hectares, zeros too.
    limits
        Every limit row with its activity.
    """

    violations: tuple[Violation, ...]
    carbon_terms: dict[str, float]
    accounts: dict[str, tuple[float, str]]
    area_by_use: dict[str, float]
    limits: tuple[HeldLimit, ...]

    @property
    def allowed(self) -> bool:
        """Whether the plan breaks no rule."""
        return not self.violations

    @property
    def net_sink_tco2e(self) -> float:
        """Sum of the carbon terms."""
        return float(np.sum(list(self.carbon_terms.values())))


def check_plan(instance: Instance, plan: pd.DataFrame, file: str = "plan") -> Judgement:
    """Judge a plan without building a program.

    Parameters
    ----------
    instance
        Checked instance.
    plan
        Columns parcel, use, and where the instance leaves a choice method, period, source; and
        area_ha (blank: the whole parcel).
    file
        Name used in findings.

    Raises
    ------
    InstanceRefused
        If rows cannot be matched with the instance.
    """
    allocation = allocation_of(instance, plan, file)
    stocks = follow_stocks(instance, allocation)
    limits = held_limits(instance, allocation, stocks)
    violations = (
        *_land(instance, allocation), *_eligibility(instance, allocation),
        *_topsoil(instance, stocks), *_limits(limits), *broken_layout(instance, allocation),
    )
    return Judgement(
        violations=violations,
        carbon_terms=_carbon(instance, allocation, stocks) if instance.uses_carbon else {},
        accounts=_accounts(instance, allocation),
        area_by_use=_area_by_use(instance, allocation),
        limits=tuple(limits),
    )


def _land(instance: Instance, allocation: Allocation) -> Iterator[Violation]:
    """No parcel used more than once, none left that must be reclaimed."""
    land = instance.land
    used_i = np.bincount(allocation.options.parcel_o, allocation.area_o, land.count)
    play_i = TOLERANCE * np.maximum(1.0, land.area_i)
    for i in np.flatnonzero(used_i > land.area_i + play_i):
        over = used_i[i] - land.area_i[i]
        yield Violation("land", f"parcel {land.parcels[i]}",
                        f"{number_text(used_i[i])} ha planned, "
                        f"{number_text(land.area_i[i])} ha there",
                        float(over), "ha")
    for i in np.flatnonzero(land.must_i & (used_i < land.area_i - play_i)):
        short = land.area_i[i] - used_i[i]
        yield Violation("must_reclaim", f"parcel {land.parcels[i]}",
                        f"{number_text(short)} of {number_text(land.area_i[i])} ha left, "
                        "all must be reclaimed",
                        float(short), "ha")


def _eligibility(instance: Instance, allocation: Allocation) -> Iterator[Violation]:
    """Every row is an option that the rules allow."""
    eligibility = eligibility_of(instance)
    options = allocation.options
    for row in np.flatnonzero(allocation.area_o > 0.0):
        i, um, t = (int(axis[row]) for axis in (
            options.parcel_o, options.practice_o, options.period_o))
        for words in _forbidden(instance, eligibility, i, um, t):
            use, method = instance.practices.name_um(um)
            yield Violation(
                "eligibility", f"parcel {instance.land.parcels[i]}",
                f"{number_text(allocation.area_o[row])} ha as {use} by {method} from "
                f"{instance.calendar.labels[t]}: {words}", float(allocation.area_o[row]), "ha")


def _forbidden(
    instance: Instance, eligibility: Eligibility, i: int, um: int, t: int
) -> Iterator[str]:
    """Rules, in words, that forbid practice um on parcel i from period t."""
    use = int(instance.practices.use_um[um])
    for rule in eligibility.failing(i, um, use):
        if rule.kind == "window":
            continue
        clause = f" [{rule.clause}]" if rule.clause else ""
        if rule.attribute:
            value = attribute_after(instance, um, rule.attribute, works_of(instance, um))[i]
            yield f"needs {rule}{clause}, is {number_text(value)} after the method"
        else:
            yield f"needs {rule}{clause}"
    if not eligibility.window_it[i, t]:
        yield (f"may not start then (released {_year(instance.land.release_i[i])}, latest start "
               f"{_year(instance.land.latest_i(int(instance.calendar.start_t[0]))[i])})")
    if not instance.practices.offered_umt[um, t]:
        yield "the method is not offered from that period"


def _year(year: float) -> str:
    return f"{year:g}" if np.isfinite(year) else "any year"


def _topsoil(instance: Instance, stocks: Stocks) -> Iterator[Violation]:
    """No source gives more than it has."""
    topsoil = instance.topsoil
    size_kt = np.maximum(1.0, topsoil.supplied_kt())
    for k, t in zip(*np.nonzero(stocks.short_kt > TOLERANCE * size_kt), strict=True):
        yield Violation("topsoil", f"source {topsoil.sources[k]}",
                        f"{number_text(stocks.short_kt[k, t])} m3 more taken than there is "
                        f"in the period from {instance.calendar.labels[t]}",
                        float(stocks.short_kt[k, t]), "m3")


def _limits(limits: list[HeldLimit]) -> Iterator[Violation]:
    """Every limit holds."""
    for held in limits:
        if held.missed > 0.0:
            told = ", ".join(f"{axis} {name}" for axis, name in (
                ("use", held.use), ("method", held.method), ("zone", held.zone),
                ("period", held.period if held.until is None else "")) if name)
            if held.until is not None:
                told += f"{', ' if told else ''}by the end of {held.until}"
            where = f"{held.limit} ({told})" if told else held.limit
            yield Violation("limit", where,
                            f"{number_text(held.activity)} {held.unit}, must be {held.sense} "
                            f"{number_text(held.bound)} {held.unit}; missed by "
                            f"{number_text(held.missed)}",
                            held.missed, held.unit)


def _carbon(instance: Instance, allocation: Allocation, stocks: Stocks) -> dict[str, float]:
    """Carbon terms of the plan, t CO2e."""
    terms = {name: float(values @ allocation.area_o)
             for name, values in term_values(instance, allocation.options).items()}
    return {**terms, "holding": -float(stocks.holding_kt.sum())}


def _accounts(instance: Instance, allocation: Allocation) -> dict[str, tuple[float, str]]:
    """Totals of the accounts that are always added up, and of those the instance adds."""
    added = instance.table("accounts")
    names = [*ALWAYS_ADDED, *([] if added is None else added.text("account"))]
    return {name: (float(account_total(instance, allocation.options, name) @ allocation.area_o),
                   account_unit(instance, name)) for name in names}


def _area_by_use(instance: Instance, allocation: Allocation) -> dict[str, float]:
    """Hectares of every use."""
    practices = instance.practices
    area_u = np.bincount(practices.use_um[allocation.options.practice_o], allocation.area_o,
                         len(practices.uses))
    return {use: float(area) for use, area in zip(practices.uses, area_u, strict=True)}
