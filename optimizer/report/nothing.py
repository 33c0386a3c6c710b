"""Why a plan reclaims nothing, where that is what the optimum is: it is rarely what was meant."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.report.proof import is_whole
from optimizer.report.terminal_prices import NO_PRICE

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution

#: A share of reclaimed land below this [%] was probably meant as a fraction of one.
LIKE_A_FRACTION = 1.0

NOTHING_WHOLE = ("This plan reclaims nothing: no whole parcel can be reclaimed within the limits, "
                 "or none is worth it.")
SHARES_WHOLE = "With few whole parcels, shares of reclaimed land can make every use impossible"
INSTEAD_OF_WHOLE = ("Loosen such limits, divide the parcels into smaller pieces, or solve without "
                    "--whole-parcels.")


@dataclass(frozen=True)
class Holding:
    """What keeps a plan of divisible parcels from reclaiming any land.

    Parameters
    ----------
    limits
        Limits with a price: without them some land would be reclaimed.
    topsoil
        Whether topsoil has a price too.
    shares
        Those of `limits` that are shares of reclaimed land, which may rule every use out together.
    fractions
        Limit -> its value in percent, where that looks like a fraction of one.
    """

    limits: tuple[str, ...]
    topsoil: bool
    shares: tuple[str, ...]
    fractions: dict[str, float]


def holding_of(instance: Instance, limits: pd.DataFrame, prices: pd.DataFrame) -> Holding:
    """Read what holds all land back off the prices of a plan that reclaims nothing.

    The prices prove that no plan is better. Where all are 0, no option is worth anything by
    itself; else those with a price are what stands in the way.

    Parameters
    ----------
    instance
        What was solved.
    limits, prices
        Tables of the result; prices of its last stage.
    """
    priced = limits[limits["shadow_price"].abs() > NO_PRICE] if len(limits) else limits
    names = tuple(dict.fromkeys(str(name) for name in priced["limit"]))
    soil = prices[prices["family"] == "soil_balance"]["price"] if len(prices) else ()
    table = instance.table("limits")
    written = {} if table is None else {
        str(name): (str(basis), str(sense), float(value)) for name, basis, sense, value in zip(
            table.text("limit"), table.text("basis"), table.text("sense"), table.number("value"),
            strict=True)}
    shares = tuple(name for name in names if written[name][0] == "share_of_reclaimed")
    fractions = {name: written[name][2] for name in shares
                 if written[name][1] == "<=" and 0.0 < written[name][2] < LIKE_A_FRACTION}
    return Holding(names, any(float(price) > NO_PRICE for price in soil), shares, fractions)


def nothing_lines(solution: Solution, width: int) -> list[str]:
    """Say that a plan leaves all land as it is, and why; nothing where it does not."""
    if solution.reclaimed_ha > 0 or solution.status == "stopped":
        return []
    told = _whole_words(solution) if is_whole(solution) else _divided_words(solution)
    return ["", *textwrap.wrap(told, width, break_on_hyphens=False)]


def _whole_words(solution: Solution) -> str:
    """Of whole parcels, which have no prices, only what may be in the way can be told."""
    table = solution.instance.table("limits")
    shares = [] if table is None else [
        str(name) for name, basis in zip(table.text("limit"), table.text("basis"), strict=True)
        if str(basis) == "share_of_reclaimed"]
    told = f" {SHARES_WHOLE} ({', '.join(shares)})." if shares else ""
    return f"{NOTHING_WHOLE}{told} {INSTEAD_OF_WHOLE}"


def _divided_words(solution: Solution) -> str:
    """Of parcels that may be divided the prices tell what is in the way."""
    if not solution.options.count:
        return ("This plan reclaims nothing: the rules let no parcel become anything. What they "
                "ask of land, and what land has, is where to look.")
    prices = solution.prices
    last = prices[prices["stage"] == solution.stages[-1].number] if len(prices) else prices
    found = holding_of(solution.instance, solution.limits, last)
    held = [*found.limits, *(["the topsoil there is"] if found.topsoil else [])]
    if not held:
        return ("This plan reclaims nothing: nothing that the rules allow is worth more than "
                "leaving the land as it is.")
    told = [(f"This plan reclaims nothing: within {_listed(held)} no land can be reclaimed, or "
             "none is worth it.")]
    if found.shares:
        told.append("Shares of reclaimed land that come to less than 100 % in all make every use "
                    f"impossible ({', '.join(found.shares)}).")
    told += [f"{name} reads {value:g} %: if {100.0 * value:g} % is meant, write {100.0 * value:g}."
             for name, value in found.fractions.items()]
    return " ".join(told)


def _listed(names: list[str]) -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
