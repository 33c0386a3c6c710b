"""Rules on neighbours: they name something, that something is known, and neighbours are known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.instance.beside import NeighbourRule, neighbour_rules
from optimizer.instance.checks.advice import name_advice
from optimizer.instance.checks.attributes import UNCHANGEABLE
from optimizer.instance.checks.common import (
    Tables,
    blank_rows,
    no_neighbours,
    number_column,
    on_rows,
    table_of,
)
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings

#: Columns of parcels that a rule on neighbours may be on, though no work changes them.
MEASURED = frozenset({"slope_length_m", "x", "y", "baseline_tco2e_per_ha_yr"})


def rules_without_object(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A rule says beside what: a use, an attribute within bounds, or both."""
    table = table_of(tables, "neighbours")
    for rule in neighbour_rules(tables):
        bounded = np.isfinite(rule.minimum) or np.isfinite(rule.maximum)
        if not rule.use_b and not rule.attribute:
            yield from on_rows(
                table, [rule.line], rule="rule without object", column="use_b",
                seen="neither use_b nor attribute", expected="a use, an attribute, or both",
                do="Say beside what the use must, or must not, lie.")
        if bool(rule.attribute) != bounded:
            yield from on_rows(
                table, [rule.line], rule="rule without bound", column="minimum",
                seen="bounds without an attribute" if bounded else
                f"`{rule.attribute}` with neither minimum nor maximum",
                expected="an attribute with a minimum, a maximum or both",
                do="Fill in what is missing.")
        if rule.minimum > rule.maximum:
            yield from on_rows(
                table, [rule.line], rule="empty range", column="minimum",
                seen="a minimum above the maximum", expected="minimum at most maximum",
                do="Exchange or correct the two.")
        if not rule.apart and rule.use_a == rule.use_b:
            yield from on_rows(
                table, [rule.line], rule="beside itself", column="use_b",
                seen=f"{rule.use_a} together with {rule.use_a}", expected="another use",
                do="For connected fields give the use a min_patch_ha, or boundaries a weight.",
                severity="warning")


def attributes_of_neighbours(_: Settings, tables: Tables) -> Iterator[Finding]:
    """An attribute that a rule names is measured on every parcel."""
    table, parcels = table_of(tables, "neighbours"), table_of(tables, "parcels")
    known = [name for name in parcels.columns if name not in UNCHANGEABLE or name in MEASURED]
    for rule in neighbour_rules(tables):
        if not rule.attribute:
            continue
        if rule.attribute not in known or parcels.columns[rule.attribute].dtype == object:
            yield from on_rows(
                table, [rule.line], rule="missing attribute", column="attribute",
                seen=f"`{rule.attribute}`, which is no measured column of parcels",
                expected="a column of parcels with a number in every row",
                do=name_advice(rule.attribute, known))
            continue
        yield from on_rows(
            parcels, blank_rows(parcels, rule.attribute), rule="needed cell",
            column=rule.attribute, seen="blank",
            expected=f"a value, needed by the neighbour rule {rule.name}", do="Fill it in.")


def bounds_of_no_parcel(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Bounds that no parcel is within: mostly a slip of the unit."""
    table, parcels = table_of(tables, "neighbours"), table_of(tables, "parcels")
    for rule in neighbour_rules(tables):
        if not rule.attribute or rule.attribute not in parcels.columns:
            continue
        values = number_column(parcels, rule.attribute)
        if not np.isfinite(values).any() or np.any(
                (values >= rule.minimum) & (values <= rule.maximum)):
            continue
        then = "the rule does nothing" if rule.apart else (
            "nobody is freed from it" if rule.use_b else f"{rule.use_a} can be nowhere")
        yield from on_rows(
            table, [rule.line], rule="bounds of no parcel", column="attribute",
            seen=f"{rule.range}; parcels have {np.nanmin(values):g} to {np.nanmax(values):g}",
            expected="bounds that some parcel is within",
            do=f"Check unit and bounds: as it stands, {then}.", severity="warning")


def contradictions(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Two uses cannot both have to touch and be kept apart."""
    table = table_of(tables, "neighbours")
    plain = [rule for rule in neighbour_rules(tables) if rule.use_b and not rule.attribute]
    apart = {frozenset((rule.use_a, rule.use_b)): rule for rule in plain if rule.apart}
    for rule in plain:
        other = apart.get(frozenset((rule.use_a, rule.use_b)))
        if other is not None and not rule.apart and rule.distance_m <= other.distance_m:
            yield from on_rows(
                table, [rule.line], rule="contradiction", column="relation",
                seen=f"{rule.use_a} together with {rule.use_b}, which {other.name} keeps apart",
                expected="uses that may touch where they must",
                do=f"Delete one of the two rules; with both, {rule.use_a} can be nowhere on whole "
                   "parcels.", severity="warning")


def neighbours_known(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Who lies beside whom is known: boundaries, or distances between middles."""
    table, parcels = table_of(tables, "neighbours"), table_of(tables, "parcels")
    lacking = no_neighbours(tables)
    for rule in neighbour_rules(tables):
        if rule.distance_m > 0.0:
            for column in ("x", "y"):
                yield from on_rows(
                    parcels, blank_rows(parcels, column), rule="needed cell", column=column,
                    seen="blank",
                    expected=f"a coordinate, needed by distance_m of the rule {rule.name}",
                    do="Fill it in, or leave distance_m blank.")
        elif lacking:
            yield from on_rows(
                table, [rule.line], rule="no neighbours", column="rule",
                seen=f"{rule.name}, {lacking[0]}",
                expected="a table adjacency, or a distance_m", do=f"{lacking[1]}.")


def parts_of_parcels(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Rules between two uses bind shares of parcels: only whole parcels make contact exact."""
    table = table_of(tables, "neighbours")
    between = [rule for rule in neighbour_rules(tables) if not rule.of_land]
    yield from on_rows(
        table, [rule.line for rule in between], rule="rule between uses", column="use_b",
        seen=_between(between),
        expected="whole parcels (--whole-parcels), on which such a rule is exact",
        do="Where parcels may be divided, it holds for shares: apart, those of the two uses on two "
           "neighbours add up to at most 1; together, use_a covers no larger share than use_b "
           "on all neighbours.",
        severity="warning")


def _between(rules: list[NeighbourRule]) -> str:
    """First of the rules in words."""
    return f"{rules[0].use_a} and {rules[0].use_b}" if rules else ""


def patches_known(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Least patches need to know what lies side by side."""
    uses = table_of(tables, "uses")
    rows = number_column(uses, "min_patch_ha") > 0.0
    lacking = no_neighbours(tables)
    if lacking:
        yield from on_rows(
            uses, rows, rule="no neighbours", column="min_patch_ha", seen=lacking[0],
            expected="a table adjacency: which parcels share a boundary",
            do=f"{lacking[1]}; or leave min_patch_ha blank.")


def patches_beyond_land(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A least patch larger than all land there is leaves its use nowhere."""
    uses, land = table_of(tables, "uses"), number_column(table_of(tables, "parcels"), "area_ha")
    all_of_it = float(np.nansum(land))
    rows = number_column(uses, "min_patch_ha") > all_of_it
    yield from on_rows(
        uses, rows & (all_of_it > 0.0), rule="patch beyond the land", column="min_patch_ha",
        seen="a least patch larger than all land together",
        expected=f"at most {all_of_it:,.6g} ha, the area of all parcels",
        do="Check the unit (ha); as it stands, the use can be nowhere.", severity="warning")


CHECKS = (
    patches_known, patches_beyond_land, rules_without_object, attributes_of_neighbours,
    bounds_of_no_parcel, contradictions, neighbours_known, parts_of_parcels,
)
