"""An actual plan, or another result, beside the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.html.bars_chart import TOTAL, Bar, bars_chart
from optimizer.report.html.lines_chart import Line, lines_chart
from optimizer.report.html.rules import account_words
from optimizer.report.html.section import Picture, Section, Table

if TYPE_CHECKING:
    from optimizer.report.html.beside import Other
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: The four means, in the order in which they are freed.
PARTS = ("method", "layout", "structure", "scale")
BLUE = "#0072b2"


def compare_section(other: Other, _material: Material, language: Language) -> Section:
    """The gap between an actual plan and the optimum, part by part."""
    gap, t = other.record, language.t
    unit = str(gap["unit"])
    bars, at = [Bar(t("actual"), 0.0, gap["actual"], language.number(gap["actual"]), TOTAL)], (
        float(gap["actual"]))
    for part in PARTS:
        value = gap["parts"][part]
        if value is not None:
            bars.append(Bar(t(f"part_{part}"), at, at + value, language.signed(value)))
            at += value
    bars.append(Bar(t("best_loosened"), 0.0, gap["optimal"], language.number(gap["optimal"]),
                    TOTAL))
    rows = [(bar.label, bar.told) for bar in bars]
    picture = Picture(t("gap_picture"), bars_chart(
        bars, language, label=t("gap_picture"), unit=language.unit(unit), joined=True),
        Table((t("what"), language.unit(unit)), rows, "<>"))
    lead = [t("gap_lead", actual=language.amount(gap["actual"], unit),
              optimal=language.amount(gap["optimal"], unit),
              gap=language.amount(gap["gap"], unit))]
    if gap["rules_broken"]:
        lead.append(t("gap_broken", count=gap["rules_broken"]))
    if gap["optimal_within_rules"] is not None and gap["price_of_rules"]:
        lead.append(t("gap_within", value=language.amount(gap["optimal_within_rules"], unit)))
    curve = _gain_curve(other, unit, language)
    return Section("compare", t("compare_title"), lead, [picture, *([curve] if curve else [])],
                   [_alone(other, unit, language)],
                   more=[(t("gap_terms"), _terms(other, language))])


def _alone(other: Other, unit: str, language: Language) -> Table:
    """What each part gains in order, and freed alone."""
    gap, t = other.record, language.t

    def told(value: float | None) -> str:
        return t("not_measured") if value is None else language.amount(value, unit, sign=True)

    rows = [(t(f"part_{part}"), told(gap["parts"][part]), told(gap["alone"][part]))
            for part in PARTS]
    return Table((t("means"), t("in_order"), t("freed_alone")), rows, "<>>", t("alone_caption"))


def _gain_curve(other: Other, unit: str, language: Language) -> Picture | None:
    """The most that can be won by changing only so many hectares."""
    table, t = other.table("gain_curve.csv"), language.t
    if len(table) < 2:
        return None
    line = Line(t("gain"), BLUE, "", table["changed_ha"].tolist(), table["gain"].tolist(),
                marks=len(table) <= 40)
    return Picture(t("gain_picture"), lines_chart(
        [line], language, label=t("gain_picture"), x_title=t("changed_ha"),
        y_title=language.unit(unit)))


def _terms(other: Other, language: Language) -> Table:
    """Carbon terms, accounts and uses of both plans."""
    t = language.t
    rows = [(account_words(f"{row['name']}_carbon" if (row["kind"], row["name"]) == (
                 "carbon", "soil") else str(row["name"]), language),
             language.number(float(row["actual"])), language.number(float(row["optimal"])),
             language.signed(float(row["change"])), language.unit(str(row["unit"])))
            for row in other.table("terms.csv").to_dict("records")]
    return Table((t("what"), t("actual"), t("best_loosened"), t("change"), t("unit")), rows,
                 "<>>><")


def result_section(other: Other, material: Material, language: Language) -> Section:
    """Another solved plan beside this one: sink, land, uses."""
    t, mine, its = language.t, material.summary, other.record
    uses = material.instance.practices.uses
    labels = dict(zip(uses, language.labels(material.instance.tables["uses"], uses), strict=True))
    rows = []
    if mine["net_sink_tco2e"] is not None and its["net_sink_tco2e"] is not None:
        rows.append((t("net_sink"), mine["net_sink_tco2e"], its["net_sink_tco2e"], "t CO2e"))
    if mine["objective_unit"] == its["objective_unit"]:
        rows.append((t("objective"), mine["objective"], its["objective"], mine["objective_unit"]))
    rows.append((t("reclaimed"), mine["reclaimed_ha"], its["reclaimed_ha"], "ha"))
    rows += [(labels.get(use, use), mine["area_by_use"].get(use, 0.0),
              its["area_by_use"].get(use, 0.0), "ha")
             for use in dict.fromkeys([*uses, *its["area_by_use"]])]
    cells = [(name, language.number(a), language.number(b), language.signed(b - a),
              language.unit(unit)) for name, a, b, unit in rows]
    overrides = "; ".join(its.get("overrides") or []) or t("none")
    return Section("result", t("result_title", name=other.folder.name),
                   [t("result_lead", overrides=overrides)], (),
                   [Table((t("what"), t("this_plan"), t("other_plan"), t("change"), t("unit")),
                          cells, "<>>><")])
