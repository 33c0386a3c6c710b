"""Many runs: sweeps, and which uncertain numbers drive the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report.html.bars_chart import Bar, bars_chart
from optimizer.report.html.section import Picture, Section, Table

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.report.html.beside import Other
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: Cases and numbers shown; the files have all.
SHOWN_CASES, SHOWN_NUMBERS = 40, 14
BLUE = "#0072b2"
#: Method -> column that ranks the numbers.
RANKED_BY = {"morris": "mu_star", "sobol": "total"}


def sweep_section(other: Other, material: Material, language: Language) -> Section:
    """Every case of a sweep: what was set, what came of it."""
    record, t = other.record, language.t
    cases = other.table("cases.parquet")
    parameters = [str(name) for name in record["parameters"]]
    uses = material.instance.practices.uses
    labels = language.labels(material.instance.tables["uses"], uses)
    shown = [(use, label) for use, label in zip(uses, labels, strict=True)
             if f"area_ha:{use}" in cases.columns]
    head = (t("case"), *parameters, t("optimum"), t("reclaimed"), *(label for _, label in shown))
    rows = [_case(row, parameters, [use for use, _ in shown], language)
            for row in cases.head(SHOWN_CASES).to_dict("records")]
    unit = language.unit(str(record["objective_unit"] or material.unit))
    picture = _case_bars(cases, parameters, unit, language)
    notes = [t("rows_left_out", count=len(cases) - SHOWN_CASES)] if (
        len(cases) > SHOWN_CASES) else []
    best, worst = record["best"], record["worst"]
    lead = [t("sweep_lead", count=record["cases"], unit=unit)]
    if best and worst:
        lead.append(t("sweep_span", low=language.number(worst["objective"]), low_case=worst["case"],
                      high=language.number(best["objective"]), high_case=best["case"], unit=unit))
    return Section("sweep", t("sweep_title", name=record["title"] or record["sweep"]), lead,
                   [picture] if picture else [],
                   [Table(head, rows, "<" + ">" * (len(head) - 1))], notes)


def _case(
    row: dict[Any, Any], parameters: list[str], uses: list[str], language: Language
) -> tuple[str, ...]:
    """One case as a row of texts."""
    if row["status"] != "optimal":
        outcome = language.t("status_case", status=row["status"], reason=row["reason"])
        cells = (outcome, "–", *("–" for _ in uses))
    else:
        cells = (language.number(row["objective"]), language.hectares(row["reclaimed_ha"]),
                 *(language.hectares(row[f"area_ha:{use}"]) for use in uses))
    return (str(row["case"]), *(_cell(row[name], language) for name in parameters), *cells)


def _cell(value: Any, language: Language) -> str:
    """What a case set; a dash where it left things alone."""
    if value is None or value != value:
        return "–"
    return language.round(float(value)) if isinstance(value, int | float) else str(value)


def _case_bars(
    cases: pd.DataFrame, parameters: list[str], unit: str, language: Language
) -> Picture | None:
    """The optimum of each case as a bar."""
    solved = cases[cases["status"] == "optimal"].head(SHOWN_CASES)
    if len(solved) < 2:
        return None
    bars = []
    for row in solved.to_dict("records"):
        told = ", ".join(f"{name} {_cell(row[name], language)}" for name in parameters
                         if _cell(row[name], language) != "–")
        # A case that somebody named is known by its name; a number says nothing.
        numbered = str(row["case"]).isdigit() and told
        name = f"{row['case']}: {told}" if numbered else str(row["case"])
        bars.append(Bar(name, 0.0, float(row["objective"]), language.number(row["objective"]),
                        BLUE))
    return Picture(language.t("sweep_picture"), bars_chart(
        bars, language, label=language.t("sweep_picture"), unit=unit))


def sensitivity_section(other: Other, _material: Material, language: Language) -> Section:
    """Which uncertain numbers drive the optimum, and which the plan."""
    record, t = other.record, language.t
    method = str(record["method"])
    unit = language.unit(str(record["objective_unit"]))
    pictures = []
    for answer in ("objective", "changed_ha"):
        ranked = sorted((row for row in record["indices"] if row["answer"] == answer),
                        key=lambda row: -(row[RANKED_BY[method]] or 0.0))[:SHOWN_NUMBERS]
        if ranked:
            caption = t(f"drivers_{answer}_{method}")
            pictures.append(Picture(caption, bars_chart(
                [_index_bar(row, method, language) for row in ranked], language, label=caption,
                unit=t(f"index_{method}", unit=unit if answer == "objective" else
                       language.unit("ha")))))
    lead = [t("sensitivity_lead", cases=record["cases"], numbers=len(record["numbers"])),
            t("sensitivity_span", low=language.amount(record["objective_low"],
                                                      record["objective_unit"]),
              middle=language.amount(record["objective_median"], record["objective_unit"]),
              high=language.amount(record["objective_high"], record["objective_unit"]))]
    return Section("sensitivity", t("sensitivity_title"), lead, pictures)


def _index_bar(row: dict[str, Any], method: str, language: Language) -> Bar:
    """One number with its index and how sure it is."""
    column = RANKED_BY[method]
    value, play = float(row[column] or 0.0), row.get(f"{column}_confidence")
    told = language.number(value) + (f" ± {language.number(float(play))}" if play else "")
    return Bar(str(row["number"]), 0.0, value, told, BLUE)
