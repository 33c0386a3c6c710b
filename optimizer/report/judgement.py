"""What `reclaim check` prints about a plan."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimizer.report.figures import alike, columns, cut, figure, hectares, percent, signed
from optimizer.report.words import TERM_WORDS

if TYPE_CHECKING:
    from optimizer.analysis.check import Judgement
    from optimizer.instance.record import Instance

#: A longer list helps nobody; --json has all.
SHOWN = 40


def judgement_record(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as plain values, for --json."""
    return {
        "allowed": judgement.allowed,
        "violations": [asdict(violation) for violation in judgement.violations],
        "net_sink_tco2e": judgement.net_sink_tco2e if judgement.carbon_terms else None,
        "carbon_terms": judgement.carbon_terms,
        "accounts": {name: {"total": total, "unit": unit}
                     for name, (total, unit) in judgement.accounts.items()},
        "area_by_use": judgement.area_by_use,
        "limits": [asdict(limit) for limit in judgement.limits],
    }


def judgement_text(judgement: Judgement, instance: Instance, name: str) -> str:
    """Tell a judgement in plain text.

    Parameters
    ----------
    judgement
        What `check_plan` returned.
    instance
        What the plan was held against.
    name
        Name of the plan.
    """
    count = len(judgement.violations)
    verdict = "breaks no rule" if judgement.allowed else \
        f"breaks {count} rule{'' if count == 1 else 's'}"
    head = f"{name} on {instance.name}: {verdict}"
    if judgement.carbon_terms:
        head += f"; net sink {signed(judgement.net_sink_tco2e)} t CO2e"
    blocks = [[head], _violations(judgement), _areas(judgement, instance), _terms(judgement),
              _accounts(judgement), _limits(judgement)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _violations(judgement: Judgement) -> list[str]:
    """Every broken rule, one a line."""
    if judgement.allowed:
        return []
    lines = [f"- {violation}" for violation in judgement.violations[:SHOWN]]
    more = len(judgement.violations) - SHOWN
    if more > 0:
        lines.append(f"- and {more} more (--json lists all)")
    return ["Broken rules", *lines]


def _areas(judgement: Judgement, instance: Instance) -> list[str]:
    """Hectares by use."""
    land = float(instance.land.area_i.sum())
    labels = instance.practices.label_u
    rows = [("Land", "plan ha", "of all land")]
    rows += [(cut(label, 32), hectares(area), percent(area, land)) for label, area in
             zip(labels, judgement.area_by_use.values(), strict=True)]
    left = max(0.0, land - math.fsum(judgement.area_by_use.values()))
    rows += [("not reclaimed", hectares(left), percent(left, land)),
             ("all land", hectares(land), "")]
    return columns(rows, "<>>")


def _terms(judgement: Judgement) -> list[str]:
    """Carbon terms that are not zero."""
    terms = {name: value for name, value in judgement.carbon_terms.items() if value}
    if not judgement.carbon_terms:
        return []
    texts = alike([*terms.values(), judgement.net_sink_tco2e])
    rows = [("Net sink by term", "t CO2e")]
    rows += list(zip((TERM_WORDS.get(name, name) for name in terms), texts, strict=False))
    return columns([*rows, ("Net sink", texts[-1])], "<>")


def _accounts(judgement: Judgement) -> list[str]:
    """Totals of the accounts."""
    rows = [("Account", "total", "")]
    rows += [(name, figure(total), unit) for name, (total, unit) in judgement.accounts.items()]
    return columns(rows, "<><")


def _limits(judgement: Judgement) -> list[str]:
    """Where the plan stands on each limit."""
    if not judgement.limits:
        return []
    rows = [("Limit", "plan", "", "bound", "", "")]
    rows += [(cut(held.named, 52), figure(held.activity), held.sense, figure(held.bound),
              held.unit, "BROKEN" if held.missed > 0 else "")
             for held in judgement.limits[:SHOWN]]
    return columns(rows, "<>>><<")
