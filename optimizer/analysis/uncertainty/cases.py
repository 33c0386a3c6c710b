"""The cases of an instance: each as an instance of its own, with its own optimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import with_overrides
from optimizer.instance.unknowns import UNKNOWNS, Scenario, scenarios_of
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution


@dataclass(frozen=True)
class Case:
    """One case that may come true.

    Parameters
    ----------
    name
        Its name.
    probability
        From 0 to 1.
    overrides
        What it changes.
    instance
        The instance with these changes.
    optimum
        What would be best if it were known that this case comes true.
    """

    name: str
    probability: float
    overrides: tuple[str, ...]
    instance: Instance
    optimum: Solution


def without_unknowns(instance: Instance) -> Instance:
    """Return the instance without its tables of cases and ranges."""
    tables = {name: table for name, table in instance.tables.items() if name not in UNKNOWNS}
    return replace(instance, tables=tables)


def cases_of(
    instance: Instance, scenarios: Sequence[Scenario] | None, progress: Callable[[str], None]
) -> tuple[Case, ...]:
    """Build and solve every case.

    Parameters
    ----------
    instance
        Checked instance.
    scenarios
        The cases; None takes those of its scenarios table.
    progress
        Told what is being done.

    Raises
    ------
    InstanceRefused
        If there is no case, or one breaks the checks.
    Infeasible
        If a case has no plan, with its name.
    """
    chosen = scenarios_of(instance) if scenarios is None else tuple(scenarios)
    if not chosen:
        raise InstanceRefused(instance.name, [Finding(
            "scenarios", "no cases", "no table of scenarios, or none filled in",
            "at least one case: case, path, value or multiply, probability",
            "Fill the table scenarios in; `reclaim schema scenarios` describes it.")])
    bare = without_unknowns(instance)
    _refuse_stages(instance)
    return tuple(_case(bare, scenario, progress) for scenario in chosen)


def _case(bare: Instance, scenario: Scenario, progress: Callable[[str], None]) -> Case:
    """Build and solve one case."""
    progress(f"case {scenario.case}")
    try:
        changed = with_overrides(bare, scenario.overrides) if scenario.overrides else bare
        optimum = solve(changed, progress=lambda words: progress(f"case {scenario.case}: {words}"))
    except InstanceRefused as refused:
        name = f"{bare.name}, case {scenario.case}"
        raise InstanceRefused(name, refused.findings) from None
    except Infeasible as none:
        raise Infeasible(tuple(f"case {scenario.case}: {reason}" for reason in none.reasons)
                         ) from None
    return Case(scenario.case, scenario.probability, scenario.overrides, changed, optimum)


def _refuse_stages(instance: Instance) -> None:
    """One value a case is needed: an objective of several stages has several."""
    stages = {entry.stage for entry in instance.settings.objectives}
    if len(stages) > 1:
        raise InstanceRefused(instance.name, [Finding(
            "instance.toml", "several stages", f"an objective of {len(stages)} stages",
            "an objective of one stage, whose value cases can be compared by",
            "Give the entries one `stage` and weights, or keep one entry, and run again.",
            column="objective")])
