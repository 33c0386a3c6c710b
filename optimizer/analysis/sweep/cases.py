"""What `ro.sweep` takes for cases -> `SweepPlan`, and whether the instance knows its paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.sweep.file import read_sweep
from optimizer.analysis.sweep.plan import SweepPlan, plan_of_cases
from optimizer.instance.cells import CellFault
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.path_grammar import PathFault, parse_assignment, texts_of
from optimizer.instance.paths import apply_one
from optimizer.instance.table import Table
from optimizer.instance.unknowns import override_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Name under which a table of scenarios in the instance is swept.
SCENARIOS = "scenarios"
#: What messages call cases given in Python.
FRAME = "cases"


def plan_of(cases: Any, instance: Instance) -> SweepPlan:
    """Plan a sweep from whatever says which cases there are.

    Parameters
    ----------
    cases
        A plan; a sweep file (or the name of one in the folder `sweeps` of the instance);
        `scenarios` or a table of columns case, path, value, multiply; a pandas table of one row a
        case, with paths as headers (one ending in * holds factors) and perhaps a column `case`;
        a mapping of name -> overrides; or a list of overrides.
    instance
        The base, whose paths they are.

    Raises
    ------
    InstanceRefused
        Where the cases cannot be read, or name a path the instance does not have.
    """
    plan = _plan(cases, instance)
    findings = _unknown_paths(plan, instance)
    if not plan.cases:
        findings.append(Finding(plan.name, "no cases", "none", "at least one case",
                                "Add cases, or run `reclaim solve`."))
    if findings:
        raise InstanceRefused(plan.name, findings)
    return plan


def _plan(cases: Any, instance: Instance) -> SweepPlan:
    if isinstance(cases, SweepPlan):
        return cases
    if isinstance(cases, Table):
        return plan_of_scenarios(cases)
    if isinstance(cases, str | Path):
        return _named(str(cases), instance)
    if hasattr(cases, "to_dict"):
        return plan_of_frame(cases)
    if isinstance(cases, Mapping):
        return plan_of_cases({str(name): texts_of(given) for name, given in cases.items()})
    if isinstance(cases, Sequence):
        digits = len(str(len(cases)))
        return plan_of_cases({f"{number:0{digits}d}": texts_of(given)
                              for number, given in enumerate(cases, start=1)})
    msg = f"sweep takes cases as a file, a table, a mapping or a list, not {type(cases).__name__}"
    raise TypeError(msg)


def _named(name: str, instance: Instance) -> SweepPlan:
    """A sweep by its file, by its name in the instance, or the scenarios of the instance."""
    table = instance.table(SCENARIOS)
    if name == SCENARIOS and table is not None:
        return plan_of_scenarios(table)
    places = [Path(name)]
    if instance.folder is not None:
        places += [instance.folder / "sweeps" / name, instance.folder / "sweeps" / f"{name}.toml"]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        known = [] if instance.folder is None else sorted(
            path.stem for path in (instance.folder / "sweeps").glob("*.toml"))
        known += [SCENARIOS] if table is not None else []
        raise InstanceRefused(name, [Finding(
            name, "no such sweep", f"`{name}`",
            f"a sweep file{' or one of ' + ', '.join(known) if known else ''}",
            "Write a sweep file; `reclaim schema sweep` tells its keys.")])
    return read_sweep(file)


def plan_of_scenarios(table: Table) -> SweepPlan:
    """Cases of a table with columns case, path, value or multiply: rows of a case go together."""
    cases: dict[str, list[str]] = {}
    for row, case in enumerate(table.text("case")):
        overrides = cases.setdefault(str(case), [])
        override = override_of(table, row)
        if override:  # a case with a blank path is the base
            overrides.append(override)
    return plan_of_cases(cases, table.name)


def plan_of_frame(frame: pd.DataFrame) -> SweepPlan:
    """Cases of a pandas table: one row a case, paths as headers; blank cells are left as they are.

    A header that ends in * holds factors.
    """
    digits = len(str(len(frame)))
    cases: dict[str, tuple[str, ...]] = {}
    for number, record in enumerate(frame.to_dict("records"), start=1):
        name = str(record.pop("case", f"{number:0{digits}d}"))
        given = {str(path): value for path, value in record.items() if not _blank(value)}
        if name in cases:
            raise InstanceRefused(FRAME, [Finding(
                FRAME, "case twice", f"`{name}`", "every name once",
                "Give the cases different names.", row=number, column="case")])
        cases[name] = texts_of(given)
    return plan_of_cases(cases)


def _blank(value: Any) -> bool:
    """Whether a cell of a pandas table is empty."""
    return value is None or value == "" or bool(value != value)


def _unknown_paths(plan: SweepPlan, instance: Instance) -> list[Finding]:
    """Findings about paths that nothing in the instance has; bad values are for their cases."""
    findings = []
    for axis in plan.axes:
        text = axis.override(axis.values[0])
        try:
            apply_one(instance.settings, dict(instance.tables), parse_assignment(text))
        except CellFault:
            continue
        except PathFault as fault:
            findings.append(Finding(plan.name, fault.rule, fault.seen, fault.expected, fault.do,
                                    column=axis.path))
    return findings
