"""What `reclaim explain --parcel` prints: one parcel, what may become of it, and why it did."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.report.figures import columns, cut, figure, hectares, of_unit, signed

if TYPE_CHECKING:
    from optimizer.analysis.explain.choice import ParcelChoice, RankedOption
    from optimizer.analysis.explain.forced import ForcedUse
    from optimizer.analysis.explain.parcel import (
        FailedRule,
        ParcelExplanation,
        PracticeVerdict,
    )

#: Nothing printed is wider.
WIDTH = 100
#: Parts of a value below this share of the largest are not shown.
TELLING = 0.02
#: How leaving the land as it is is called, in tables and in sentences.
LEFT, LEAVING = "left as it is", "leaving it as it is"
#: Attributes that say where a parcel lies, not what it is like.
PLACE = frozenset({"x", "y"})


def parcel_text(explanation: ParcelExplanation) -> str:
    """Tell everything about one parcel in plain text, lines of at most 100 columns."""
    blocks = [
        _headline(explanation),
        ["What may become of it", *_verdict_lines(explanation)],
        _choice_lines(explanation),
        _forced_lines(explanation),
    ]
    return "\n\n".join("\n".join(cut(line, WIDTH) for line in block) for block in blocks if block)


def _headline(explanation: ParcelExplanation) -> list[str]:
    """Name, size and what is there."""
    zone = f" in {explanation.zone}" if explanation.zone else ""
    facts = [f"{name} {value:.10g}" for name, value in explanation.attributes.items()
             if name not in PLACE]
    lines = [f"Parcel {explanation.parcel}: {hectares(explanation.area_ha)} ha{zone}"]
    line = " "
    for fact in facts:
        if len(line) + len(fact) + 2 > WIDTH:
            lines.append(line.rstrip(","))
            line = " "
        line += f" {fact},"
    return [*lines, line.rstrip(", ")] if facts else lines


def _verdict_lines(explanation: ParcelExplanation) -> list[str]:
    """One line a practice that is allowed; the rules and cures of those that are not."""
    lines = []
    for verdict in explanation.verdicts:
        name = f"{verdict.use}, {verdict.method}"
        if verdict.allowed:
            lines.append(f"  {name}: allowed, {_starts(verdict)}")
            continue
        failed = _tightest(verdict)
        cures = dict.fromkeys(rule.cure for rule in failed)
        shared = f"; {next(iter(cures))}" if len(cures) == 1 and len(failed) > 1 else ""
        lines.append(f"  {name}: not allowed{shared}")
        rows = [(_rule(rule), "" if shared else rule.cure) for rule in failed]
        lines += columns(rows, "<<", indent="    ")
    return lines


def _starts(verdict: PracticeVerdict) -> str:
    """When it may begin."""
    years = verdict.periods
    if len(years) == 1:
        return f"from {years[0]}"
    return f"from {', '.join(years[:-1])} or {years[-1]}"


def _rule(failed: FailedRule) -> str:
    """Rule, value and clause."""
    clause = f" [{cut(failed.clause, 24)}]" if failed.clause else ""
    if failed.attribute == "start_year":
        return f"{failed.rule}{clause}"
    value = f", is {failed.value:g}" if failed.attribute and not math.isnan(failed.value) else ""
    return f"{failed.rule}{value}{clause}"


def _tightest(verdict: PracticeVerdict) -> list[FailedRule]:
    """Rules without those that a stricter one on the same attribute makes idle to tell."""
    kept: dict[tuple[str, str], FailedRule] = {}
    for failed in verdict.failed:
        key = (failed.attribute, "" if failed.attribute else failed.rule)
        if key not in kept or failed.missing >= kept[key].missing:
            kept[key] = failed
    return list(kept.values())


def _choice_lines(explanation: ParcelExplanation) -> list[str]:
    """Why it got its use."""
    choice = explanation.choice
    if choice is None:
        lines = ["There is no plan to explain: no plan meets all rules"]
        return [*lines, *(f"  {reason}" for reason in explanation.infeasible)]
    lines = [f"Why the plan has it {_planned(choice)}"]
    rows = [("Best way to", "", "gain", "paid", "worth", f"{choice.unit} per ha")]
    rows += [(_named(option), f"{option.method} {option.period} {option.source}".strip(),
              *_figures(option), "" if option.behind == 0 else f"{figure(option.behind)} behind")
             for option in _best_of_each_use(choice)]
    lines += columns(rows, "<<>>><")
    return [*lines, *_margin_lines(choice), *_decider_lines(choice)]


def _planned(choice: ParcelChoice) -> str:
    """What the plan does with the parcel."""
    parts: dict[str, float] = {}
    for option in choice.ranked:
        parts[option.use] = parts.get(option.use, 0.0) + option.planned_ha
    told = [f"{use or LEFT} ({hectares(area)} ha)" for use, area in parts.items()
            if area > 0 and hectares(area) != "<0.1"]
    return ", ".join(told) or choice.use or LEFT


def _named(option: RankedOption) -> str:
    """Use of an option."""
    return option.use or LEFT


def _figures(option: RankedOption) -> tuple[str, str, str]:
    """Gain, what is paid for limits and topsoil, and what is left."""
    gain = sum(term.amount for term in option.terms if term.name == "gain")
    paid = sum(term.amount for term in option.terms if term.name != "gain")
    return signed(gain), signed(paid), signed(option.value)


def _best_of_each_use(choice: ParcelChoice) -> list[RankedOption]:
    """Best option of every use, the chosen use first among equals."""
    best: dict[str, RankedOption] = {}
    for option in choice.ranked:
        best.setdefault(option.use, option)
    return sorted(best.values(), key=lambda o: (round(o.behind, 9), o.use != choice.use))


def _margin_lines(choice: ParcelChoice) -> list[str]:
    """Margin in words."""
    if choice.runner_up is None:
        return ["  Nothing else is allowed here."]
    other = choice.runner_up.use or LEAVING
    per_ha = of_unit(figure(abs(choice.margin)), f"{choice.unit} per ha")
    if choice.margin < 0:
        more = f"At these prices {other} would be worth {per_ha} more"
        return [f"  {more}; taking parcels whole stands against it."]
    if choice.divided and choice.margin == 0:
        return [f"  The plan divides the parcel: at these prices {other} is worth as much."]
    if choice.tie:
        return [f"  A tie: {other} is worth as much, and a plan as good could have it here."]
    thin = f", thin: below {figure(choice.threshold)}" if choice.thin else ""
    return [f"  Margin over {other}: {per_ha}{thin}."]


def _decider_lines(choice: ParcelChoice) -> list[str]:
    """Where the chosen use and the runner-up differ most, and the parts of both."""
    decides, other = choice.decides, choice.runner_up
    if decides is None or other is None:
        return []
    amounts = f"{signed(decides.chosen)} against {signed(decides.runner_up)}"
    lines = [f"  What decides is {_decider_name(decides.name)}: {amounts}"]
    one = {term.name: term.amount for term in choice.chosen.terms}
    two = {term.name: term.amount for term in other.terms}
    names = list(dict.fromkeys((*one, *two)))
    least = TELLING * max(abs(v) for v in (*one.values(), *two.values()))
    told = [name for name in names if max(abs(one.get(name, 0)), abs(two.get(name, 0))) >= least]
    rows = [("Worth per ha", _named(choice.chosen), _named(other))]
    rows += [(cut(_decider_name(name), 52), signed(one.get(name, 0.0)), signed(two.get(name, 0.0)))
             for name in told]
    lines += columns(rows, "<>>", indent="    ")
    rest = len(names) - len(told)
    return [*lines, f"    and {rest} smaller parts"] if rest else lines


def _decider_name(name: str) -> str:
    """Part of a value in words."""
    return "its own gain" if name == "gain" else name


def _forced_lines(explanation: ParcelExplanation) -> list[str]:
    """What another use would cost."""
    if not explanation.forced:
        return []
    rows = [(use.use or LEFT, _cost(use)) for use in explanation.forced]
    return [f"What it would cost to have all {hectares(explanation.area_ha)} ha",
            *columns(rows, "<<")]


def _cost(forced: ForcedUse) -> str:
    """Cost of one forced use in words."""
    if not forced.allowed:
        return "not allowed" if forced.use else "not allowed: it must be reclaimed"
    if not forced.possible:
        return "no plan meets the limits then"
    told = [f"{of_unit(figure(loss.amount), loss.unit)}{_of_stage(forced, loss.label)}"
            for loss in forced.losses if loss.amount]
    return ", ".join(told) or "nothing"


def _of_stage(forced: ForcedUse, label: str) -> str:
    """Name of the stage that loses, where there are several."""
    return f" of {label}" if len(forced.losses) > 1 else ""
