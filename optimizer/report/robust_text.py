"""What `reclaim robust` prints: every plan in every case, and what robustness costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.figures import columns, cut, figure, hectares

if TYPE_CHECKING:
    from optimizer.analysis.uncertainty.robust import JudgedPlan, Robust

#: Wider tables are cut into several.
CASES_SHOWN = 6
GOAL_WORDS = {
    "expected": "best expected value", "worst": "best worst case", "regret": "least regret",
    "cvar": "best mean of the worst",
}
#: What the two prices mean.
PRICES = (
    "price: given up against the optimum as it stands, valued as the instance stands",
    "mean price: given up against the best expected value of plans that keep all cases' rules",
)


def robust_text(found: Robust, folder: Path | None = None) -> str:
    """Tell the plans in plain text."""
    blocks = [_headline(found), _case_lines(found), _value_lines(found), _judgement_lines(found),
              _use_lines(found), _note_lines(found)]
    if folder is not None:
        blocks.append([f"Written to {folder}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def plan_words(found: Robust, plan: JudgedPlan) -> str:
    """Name of a plan for people."""
    words = GOAL_WORDS.get(plan.name, plan.name)
    return f"{words} {_share(1.0 - found.alpha)}" if plan.name == "cvar" else words


def _share(value: float) -> str:
    return f"{100.0 * value:.3g} %"


def shown_plans(found: Robust) -> tuple[JudgedPlan, ...]:
    """Plans in the order of tables and pictures: what ignores uncertainty, then the goals."""
    return (found.nominal, *found.plans)


def _headline(found: Robust) -> list[str]:
    cases = f"{len(found.cases)} case{'s' if len(found.cases) > 1 else ''}"
    lines = [f"{found.instance.name}: one plan for {cases}, of which nobody knows which comes true"]
    if found.barred:
        lines.append(f"{found.barred:,} options that only some of the cases allow are not used.")
    return lines


def _case_lines(found: Robust) -> list[str]:
    """Cases with their probability and what would be best in each."""
    rows = [("case", "probability", f"best if known, {found.unit}", "changes")]
    rows += [(case.name, _share(case.probability), figure(case.optimum.objective),
              cut("; ".join(case.overrides) or "nothing", 52)) for case in found.cases]
    return columns(rows, "<>><")


def _value_lines(found: Robust) -> list[str]:
    """Value of every plan in every case."""
    cases = found.cases[:CASES_SHOWN]
    rows = [(f"Value in each case, {found.unit}", *(case.name for case in cases), "as it stands")]
    for plan in shown_plans(found):
        values = [f"{figure(payoff.value)}{'*' if payoff.broken else ''}"
                  for payoff in (*plan.cases[:len(cases)], plan.nominal)]
        rows.append((plan_words(found, plan), *values))
    lines = columns(rows, "<" + ">" * (len(cases) + 1), indent="")
    if len(found.cases) > len(cases):
        lines.append(f"... and {len(found.cases) - len(cases)} more cases (values.csv)")
    return lines


def _judgement_lines(found: Robust) -> list[str]:
    """What each plan comes to over the cases, and its price."""
    rows = [(f"Over the cases, {found.unit}", "expected", "worst", "largest regret",
             f"worst {_share(1.0 - found.alpha)}", "price", "mean price")]
    rows += [(plan_words(found, plan), figure(plan.expected), figure(plan.worst),
              figure(plan.regret), figure(plan.cvar), figure(found.price(plan) + 0.0),
              figure(found.price_expected(plan) + 0.0)) for plan in shown_plans(found)]
    return [*columns(rows, "<>>>>>>", indent=""), *PRICES]


def _use_lines(found: Robust) -> list[str]:
    """Hectares by use."""
    uses = found.instance.practices.uses
    rows = [("Hectares", *uses, "all")]
    rows += [(plan_words(found, plan), *(hectares(area) for area in area_by_use(found, plan)),
              hectares(float(plan.area_o.sum()))) for plan in shown_plans(found)]
    return columns(rows, "<" + ">" * (len(uses) + 1), indent="")


def area_by_use(found: Robust, plan: JudgedPlan) -> list[float]:
    """Hectares of every use of a plan."""
    practices = found.instance.practices
    use_o = practices.use_um[plan.options.practice_o]
    return [float(plan.area_o[use_o == u].sum()) for u in range(len(practices.uses))]


def _note_lines(found: Robust) -> list[str]:
    """Which plans break rules, and where."""
    lines = []
    for plan in shown_plans(found):
        broken = [f"{case.name} ({payoff.broken})"
                  for case, payoff in zip(found.cases, plan.cases, strict=True) if payoff.broken]
        if plan.nominal.broken:
            broken.append(f"the instance as it stands ({plan.nominal.broken})")
        if broken:
            more = f" and {len(broken) - 2} more" if len(broken) > 2 else ""
            lines.append(cut(f"* {plan_words(found, plan)} breaks rules in "
                             f"{', '.join(broken[:2])}{more}", 100))
    gap = max((plan.relative_gap for plan in found.plans), default=0.0)
    lines.append(f"Plans for goals are proven to a relative gap of {gap:.1e}, without a solver.")
    return lines
