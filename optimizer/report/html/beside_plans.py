"""Other plans: nearly as good ones, and ones for several futures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.html.bars_chart import Bar, bars_chart
from optimizer.report.html.section import Picture, Section, Table

if TYPE_CHECKING:
    from optimizer.report.html.beside import Other
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

BLUE = "#56b4e9"


def alternatives_section(other: Other, material: Material, language: Language) -> Section:
    """Plans that lose little, and how much of each use any of them may have."""
    record, t = other.record, language.t
    unit, uses = str(record["objective_unit"]), material.instance.practices.uses
    labels = dict(zip(uses, language.labels(material.instance.tables["uses"], uses), strict=True))
    bars = [Bar(_range_name(one, labels, language), one["least_ha"], one["most_ha"],
                f"{language.number(one['least_ha'])}–{language.number(one['most_ha'])}", BLUE,
                one["optimum_ha"]) for one in record["ranges"]]
    lead = [t("alternatives_lead", share=language.percent(record["within"], 1),
              loss=language.amount(record["loss_allowed"], unit), count=len(record["plans"]))]
    picture = Picture(t("ranges_picture"), bars_chart(
        bars, language, label=t("ranges_picture"), unit=language.unit("ha")))
    rows = [(str(plan["folder"]), language.number(plan["loss"]),
             language.number(plan["from_optimum_ha"]),
             *(language.hectares(plan["area_by_use"].get(use, 0.0)) for use in uses))
            for plan in record["plans"]]
    head = (t("plan"), t("loses", unit=language.unit(unit)), t("differs_ha"),
            *(labels[use] for use in uses))
    choices = record["parcels"]
    notes = [t("choices", always=choices.get("always", 0), depends=choices.get("depends", 0),
               never=choices.get("never", 0))]
    return Section("alternatives", t("alternatives_title"), lead, [picture],
                   [Table(head, rows, "<" + ">" * (len(head) - 1))], notes)


def _range_name(one: dict[str, object], labels: dict[str, str], language: Language) -> str:
    """Use or zone of a range, or all land."""
    name = str(one["name"])
    if one["kind"] == "use":
        return labels.get(name, name)
    return language.t("zone", name=name) if one["kind"] == "zone" else language.t("reclaimed")


def robust_section(other: Other, _material: Material, language: Language) -> Section:
    """Plans for several goals over all cases, and what being prepared costs."""
    record, t = other.record, language.t
    unit = language.unit(str(record["objective_unit"]))
    head = (t("plan"), t("expected"), t("worst"), t("regret"),
            t("cvar", share=language.percent(1.0 - record["alpha"])), t("given_up"),
            t("keeps_rules"))
    rows = [(_plan_name(str(plan["plan"]), language), language.number(plan["expected"]),
             language.number(plan["worst"]), language.number(plan["regret"]),
             language.number(plan["cvar"]), language.number(plan["price"]),
             t("yes") if plan["keeps_all"] else t("no")) for plan in record["plans"]]
    values = other.table("values.csv")
    more = []
    if len(values):
        cases = [str(case["case"]) for case in record["cases"]]
        wide = values.assign(case=values["case"].astype(str)).pivot_table(
            index="plan", columns="case", values="value", sort=False)
        cells = [(_plan_name(str(plan), language),
                  *(language.number(float(row[case])) for case in cases))
                 for plan, row in wide.iterrows()]
        more.append((t("values_more"), Table((t("plan"), *cases), cells, "<" + ">" * len(cases))))
    return Section("robust", t("robust_title"), [t("robust_lead", count=len(record["cases"]),
                   unit=unit)], (), [Table(head, rows, "<>>>>><")], more=more)


def _plan_name(name: str, language: Language) -> str:
    """A plan by its goal, the case it is best for, or as it stands."""
    if name.startswith("case "):
        return language.t("best_for", case=name.removeprefix("case "))
    key = "goal_" + name.replace(" ", "_")
    return language.words.get(key, name)
