"""Growth curves: complete, of one form, long enough, and starting from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.calendar import calendar_of
from optimizer.instance.checks.common import (
    Tables,
    blank_rows,
    number_column,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import Finding
from optimizer.instance.needs import uses_carbon
from optimizer.instance.provenance import DEFAULT, OWN, SET, covering_row
from optimizer.instance.settings import Settings

#: Form -> the columns it needs.
FORM_NEEDS = MappingProxyType({
    "exponential": ("c_max_tc_per_ha", "rate_per_year"),
    "chapman_richards": ("c_max_tc_per_ha", "rate_per_year", "shape"),
    "table": ("year", "gain_tc_per_ha"),
})


def form_cells(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Each form needs its own numbers."""
    curves = table_of(tables, "curves")
    forms = np.asarray(texts(curves, "form"), dtype=object)
    for form, columns in FORM_NEEDS.items():
        for column in columns:
            yield from on_rows(
                curves, blank_rows(curves, column) & (forms == form), rule="needed cell",
                column=column, seen="blank", expected=f"a value, needed by the form {form}",
                do="Fill it in, or choose another form.")


def one_form(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A curve has one form, and only a table has years."""
    curves = table_of(tables, "curves")
    forms, years = texts(curves, "form"), texts(curves, "year")
    for curve, rows in curves.rows_of_text("curve").items():
        if curve == "none":
            yield from on_rows(
                curves, rows, rule="reserved name", column="curve", seen="`none`",
                expected="another name: none stands for no gain", do="Rename the curve.")
        seen = list(dict.fromkeys(forms[row] for row in rows))
        if len(seen) > 1:
            yield from on_rows(
                curves, rows[:1], rule="two forms", column="form",
                seen=f"`{curve}` as {' and '.join(form or 'blank' for form in seen)}",
                expected="one form for each curve", do="Give the second one another name.")
        elif seen != ["table"]:
            yield from on_rows(
                curves, [row for row in rows if years[row]], rule="year of a formula",
                column="year", seen=f"`{curve}`, {seen[0]}, with a year",
                expected="a blank year: only tables have years",
                do="Delete the year, or make the form table.")


def table_starts(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Gains are counted from the start: none in year 0."""
    curves = table_of(tables, "curves")
    gain = number_column(curves, "gain_tc_per_ha")
    wrong = (number_column(curves, "year") == 0) & np.isfinite(gain) & (gain != 0)
    yield from on_rows(
        curves, wrong, rule="gain in year 0", column="gain_tc_per_ha",
        seen=f"{gain[wrong][0]:g} t C/ha in year 0" if wrong.any() else "",
        expected="0: curves give the gain over the starting stock",
        do="Subtract the starting stock from the whole curve.")


def table_ends(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A used table must last as long as the longest credited time."""
    if not uses_carbon(settings, tables):
        return
    curves = table_of(tables, "curves")
    longest = float(calendar_of(settings).credited_t.max(initial=0))
    methods = table_of(tables, "methods")
    used = {*texts(methods, "curve_soil"), *texts(methods, "curve_biomass")}
    for curve, rows, year_n, _gain_n in _tabulated(tables):
        if curve in used and year_n[-1] < longest:
            yield from on_rows(
                curves, [rows[-1]], rule="curve ends too early", column="year",
                seen=f"`{curve}` ends in year {year_n[-1]:g}",
                expected=f"gains up to year {longest:g}, the longest time that is credited",
                do="Add later years from the source of the curve, or shorten the account.")


def dips(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A gain that falls may be right (unmanaged grass); without a source it is worth a look."""
    curves = table_of(tables, "curves")
    longest = float(calendar_of(settings).credited_t.max(initial=0))
    for curve, rows, year_n, gain_n in _tabulated(tables):
        if _sourced(tables, rows, "gain_tc_per_ha"):
            continue
        falls = np.flatnonzero((np.diff(gain_n) < 0) & (year_n[:-1] < longest))
        if len(falls):
            at = falls[0]
            yield from on_rows(
                curves, [rows[at + 1]], rule="curve dips", column="gain_tc_per_ha",
                severity="warning",
                seen=f"`{curve}` falls from {gain_n[at]:g} t C/ha in year {year_n[at]:g} "
                     f"to {gain_n[at + 1]:g} in year {year_n[at + 1]:g}",
                expected="a gain that does not fall, unless it was measured so",
                do="Check the source of the curve; nothing else is needed if it is right.")
    column = "c_max_tc_per_ha"
    losing = [row for row in np.flatnonzero(number_column(curves, column) < 0).tolist()
              if not _sourced(tables, [row], column)]
    yield from on_rows(
        curves, losing, rule="curve dips", column=column, severity="warning",
        seen="a negative largest gain", expected="a gain, unless a loss was measured",
        do="Check the sign; nothing else is needed if it is right.")


def _sourced(tables: Tables, rows: list[int], column: str) -> bool:
    """Whether the provenance says of every one of the cells what it rests on."""
    provenance, curves = table_of(tables, "provenance"), table_of(tables, "curves")
    said = list(zip(*(texts(provenance, name) for name in ("table", "key", "column")),
                    strict=True))
    sources = texts(provenance, "source")
    keys = curves.key_rows(("curve", "year"))
    found = [covering_row(said, ("curves", keys[row], column)) for row in rows]
    return all(at >= 0 and sources[at] not in ("", OWN, DEFAULT, SET) for at in found)


def _tabulated(
    tables: Tables,
) -> Iterator[tuple[str, list[int], NDArray[np.float64], NDArray[np.float64]]]:
    """Tabulated curves: name, rows by rising year, years and gains of shape (N,)."""
    curves = table_of(tables, "curves")
    year, gain = number_column(curves, "year"), number_column(curves, "gain_tc_per_ha")
    forms = texts(curves, "form")
    for curve, rows in curves.rows_of_text("curve").items():
        whole = [row for row in rows if forms[row] == "table"
                 and np.isfinite(year[row]) and np.isfinite(gain[row])]
        if whole:
            ordered = sorted(whole, key=lambda row: float(year[row]))
            yield curve, ordered, year[ordered], gain[ordered]


CHECKS = (form_cells, one_form, table_starts, table_ends, dips)
