"""Rules on land and rules of limits as sentences of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.rules import Rule
    from optimizer.report.html.language import Language

_SENSES = {"<=": "at_most", ">=": "at_least", "=": "exactly"}


def rule_words(rule: Rule, language: Language) -> str:
    """Tell what a use asks of its land."""
    if rule.kind in ("topsoil", "window"):
        return language.t(f"rule_{rule.kind}")
    words = language.words.get(f"attribute_{rule.attribute}", f"{rule.attribute} {{bounds}}")
    bounds = language.t("joined_bounds").join(
        language.t(key, value=f"{bound:g}") for key, bound in (
            ("bound_least", rule.minimum), ("bound_most", rule.maximum)) if np.isfinite(bound))
    told = words.format(bounds=bounds)
    return language.t("rule_machine", rule=told) if rule.kind == "machine" else told


def account_words(account: str, language: Language) -> str:
    """What a planner calls an account; one the instance adds has its own name."""
    return language.words.get(f"account_{account}") or language.words.get(
        f"term_{account}", account)


def where_words(row: dict[str, Any], instance: Instance, language: Language) -> str:
    """Which uses, methods, zones and periods a row counts; blank for all."""
    uses = dict(zip(instance.practices.uses, language.labels(
        instance.tables["uses"], instance.practices.uses), strict=True))
    parts = [language.t("or").join(uses.get(name, name) for name in str(row["use"]).split("|"))]
    parts += [str(row[key]).replace("|", language.t("or")) for key in ("method", "zone")]
    if row["period"]:
        until = str(row.get("cumulative")) in ("yes", "True")
        parts.append(_period(str(row["period"]), instance, language, until=until))
    return language.t("comma").join(part for part in parts if part)


def _period(text: str, instance: Instance, language: Language, *, until: bool) -> str:
    """Years of a period; a list of periods by their first years; the end of a running total."""
    calendar = instance.calendar
    if until:
        return language.t("by_the_end", last=calendar.last_year(text))
    if text not in calendar.labels:
        return text.replace("|", language.t("or"))
    t = calendar.labels.index(text)
    return language.t("years", first=int(calendar.start_t[t]), last=int(calendar.end_t[t]) - 1)


def limit_words(row: dict[str, Any], instance: Instance, language: Language) -> str:
    """Tell a row of limits.csv as a rule: what is counted, and its bound."""
    where = where_words(row, instance, language)
    what = account_words(str(row["account"]), language)
    if where:
        what = language.t("counted", account=what, where=where)
    if np.isnan(row["value"]):
        return language.t("limit_equal", what=what)
    return language.t(f"limit_{_SENSES[row['sense']]}", what=what,
                      value=bound_words(float(row["value"]), str(row["value_unit"]), language))


def bound_words(value: float, unit: str, language: Language) -> str:
    """A value of a limit with its unit as it was written."""
    if unit.startswith("% of "):
        return language.t(f"share_{unit[5:]}", value=language.round(value))
    return language.amount(value, unit, bound=True)
