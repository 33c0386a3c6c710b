"""What `reclaim compare` prints: the gap, what it is made of, and what to change first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.analysis.compare.gap_tables import rule_losses
from optimizer.report.commands import command
from optimizer.report.compare_words import PART_WORDS, share_of_gap
from optimizer.report.figures import alike, columns, cut, figure, hectares, of_unit, signed

if TYPE_CHECKING:
    from optimizer.analysis.compare.changes import Changes
    from optimizer.analysis.compare.gain_curve import GainCurve
    from optimizer.analysis.compare.gap_tables import RuleLoss
    from optimizer.analysis.compare.record import Comparison

#: Longer lists are in the files.
SHOWN = 8
#: Shares of the gap of which the hectares are told.
SHARES = (0.25, 0.5, 0.75, 0.9)
#: Less than this of the objective is no gap.
NO_GAP = 1e-9


def comparison_text(
    comparison: Comparison, curve: GainCurve, changes: Changes | None = None, name: str = "",
    actual: str = "", folder: Path | None = None,
) -> str:
    """Tell a comparison in plain text.

    Parameters
    ----------
    comparison, curve
        What was compared, and its gain curve.
    changes
        What changes first, if hectares were chosen.
    name, actual
        How the planner calls the instance and the actual plan, for commands.
    folder
        Where it was written, if it was.
    """
    blocks = [_head(comparison, actual), _broken(comparison), _completed(comparison)]
    if _is_gap(comparison):
        blocks += [_parts(comparison), _split(comparison), _parcels(comparison), _first(curve)]
    if changes is not None:
        blocks.append(_changes(changes, curve))
    if folder is not None:
        blocks += [_written(folder, changes), _next(comparison, name, actual, curve, changes)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _is_gap(comparison: Comparison) -> bool:
    """Whether the gap is more than rounding."""
    return comparison.gap > NO_GAP * max(1.0, abs(comparison.optimal))


def _head(comparison: Comparison, actual: str) -> list[str]:
    """Both objectives, the gap, and the optimum within the rules."""
    unit = comparison.unit
    what = "Net sink" if comparison.label == "net_sink" else comparison.label
    rows = [("", unit),
            (f"{what} of the actual plan", signed(comparison.actual)),
            ("of the best plan for the same land", signed(comparison.optimal)),
            ("gap", figure(comparison.gap if _is_gap(comparison) else 0.0))]
    within = comparison.optimal_within_rules
    lines = [f"{comparison.instance.name}: {actual or 'actual plan'} against the optimum", "",
             *columns(rows, "<>")]
    if not comparison.loosened.breaks_rules:
        return lines
    if within is None:
        return [*lines, "No plan meets all rules: both are held against the rules as far as",
                "the actual plan keeps them."]
    cost = comparison.optimal - within
    return [*lines, *_wrapped_rules(signed(within), of_unit(figure(cost), unit), unit)]


def _wrapped_rules(within: str, cost: str, unit: str) -> list[str]:
    """What the rules that the actual plan breaks have to do with it."""
    return ["The best plan is allowed the same breaches as the actual one. Within all rules it has",
            f"{within} {unit}; keeping the rules costs {cost}."]


def _broken(comparison: Comparison) -> list[str]:
    """Rules the actual plan breaks."""
    violations = comparison.judgement.violations
    if not violations:
        return ["The actual plan breaks no rule."]
    lines = [f"Rules the actual plan breaks: {len(violations)} (violations.csv)"]
    lines += [f"  - {violation}" for violation in violations[:SHOWN]]
    return [*lines, *_more(len(violations))]


def _completed(comparison: Comparison) -> list[str]:
    """What the actual plan did not say."""
    return [f"Of the actual plan: {note}" for note in comparison.completion.notes]


def _parts(comparison: Comparison) -> list[str]:
    """The gap by means, freed one after the other, and each alone."""
    parts, alone = comparison.parts, comparison.gains_alone
    values = [value for value in parts.values() if value is not None]
    texts = dict(zip([part for part, value in parts.items() if value is not None],
                     alike([*values, comparison.gap]), strict=False))
    rows = [("What the gap is made of", comparison.unit, "of the gap", "alone")]
    for part, value in parts.items():
        if value is None:
            rows.append((PART_WORDS[part], "not measured", "-", "-"))
        else:
            rows.append((PART_WORDS[part], texts[part], share_of_gap(value, comparison.gap),
                         _alone(alone[part])))
    rows.append(("the whole gap", alike([*values, comparison.gap])[-1], "100 %", ""))
    return [*columns(rows, "<>>>"),
            "  Each part is freed on top of those above it; `alone` frees it and nothing else."]


def _alone(value: float | None) -> str:
    """What freeing one means alone gains."""
    return "-" if value is None else signed(value)


def _split(comparison: Comparison) -> list[str]:
    """The gap at the optimum's prices, by rule."""
    split = comparison.split
    losses = rule_losses(split, comparison.split_within_rules)
    kinds = [("land under the wrong use, method or period", "wrong_option"),
             ("land left as it is", "idle_land"),
             ("limits not made full use of, or overdone", "unused_limit"),
             ("topsoil kept for too long", "topsoil_kept"),
             ("topsoil beyond the supply", "topsoil_supply"),
             ("borders between unlike uses", "boundary")]
    sums = [(words, sum(loss.lost for loss in losses if loss.kind == kind))
            for words, kind in kinds]
    sums = [(words, value) for words, value in sums if round(value, 6)]
    texts = alike([*(value for _, value in sums), comparison.gap])
    rows = [("The same gap at the optimum's prices", comparison.unit, "of the gap")]
    rows += [(words, text, share_of_gap(value, comparison.gap))
             for (words, value), text in zip(sums, texts, strict=False)]
    rows.append(("in all (gap_by_limit.csv)", texts[-1], "100 %"))
    lines = [*columns(rows, "<>>"), *_dear_limits(losses, comparison), *_gained(losses, comparison)]
    if not split.prices_unique:
        lines.append("  The optimum is degenerate: other prices prove it as well and would split "
                     "the gap\n  otherwise. Those used are in the files.")
    return lines


def _dear_limits(losses: list[RuleLoss], comparison: Comparison) -> list[str]:
    """Limits of which the most is lost."""
    worst = sorted((loss for loss in losses if loss.kind == "unused_limit"
                    and loss.lost > NO_GAP * comparison.gap), key=lambda loss: -loss.lost)[:5]
    if not worst:
        return []
    rows = [(cut(loss.words, 40), of_unit(figure(abs(loss.optimal - loss.actual)), loss.unit),
             "unused" if loss.price > 0.0 else "more than asked", signed(loss.lost))
            for loss in worst]
    return ["  Of the limits most at", *columns(rows, "<><>", "    ")]


def _gained(losses: list[RuleLoss], comparison: Comparison) -> list[str]:
    """What the actual plan gains by breaking rules, at the prices within the rules."""
    rows = [(cut(loss.words, 50), figure(loss.lost_within_rules)) for loss in losses
            if loss.lost_within_rules < -NO_GAP * max(1.0, abs(comparison.optimal))]
    heading = "  Against the best plan within all rules, at its prices, what breaking one gains"
    return [f"{heading}, {comparison.unit}", *columns(rows, "<>", "    ")] if rows else []


def _parcels(comparison: Comparison) -> list[str]:
    """Parcels that lose most."""
    table = comparison.by_parcel
    table = table[(table["parcel"] != "") & (table["lost"] > NO_GAP * comparison.gap)]
    if not len(table):
        return []
    records = table.head(SHOWN).to_dict("records")
    rows = [("Parcels that lose most", "ha", "left as it is", "wrong use", comparison.unit,
             "a ha")]
    rows += [(cut(row["parcel"], 28), hectares(row["area_ha"]), hectares(row["bare_ha"]),
              hectares(row["wrong_ha"]), figure(row["lost"]), figure(row["lost_per_ha"]))
             for row in records]
    return [*columns(rows, "<>>>>>"), *_more(len(table), " (gap_by_parcel.csv)")]


def _first(curve: GainCurve) -> list[str]:
    """How far a few hectares of change go."""
    rows = [("What to change first", "ha to change", curve.unit)]
    gap = curve.optimal - curve.actual
    if curve.from_sources > NO_GAP * max(1.0, abs(curve.optimal)):
        rows.append(("other topsoil sources alone", "0.0", signed(curve.from_sources)))
    rows += [(f"{100 * share:.0f} % of the gap", hectares(curve.hectares_for(share)),
              signed(share * gap)) for share in SHARES
             if share * gap > curve.from_sources]
    rows.append(("all of it", hectares(curve.end_ha), signed(gap)))
    first = of_unit(signed(curve.envelope.points[0].slope_right), curve.unit)
    return [*columns(rows, "<>>"), f"  The first hectare adds {first} (gain_curve.csv)"]


def _changes(changes: Changes, curve: GainCurve) -> list[str]:
    """The list of changes at a chosen number of hectares."""
    table = changes.table
    counted = table[table["counts"]]
    gain = of_unit(figure(changes.gain), curve.unit)
    more = f"the next hectare would add {figure(changes.price)}"
    if changes.allowed_ha >= curve.end_ha:
        more = "that is all of it, further hectares add nothing"
    lines = [f"Changing {hectares(changes.changed_ha)} ha gains {gain}; {more}"]
    rows = [("Parcel", "from", "to", "ha", "gain", "a ha")]
    rows += [(cut(row["parcel"], 20), cut(_state(row, "from"), 26), cut(_state(row, "to"), 26),
              hectares(row["area_ha"]), figure(row["gain"]), figure(row["gain_per_ha"]))
             for row in counted.head(2 * SHOWN).to_dict("records")]
    lines += columns(rows, "<<<>>>")
    if len(counted) > 2 * SHOWN:
        lines.append(f"  and {len(counted) - 2 * SHOWN} more (changes.csv)")
    other = len(table) - len(counted)
    if other:
        lines.append(f"  With other topsoil sources on the same land: {other} (changes.csv)")
    if abs(changes.from_limits) > NO_GAP * max(1.0, abs(curve.optimal)):
        lines.append(f"  {of_unit(signed(changes.from_limits), curve.unit)} of it is room in "
                     "limits and soil in stock, of no single parcel")
    return lines


def _state(row: dict[str, str], side: str) -> str:
    """Use, method and period on one side of a change."""
    if not row[f"{side}_use"]:
        return "left as it is"
    return f"{row[f'{side}_use']} {row[f'{side}_method']} {row[f'{side}_period']}"


def _written(folder: Path, changes: Changes | None) -> list[str]:
    """Files to look at first."""
    rows = [("gap.png, gap_map.png", "what the gap is made of, and where it is"),
            ("gain_curve.png", "what to change first"),
            ("gap.json", "everything above, for machines"),
            ("plan.csv", "the best plan for the same land")]
    if changes is not None:
        rows.insert(2, ("changes.csv", "every change, with its hectares and its gain"))
    return [f"Written to {folder}", *columns(rows, "<<")]


def _next(
    comparison: Comparison, name: str, actual: str, curve: GainCurve, changes: Changes | None
) -> list[str]:
    """A command worth trying."""
    if changes is not None or curve.end_ha <= 0.0:
        return []
    chosen = f"{float(f'{curve.hectares_for(0.5):.2g}'):g}"
    asked = command("compare", name, actual, "--changes", chosen,
                    own=comparison.instance.settings.overrides, out="OTHER")
    return ["Next", "  Which changes win half of the gap?", f"    {asked}"]


def _more(count: int, where: str = "") -> list[str]:
    """Say how many are not shown."""
    return [f"  and {count - SHOWN} more{where}"] if count > SHOWN else []
