"""The five Rs as measured figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.report.html.section import Section, Table

if TYPE_CHECKING:
    from optimizer.analysis.mining.record import Indicator
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material


def five_rs_section(material: Material, language: Language) -> Section:
    """Reduce, reuse, recycle, redevelop, restore: figure, how it is reckoned, what is missing."""
    t = language.t
    rows = [(t(f"r_{each.principle}"), language.say(each.name), _value(each, language),
             language.say(each.how)) for each in material.balance.indicators]
    table = Table((t("principle"), t("measure"), t("value"), t("how")), rows, "<<<<")
    return Section("five-rs", t("five_rs_title"), [t("five_rs_lead")], (), [table])


def _value(each: Indicator, language: Language) -> str:
    """The figure with its unit, or what it would need."""
    if each.value is None:
        return language.t("needs", what=language.say(each.missing))
    unit = language.say(each.unit)
    if unit == "%":
        return language.amount(each.value, "%")
    return f"{language.number(each.value)}\u00a0{unit}"
