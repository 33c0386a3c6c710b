"""A comparison in tables: broken rules, carbon terms of both plans, and the record for JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from optimizer.analysis.compare.kept import kept_alone, kept_in_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from optimizer.analysis.check import Judgement
    from optimizer.analysis.compare.record import Comparison, Step

#: Kilograms in a tonne: sinks are small beside the money they cost.
KG_PER_T = 1000.0


def violations_table(judgement: Judgement) -> pd.DataFrame:
    """Tabulate every broken rule: rule, where, words, amount, unit."""
    import pandas as pd

    columns = ("rule", "where", "words", "amount", "unit")
    return pd.DataFrame(
        [{name: getattr(violation, name) for name in columns}
         for violation in judgement.violations], columns=list(columns))


def terms_table(comparison: Comparison) -> pd.DataFrame:
    """Tabulate what the two plans gain, take and cover.

    Returns
    -------
    pandas.DataFrame
        Columns kind (`carbon`, `account` or `area`), name, unit; actual, optimal and change
        (optimal less actual), totals; actual_per_ha and optimal_per_ha, per hectare reclaimed in
        the plan; actual_kg_per_money and optimal_kg_per_money, kg CO2e per unit of money the plan
        costs (NaN where nothing is reclaimed or spent, and beside other kinds than carbon). The
        carbon terms end with their sum `net_sink`.
    """
    import pandas as pd

    judgements = (comparison.judgement, comparison.judgement_optimal)
    hectares = [math.fsum(each.area_by_use.values()) for each in judgements]
    money = [each.accounts["cost"][0] for each in judgements]
    return pd.DataFrame([
        _term(kind, name, unit, pair, hectares, money)
        for kind, name, unit, pair in _pairs(*judgements)
    ])


def _pairs(
    actual: Judgement, optimal: Judgement
) -> Iterator[tuple[str, str, str, tuple[float, float]]]:
    """Everything both plans have: kind, name, unit, and the two totals."""
    for name, value in actual.carbon_terms.items():
        yield "carbon", name, "t CO2e", (value, optimal.carbon_terms[name])
    if actual.carbon_terms:
        yield "carbon", "net_sink", "t CO2e", (actual.net_sink_tco2e, optimal.net_sink_tco2e)
    for name, (value, unit) in actual.accounts.items():
        yield "account", name, unit, (value, optimal.accounts[name][0])
    for name, value in actual.area_by_use.items():
        yield "area", name, "ha", (value, optimal.area_by_use[name])


def _term(
    kind: str, name: str, unit: str, pair: tuple[float, float], hectares: list[float],
    money: list[float],
) -> dict[str, Any]:
    per_ha = [_ratio(value, area) for value, area in zip(pair, hectares, strict=True)]
    per_money = [_ratio(KG_PER_T * value, spent) if kind == "carbon" else math.nan
                 for value, spent in zip(pair, money, strict=True)]
    return {
        "kind": kind, "name": name, "unit": unit, "actual": pair[0], "optimal": pair[1],
        "change": pair[1] - pair[0], "actual_per_ha": per_ha[0], "optimal_per_ha": per_ha[1],
        "actual_kg_per_money": per_money[0], "optimal_kg_per_money": per_money[1],
    }


def _ratio(value: float, size: float) -> float:
    return value / size if size > 0.0 else math.nan


def gap_record(comparison: Comparison) -> dict[str, Any]:
    """Plain record of a comparison, with the keys of gap.json."""
    loosened = comparison.loosened
    chain, alone = kept_in_chain(loosened), kept_alone(loosened)
    count = loosened.options.count
    return {
        "instance": comparison.instance.name,
        "objective": comparison.label, "unit": comparison.unit,
        "stages": len({entry.stage for entry in comparison.instance.settings.objectives}),
        "actual": comparison.actual, "optimal": comparison.optimal, "gap": comparison.gap,
        "parts": comparison.parts,
        "optimal_within_rules": comparison.optimal_within_rules,
        "price_of_rules": comparison.price_of_rules,
        "alone": comparison.gains_alone,
        "keeps": {"parts": {**{part: kept.words for part, kept in chain.items()},
                            "scale": comparison.steps["scale"].keeps},
                  "alone": {part: kept.words for part, kept in alone.items()}},
        "completion": list(comparison.completion.notes),
        "completed_ha": dict(comparison.completion.completed_ha),
        "fixed_ha": math.fsum(loosened.fixed_c[:count]),
        "rules_broken": len(comparison.judgement.violations),
        "certificates": {step.name: _proof(step) for step in comparison.steps.values()},
    }


def _proof(step: Step) -> dict[str, float]:
    """Certificate of one program."""
    proof = step.certificate
    return {"bound": proof.bound, "primal_violation": proof.primal_violation,
            "dual_violation": proof.dual_violation, "relative_gap": proof.relative_gap}
