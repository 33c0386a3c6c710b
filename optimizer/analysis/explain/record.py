"""`Explanation`: what `explain` found, as frozen records and as plain JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution

#: Note where no parcel has any option.
NOTHING_POSSIBLE = "no parcel can become anything, whatever the limits (ro.eligibility tells why)"


@dataclass(frozen=True)
class AttainableRow:
    """Least and most that one row of a limit can reach given the land alone.

    Parameters
    ----------
    limit
        Name of the limit.
    rule
        The row in words.
    bound, least, most, unit
        Right-hand side of the row and its range, in the unit of the row.
    within_reach
        Whether land alone lets the row be met.
    """

    limit: str
    rule: str
    bound: float
    least: float
    most: float
    unit: str
    within_reach: bool


@dataclass(frozen=True)
class Change:
    """One thing that gives way.

    Parameters
    ----------
    kind
        `value` of a limit, `drop` of a limit, `release` of a parcel from its duty, `topsoil`.
    name
        Limit, parcel, or source and period.
    path
        What `--set` moves; blank for `drop` and `release`, which set several.
    old, new
        Values in `unit`, None where there is none.
    unit
        As in the table.
    relative
        Change over the old value, with its sign; None where that is 0 or there is no value.
    overrides
        Texts for `--set` that apply it.
    """

    kind: str
    name: str
    path: str
    old: float | None
    new: float | None
    unit: str
    relative: float | None
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class Loosening:
    """One way out: what gives way, and the plan it leads to.

    Parameters
    ----------
    way
        `least_change`, `least_change_by_weights`, `fewest_limits` or `other_limits`.
    changes
        Everything that gives way.
    total_relative
        Sum of the relative changes of values.
    objective, objective_unit
        Of the plan; None where it was not asked for.
    net_sink_tco2e
        Of the plan; None without carbon.
    area_by_use
        Hectares of every use in the plan; empty where it was not asked for.
    solution
        The plan itself, not part of the JSON record.
    """

    way: str
    changes: tuple[Change, ...]
    total_relative: float
    objective: float | None
    objective_unit: str
    net_sink_tco2e: float | None
    area_by_use: Mapping[str, float]
    solution: Solution | None = None

    @property
    def overrides(self) -> tuple[str, ...]:
        """Texts for `--set` that apply all of it."""
        return tuple(text for change in self.changes for text in change.overrides)


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together; without any one of them the others can.

    Parameters
    ----------
    members
        Names of limits; `must_reclaim` and `topsoil` stand for all such duties and supplies.
    rules
        The same in words.
    """

    members: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """How far one limit is from breaking the instance, all else kept.

    Parameters
    ----------
    limit, sense, unit
        As in the table.
    value
        Value in the table.
    tightest
        Tightest value at which a plan still exists; None where no value breaks it. For `=` the
        largest value, `lowest` being the smallest.
    lowest
        Smallest value of a limit with `=`; None for others.
    room
        Distance to the tightest value over the size of the value; None without end.
    """

    limit: str
    sense: str
    unit: str
    value: float
    tightest: float | None
    lowest: float | None
    room: float | None


@dataclass(frozen=True)
class Explanation:
    """Why there is no plan and what would let one through, or how far each limit is from that.

    Parameters
    ----------
    feasible
        Whether a plan exists.
    reasons
        Rows that land alone rules out, with the hectares that decide; one line each.
    attainable
        Every row of every limit against what the land lets it reach.
    loosenings
        Ways out, clearly different ones, the first the smallest; empty where there is a plan.
    conflicts
        Small sets of rules that cannot hold together.
    reach
        Every limit that has a value; empty where there is no plan.
    notes
        What could not be found, in words.
    """

    feasible: bool
    reasons: tuple[str, ...]
    attainable: tuple[AttainableRow, ...]
    loosenings: tuple[Loosening, ...]
    conflicts: tuple[Conflict, ...]
    reach: tuple[Reach, ...]
    notes: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain record for JSON; infinities are None."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}


def plain(value: Any) -> Any:
    """Dictionaries, lists, texts and finite numbers only; solutions are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)
                if field.name != "solution"}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None
