"""The net sink term by term, and over the years beside the mine's own account."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import EMISSION, SINK
from optimizer.report.html.bars_chart import TOTAL, Bar, bars_chart
from optimizer.report.html.lines_chart import Line, lines_chart
from optimizer.report.html.section import Picture, Section, Table

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.mining.record import Reading
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: Unit of everything here.
UNIT = "t CO2e"
GREEN, GREY = "#009e73", "#6f6f6f"


def carbon_section(material: Material, language: Language) -> Section | None:
    """Carbon terms as a waterfall; None without a carbon account."""
    terms, t = material.summary["carbon_terms"], language.t
    if not terms:
        return None
    there = {name: value for name, value in terms.items() if value}
    bars, at = [], 0.0
    for name, value in there.items():
        bars.append(Bar(t(f"term_{name}"), at, at + value, language.signed(value)))
        at += value
    sink = math.fsum(terms.values())
    bars.append(Bar(t("net_sink"), 0.0, sink, language.signed(sink), TOTAL))
    rows = [(t(f"term_{name}"), language.signed(value)) for name, value in there.items()]
    table = Table((t("term"), language.unit(UNIT)), [*rows, (t("net_sink"), language.signed(sink))],
                  "<>", total=True)
    picture = Picture(t("waterfall"), bars_chart(
        bars, language, label=t("waterfall"), unit=language.unit(UNIT), joined=True), table)
    return Section("carbon", t("carbon_title"), [t("carbon_lead")], [picture],
                   notes=_carbon_notes(material, language))


def _carbon_notes(material: Material, language: Language) -> list[str]:
    """What stands beside the terms."""
    summary, notes = material.summary, []
    if summary["absolute_sink_tco2e"] != summary["net_sink_tco2e"]:
        notes.append(language.t("absolute_note", value=language.amount(
            summary["absolute_sink_tco2e"], UNIT)))
    if summary["holding_if_nothing_done"]:
        notes.append(language.t("holding_note", value=language.amount(
            abs(summary["holding_if_nothing_done"]), UNIT)))
    return notes


def years_section(material: Material, language: Language) -> Section | None:
    """The sink over time beside the mine's own emissions; None without a carbon account."""
    balance = material.balance
    if balance.net_sink_tco2e is None:
        return None
    t, by_year = language.t, balance.by_year
    lead = [t("repaid", year=balance.repaid_year) if balance.repaid_year else t("not_repaid")]
    pictures = [_plan_picture(by_year, balance.end_year, language)]
    if balance.readings:
        lead += [_reading_words(reading, language) for reading in balance.readings]
        pictures.append(_account_picture(by_year, balance.readings, balance.end_year, language))
    notes = [t("missing_note", what=language.say(text)) for text in balance.missing]
    notes += [language.say(text) for text in balance.assumptions]
    return Section("years", t("years_title"), lead, pictures, notes=notes,
                   more=[(t("by_year"), _year_table(by_year, language))])


def _reading_words(reading: Reading, language: Language) -> str:
    """Share won back and the year the account turns, under one reading of the unit."""
    start = language.t(f"reading_{reading.unit.lower()}")
    turn = language.t("turns", year=reading.turns_year) if reading.turns_year else language.t(
        "turns_not")
    if reading.share_won_back is None:
        return start + language.t("won_back_none")
    return start + language.t(
        "won_back", share=language.percent(reading.share_won_back, 1),
        owed=language.amount(reading.owed_tco2e, UNIT), turn=turn)


def _plan_picture(by_year: pd.DataFrame, end_year: int, language: Language) -> Picture:
    """Gains, what they cost, and the net sink, each added up over the years."""
    t = language.t
    kept = by_year[by_year["year"] < end_year]
    started = np.flatnonzero(kept["net_sink_tco2e"].to_numpy() != 0)
    kept = kept.iloc[int(started[0]) if started.size else 0:]
    years = kept["year"].astype(float).tolist()
    emitted = kept["works_tco2e"] + kept["running_tco2e"] + kept["holding_tco2e"]
    lines = [
        Line(t("line_gains"), GREEN, "7 3", years, np.cumsum(kept["gains_tco2e"]).tolist()),
        Line(t("line_emitted"), EMISSION, "2 3", years, np.cumsum(emitted).tolist()),
        Line(t("line_sink"), SINK, "", years, kept["cumulative_sink_tco2e"].tolist()),
    ]
    return Picture(t("plan_picture"), lines_chart(
        lines, language, label=t("plan_picture"), x_title=t("year"),
        y_title=language.unit(UNIT), years=True))


def _account_picture(
    by_year: pd.DataFrame, readings: tuple[Reading, ...], end_year: int, language: Language
) -> Picture:
    """The whole account from the first year of mining on, under every reading."""
    t = language.t
    kept = by_year[by_year["year"] < end_year]
    years = kept["year"].astype(float).tolist()
    lines = [Line(t("line_sink"), SINK, "", years, kept["cumulative_sink_tco2e"].tolist())]
    for reading, dash in zip(readings, ("7 3", "2 3"), strict=False):
        column = "account_if_c_tco2e" if reading.unit == "C" else "account_if_co2e_tco2e"
        lines.append(Line(t(f"line_account_{reading.unit.lower()}"), EMISSION, dash, years,
                          kept[column].tolist()))
    return Picture(t("account_picture"), lines_chart(
        lines, language, label=t("account_picture"), x_title=t("year"),
        y_title=language.unit(UNIT), years=True))


#: Columns of the table by year.
_COLUMNS = ("emissions_if_co2e_tco2e", "emissions_if_c_tco2e", "carbon_lost_tco2e", "disturbed_ha",
            "reclaimed_ha", "gains_tco2e", "works_tco2e", "running_tco2e", "holding_tco2e",
            "net_sink_tco2e", "cumulative_sink_tco2e")


def _year_table(by_year: pd.DataFrame, language: Language) -> Table:
    """Every year, without columns of which nothing is known."""
    columns = [name for name in _COLUMNS if by_year[name].notna().any()]
    head = [language.t("year"), *(language.t(f"column_{name}") for name in columns)]
    rows = [(str(int(row["year"])), *(language.number(float(row[name])) for name in columns))
            for row in by_year.to_dict("records")]
    return Table(head, rows, "<" + ">" * len(columns))
