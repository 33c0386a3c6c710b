"""Limits that bind and what more room is worth, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report.html.rules import limit_words
from optimizer.report.html.section import Section, Table
from optimizer.report.html.stages import is_least
from optimizer.report.terminal_prices import NO_PRICE, worth

if TYPE_CHECKING:
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: m3 of topsoil that its price is told for.
SOIL_STEP = 1_000.0


def limits_section(material: Material, language: Language) -> Section:
    """Binding limits, dearest first; then topsoil; all others behind a button."""
    t = language.t
    rows = material.tables["limits"].to_dict("records")
    binding = sorted((row for row in rows if row["binding"] == "yes"),
                     key=lambda row: -abs(worth(row)[1]))
    slack = [row for row in rows if row["binding"] != "yes"]
    lead = [t("limits_count", binding=len(binding), count=len(rows)) if rows else t("limits_none")]
    tables = [_binding(binding, material, language)] if binding else []
    soil = _topsoil(material, language)
    tables += [soil] if soil else []
    return Section("limits", t("limits_title"), lead, (), tables, _notes(material, language),
                   [(t("slack_more", count=len(slack)), _slack(slack, material, language))]
                   if slack else [])


def _binding(rows: list[dict[Any, Any]], material: Material, language: Language) -> Table:
    """Limits without room left, and what a little more is worth."""
    t = language.t
    head = (t("limit"), t("rule")) if material.is_whole else (t("limit"), t("rule"), t("worth"))
    cells = [(str(row["limit"]), limit_words(row, material.instance, language),
              *(() if material.is_whole else (worth_words(row, material.unit, language),)))
             for row in rows]
    return Table(head, cells, "<" * len(head), t("binding_caption"))


def worth_words(row: dict[Any, Any], unit: str, language: Language) -> str:
    """`1 million CNY more would add 228 t CO2e`."""
    step, gain = worth(row)
    if abs(gain) <= NO_PRICE:
        return language.t("worth_nothing")
    own = {"%": "%-point", "": "unit"}.get(str(row["unit"]), str(row["unit"]))
    key = "worth_less" if row["sense"] == ">=" else "worth_more"
    return language.t(key, step=language.amount(step, own, bound=True),
                      gain=language.amount(gain, unit, sign=True))


def _slack(rows: list[dict[Any, Any]], material: Material, language: Language) -> Table:
    """Limits with room left: where they stand."""
    from optimizer.report.html.rules import bound_words

    cells = [(str(row["limit"]), limit_words(row, material.instance, language),
              bound_words(float(row["reached"]), str(row["value_unit"]), language)
              if row["reached"] == row["reached"] else "–") for row in rows]
    return Table((language.t("limit"), language.t("rule"), language.t("reached")), cells, "<<>")


def _topsoil(material: Material, language: Language) -> Table | None:
    """What more topsoil would be worth, by source and period."""
    prices = material.tables["prices"]
    if not len(prices) or material.is_whole:
        return None
    stage = float(material.last_stage["number"])
    rows = prices[(prices["family"] == "soil_balance") & (prices["stage"].astype(float) == stage)]
    scarce = rows[rows["price"].astype(float) > NO_PRICE].to_dict("records")
    if not scarce:
        return None
    scarce.sort(key=lambda row: -float(row["price"]))
    cells = [(str(row["source"]), str(row["period"]),
              language.amount(SOIL_STEP * float(row["price"]), material.unit, sign=True))
             for row in scarce]
    caption = language.t("soil_caption", step=language.amount(SOIL_STEP, "m3", bound=True))
    return Table((language.t("source"), language.t("period"), language.t("soil_worth")), cells,
                 "<<>", caption)


def _notes(material: Material, language: Language) -> list[str]:
    """How to read the prices, where it is not as one would think."""
    notes = []
    if material.is_whole:
        notes.append(language.t("prices_whole"))
    elif is_least(material.last_stage):
        notes.append(language.t("prices_least"))
    if not material.is_whole:
        notes.append(language.t("prices_note"))
    return notes
