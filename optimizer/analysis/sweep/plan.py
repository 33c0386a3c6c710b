"""`SweepPlan`: which cases a sweep has, each a list of overrides, with the numbers behind them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.path_grammar import PathFault, parse_assignment, texts_of

#: More cases than anybody will wait for are a slip of the pen.
CASES_AT_MOST = 1_000_000
Mode = Literal["product", "one_at_a_time", "table"]
MODES: tuple[Mode, ...] = ("product", "one_at_a_time", "table")
#: Name of the case without overrides.
BASE = "base"


@dataclass(frozen=True)
class Axis:
    """One path of a sweep and what it is given in turn.

    Parameters
    ----------
    path
        `TABLE[KEY,...].COLUMN` or `SECTION.KEY`.
    multiplies
        Whether the values are factors.
    values
        As texts of the path grammar.
    label
        Short name for pictures; the path where blank.
    """

    path: str
    multiplies: bool
    values: tuple[str, ...]
    label: str = ""

    @property
    def column(self) -> str:
        """Header of the path in the table of cases; a `*` at its end means factors."""
        return f"{self.path}*" if self.multiplies else self.path

    @property
    def name(self) -> str:
        """What pictures call it."""
        return self.label or self.path

    def override(self, value: str) -> str:
        """Text of one override."""
        return f"{self.column}={value}"


@dataclass(frozen=True)
class Case:
    """One case: its name, its overrides in order, and the value of each column of parameters."""

    name: str
    overrides: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SweepPlan:
    """A checked sweep.

    Parameters
    ----------
    name, title
        For pictures and messages.
    mode
        How the cases came about.
    axes
        Paths, in order; in tables the values are those met in the cases.
    cases
        In the order of the table that comes out.
    """

    name: str
    title: str
    mode: Mode
    axes: tuple[Axis, ...]
    cases: tuple[Case, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of the parameters."""
        return tuple(axis.column for axis in self.axes)

    @property
    def sha256(self) -> str:
        """Hash of the cases: a run may go on only with the same ones."""
        plain = [[case.name, *case.overrides] for case in self.cases]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def product_of(axes: Sequence[Axis]) -> tuple[Case, ...]:
    """Every combination of the values, the last path fastest."""
    combined = product(*(axis.values for axis in axes))
    return _numbered([list(zip(axes, values, strict=True)) for values in combined])


def one_at_a_time(axes: Sequence[Axis]) -> tuple[Case, ...]:
    """The base, then every value of every path with the others left as they are."""
    single = [[(axis, value)] for axis in axes for value in axis.values]
    return (Case(BASE, (), ()), *_numbered(single))


def _numbered(settings: list[list[tuple[Axis, str]]]) -> tuple[Case, ...]:
    """Cases named by their number, so many digits that names sort."""
    digits = len(str(len(settings)))
    return tuple(case_of(f"{number:0{digits}d}", pairs)
                 for number, pairs in enumerate(settings, start=1))


def case_of(name: str, pairs: Iterable[tuple[Axis, str]]) -> Case:
    """One case from paths and values."""
    pairs = list(pairs)
    return Case(name, tuple(axis.override(value) for axis, value in pairs),
                tuple((axis.column, value) for axis, value in pairs))


def plan_of_cases(
    cases: Mapping[str, Sequence[str]], name: str = "cases", title: str = "",
    labels: Mapping[str, str] | None = None,
) -> SweepPlan:
    """Plan a sweep of named cases, each a list of texts `PATH=VALUE` or `PATH*=VALUE`.

    Parameters
    ----------
    cases
        Name -> overrides.
    name, title
        Of the sweep.
    labels
        Path -> short name for pictures.

    Raises
    ------
    InstanceRefused
        Where an override does not follow the path grammar.
    """
    found: dict[tuple[str, bool], dict[str, None]] = {}
    made, findings = [], []
    for case, overrides in cases.items():
        parameters = []
        for text in overrides:
            try:
                assignment = parse_assignment(text)
            except PathFault as fault:
                findings.append(Finding(name, fault.rule, fault.seen, fault.expected, fault.do,
                                        column=f"case {case}"))
                continue
            path = path_text(text, assignment.value)
            found.setdefault((path, assignment.multiplies), {})[assignment.value] = None
            sign = "*" if assignment.multiplies else ""
            parameters.append((f"{path}{sign}", assignment.value))
        made.append(Case(str(case), tuple(overrides), tuple(parameters)))
    if findings:
        raise InstanceRefused(name, findings)
    named = labels or {}
    axes = tuple(Axis(path, multiplies, tuple(values), named.get(path, ""))
                 for (path, multiplies), values in found.items())
    return SweepPlan(name, title, "table", axes, tuple(made))


def path_text(override: str, value: str) -> str:
    """The path of an override as it was written, whatever signs stand in its keys."""
    head = override.rstrip().removesuffix(value).rstrip().removesuffix("=").removesuffix("*")
    return head.strip()


def texts(values: Iterable[object]) -> tuple[str, ...]:
    """Python values as texts of the path grammar."""
    return tuple(text.removeprefix("v=") for value in values for text in texts_of({"v": value}))
