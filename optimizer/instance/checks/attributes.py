"""Attributes of parcels: those that rules name are there, those that are there have a rule."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.instance.checks.advice import name_advice
from optimizer.instance.checks.common import (
    Tables,
    blank_rows,
    number_column,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.checks.facts import SLOPE_TOLERANCE_PCT
from optimizer.instance.findings import Finding
from optimizer.instance.land import NOT_ATTRIBUTES
from optimizer.instance.nearest import nearest
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings

AFTER = "after:"

#: Attributes that combine with what is there, so that what is there must be known. Any other
#: attribute is set by a method that names it.
COMBINED = frozenset({"slope_pct", "soil_depth_m", "bulk_density_g_cm3", "gravel_pct"})

#: Numbers of parcels that no work can change.
UNCHANGEABLE = NOT_ATTRIBUTES | {
    "slope_length_m", "release_year", "longest_wait_years", "baseline_tco2e_per_ha_yr", "x", "y",
}

#: Attributes whose blanks the requirements tell, with all that needs them.
TOLD_ELSEWHERE = ("slope_pct", "soil_depth_m")

#: What a suitability rule may not be on: names and the size of the parcel.
OWN_COLUMNS = TABLES["parcels"].by_name


def named_by_no_rule(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A further column of parcels has a rule or a method that names it, or is a slip."""
    parcels = table_of(tables, "parcels")
    ruled = _ruled(tables) | _changed(tables)
    known = sorted({*OWN_COLUMNS, *ruled})
    for column in parcels.columns:
        if column in OWN_COLUMNS or column in ruled or column in TABLES["parcels"].free_text:
            continue
        yield Finding(
            parcels.file, "unknown column", f"`{column}`",
            "a column of the format, or an attribute that suitability or a method names",
            name_advice(column, known) if nearest(column, known)
            else "Add a rule to suitability, or delete the column.",
            column=column)


def named_and_missing(_: Settings, tables: Tables) -> Iterator[Finding]:
    """An attribute that a rule names is known for every parcel, or set by every method."""
    parcels, uses = table_of(tables, "parcels"), texts(table_of(tables, "uses"), "use")
    suitability = table_of(tables, "suitability")
    rows_of: dict[str, list[int]] = {}
    wanted_by: dict[str, list[str]] = {}
    for row, (use, attribute) in enumerate(
        zip(texts(suitability, "use"), texts(suitability, "attribute"), strict=True)
    ):
        if use in uses and attribute and not _always_set(tables, use, attribute):
            rows_of.setdefault(attribute, []).append(row)
            wanted_by.setdefault(attribute, []).append(use)
    for attribute, rows in rows_of.items():
        if attribute in UNCHANGEABLE and attribute not in ("slope_length_m", "x", "y"):
            yield from on_rows(
                suitability, rows, rule="not an attribute", column="attribute",
                seen=f"`{attribute}`", expected="a measured attribute of parcels",
                do="Name an attribute such as slope_pct, soil_depth_m or ph.")
        elif attribute not in parcels and attribute not in TOLD_ELSEWHERE:
            present = [name for name in parcels.columns if name not in UNCHANGEABLE]
            yield from on_rows(
                suitability, rows, rule="missing attribute", column="attribute",
                seen=f"`{attribute}`, which parcels lacks",
                expected="a column of parcels with a value in every row",
                do=name_advice(attribute, present) if nearest(attribute, present)
                else f"Add the column {attribute} to parcels, or delete the rule.")
        elif attribute not in TOLD_ELSEWHERE:
            yield from on_rows(
                parcels, blank_rows(parcels, attribute), rule="needed cell", column=attribute,
                seen="blank",
                expected=f"a value, needed by the rule for {', '.join(wanted_by[attribute])}",
                do="Fill it in, or state one value for all blanks under [defaults.parcels] in "
                   "instance.toml (it counts as an assumption).")


def bounds(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A rule has a bound, and its bounds leave something."""
    suitability = table_of(tables, "suitability")
    low, high = number_column(suitability, "minimum"), number_column(suitability, "maximum")
    yield from on_rows(
        suitability, low > high, rule="empty range", column="minimum",
        seen="a minimum above the maximum", expected="minimum at most maximum",
        do="Exchange or correct the two.")
    yield from on_rows(
        suitability, np.isnan(low) & np.isnan(high), rule="rule without bound", column="minimum",
        seen="neither minimum nor maximum", expected="at least one of the two",
        do="Fill one in, or delete the row.")


def changed_attributes(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A method changes attributes that exist, to values that they can have."""
    methods, parcels = table_of(tables, "methods"), table_of(tables, "parcels")
    ruled = _ruled(tables)
    known = sorted({*OWN_COLUMNS, *parcels.columns, *ruled} - UNCHANGEABLE)
    for attribute in sorted(_changed(tables)):
        column = f"{AFTER}{attribute}"
        if attribute in UNCHANGEABLE:
            yield Finding(methods.file, "not an attribute", f"`{column}`",
                          "an attribute that works can change",
                          "Delete the column, or name an attribute such as slope_pct.",
                          column=column)
        elif attribute in known:
            yield from _changed_range(tables, attribute)
        else:
            near = nearest(attribute, known)
            yield Finding(
                methods.file, "unknown name" if near else "change without effect", f"`{column}`",
                "an attribute of parcels or of a suitability rule",
                f"Did you mean `{AFTER}{near}`?" if near
                else "Nothing depends on it; delete the column, or add the rule that does.",
                column=column, severity="error" if near else "warning")


def regrading_in_vain(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A method that leaves slopes steeper than its use may have helps no parcel."""
    uses, methods = table_of(tables, "uses"), table_of(tables, "methods")
    most_u = np.fmin(number_column(uses, "max_slope_pct"), settings.max_slope_pct)
    most = dict(zip(texts(uses, "use"), most_u.tolist(), strict=True))
    after = number_column(methods, f"{AFTER}slope_pct")
    for row, use in enumerate(texts(methods, "use")):
        if after[row] > most.get(use, np.inf) + SLOPE_TOLERANCE_PCT:
            yield from on_rows(
                methods, [row], rule="regrading in vain", column=f"{AFTER}slope_pct",
                severity="warning", seen=f"{after[row]:g} %, and `{use}` may have {most[use]:g} %",
                expected="a slope that the use may have",
                do="Lower it; as it is, no steep parcel can get this method.")


def _changed_range(tables: Tables, attribute: str) -> Iterator[Finding]:
    """Values after a method lie in the range of the attribute itself."""
    spec = OWN_COLUMNS.get(attribute)
    methods = table_of(tables, "methods")
    values = number_column(methods, f"{AFTER}{attribute}")
    lowest = -np.inf if spec is None or spec.lowest is None else spec.lowest
    highest = np.inf if spec is None or spec.highest is None else spec.highest
    wrong = (values < lowest) | (values > highest)
    yield from on_rows(
        methods, wrong, rule="out of range", column=f"{AFTER}{attribute}",
        seen=f"{values[wrong][0]:g}" if wrong.any() else "",
        expected=f"from {lowest:g} to {highest:g}{' ' + spec.unit if spec and spec.unit else ''}",
        do="Check the unit.")


def _ruled(tables: Tables) -> set[str]:
    """Attributes that rules on suitability or on neighbours name."""
    named = (texts(table_of(tables, name), "attribute") for name in ("suitability", "neighbours"))
    return set().union(*named) - {""}


def _changed(tables: Tables) -> set[str]:
    """Attributes that methods change."""
    methods = table_of(tables, "methods")
    return {name.removeprefix(AFTER) for name in methods.columns
            if name.startswith(AFTER) and methods.has(name)}


def _always_set(tables: Tables, use: str, attribute: str) -> bool:
    """Whether every method of a use sets the attribute outright, whatever is there."""
    methods = table_of(tables, "methods")
    own = np.asarray(texts(methods, "use"), dtype=object) == use
    blank = blank_rows(methods, f"{AFTER}{attribute}")
    return attribute not in COMBINED and bool(own.any()) and not bool((blank & own).any())


CHECKS = (
    named_by_no_rule, named_and_missing, bounds, changed_attributes, regrading_in_vain,
)
