# ruff: noqa: EM101 - the first argument is the short name of a rule, not a message
"""The path grammar of `--set`, sweeps and curves: texts taken apart.

`instance.KEY`, `works.KEY`, `layout.KEY`, `objective.ACCOUNT` (the weight), and
`TABLE[KEY,...].COLUMN` with keys in the table's order and `*` for all; `=` sets, `*=` multiplies.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.instance.cells import plain_number

_GRAMMAR = "SECTION.KEY=VALUE or TABLE[KEY,...].COLUMN=VALUE"

_SECTION = re.compile(r"\s*([A-Za-z_]+)\s*\.\s*([^=\[\]]+?)\s*(\*?=)(.*)", re.DOTALL)
_TABLE = re.compile(r"\s*([A-Za-z_]+)\s*\[(.*?)\]\s*\.\s*([^=\[\]]+?)\s*(\*?=)(.*)", re.DOTALL)

#: Texts `PATH=VALUE` and `PATH*=VALUE`, or a mapping of path -> value to set.
Overrides = Sequence[str] | Mapping[str, Any]


class PathFault(ValueError):  # noqa: N818 - a reason, turned into a finding
    """A path that cannot be applied: rule, what was seen, what was expected, what to do."""

    def __init__(self, rule: str, seen: str, expected: str, do: str) -> None:
        super().__init__(f"{rule}: {seen}")
        self.rule, self.seen, self.expected, self.do = rule, seen, expected, do


@dataclass(frozen=True)
class ValuePath:
    """A path taken apart.

    Parameters
    ----------
    where
        Section or table.
    keys
        Key cells of a table (`*` for all), None for a section.
    column
        Column, key of the section, or account.
    """

    where: str
    keys: tuple[str, ...] | None
    column: str


@dataclass(frozen=True)
class Assignment:
    """A path, whether its value multiplies, and the value as text."""

    path: ValuePath
    multiplies: bool
    value: str


def texts_of(overrides: Overrides) -> tuple[str, ...]:
    """Overrides as texts; a mapping of path -> value sets each."""
    if isinstance(overrides, Mapping):
        return tuple(f"{path}={_text_of(value)}" for path, value in overrides.items())
    if isinstance(overrides, str):
        return (overrides,)
    return tuple(overrides)


def _text_of(value: object) -> str:
    """A Python value as a table would hold it."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return plain_number(float(value)) if not np.isinf(value) else str(value)
    return "" if value is None else str(value)


def parse_path(text: str) -> ValuePath:
    """Take a path without value apart.

    Raises
    ------
    PathFault
        If it does not follow the grammar.
    """
    return parse_assignment(f"{text}=").path


def parse_assignment(text: str) -> Assignment:
    """Take `PATH=VALUE` or `PATH*=VALUE` apart.

    Raises
    ------
    PathFault
        If it does not follow the grammar.
    """
    table = _TABLE.fullmatch(text)
    if table:
        where, inside, column, sign, value = table.groups()
        _refuse_other_signs(column)
        return Assignment(ValuePath(where, _keys(inside), column), sign == "*=", value.strip())
    section = _SECTION.fullmatch(text)
    if section:
        where, column, sign, value = section.groups()
        _refuse_other_signs(column)
        return Assignment(ValuePath(where, None, column), sign == "*=", value.strip())
    raise PathFault("not a path", f"`{text}`", _GRAMMAR,
                    "Write, for example, works.diesel_kgco2e_per_l=3.1 or limits[budget].value*=2.")


def _refuse_other_signs(column: str) -> None:
    """Refuse +=, -= and /=, of which the sign before the = was taken for part of the column."""
    if column[-1] in "+-/":
        raise PathFault("unknown sign", f"`{column[-1]}=`", "= (sets) or *= (multiplies)",
                        "Only = and *= exist: write the new value after =, or a factor after *=.")


def _keys(inside: str) -> tuple[str, ...]:
    """Key cells between the brackets; keys with a comma stand in double quotes."""
    try:
        cells = next(csv.reader([inside], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise PathFault("not a path", f"`[{inside}]` ({error})", _GRAMMAR,
                        "Mend the quotes.") from None
    return tuple(cell.strip() for cell in cells)


def library_override(overrides: Iterable[str]) -> str | None:
    """The library that the overrides name, if they do: it must be known before all else."""
    named = None
    for text in overrides:
        try:
            assignment = parse_assignment(text)
        except PathFault:
            continue
        if assignment.path == ValuePath("instance", None, "library") and not assignment.multiplies:
            named = assignment.value
    return named
