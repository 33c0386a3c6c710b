"""Selectors of a limit: which uses, methods, zones and periods each of its rows counts.

A cell may be blank (summed over all), `a|b` (summed over these) or `*` (one row for each).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table


@dataclass(frozen=True)
class Group:
    """What one row counts on one axis.

    Parameters
    ----------
    label
        Index the row is told apart by, -1 where the axis is summed over.
    members
        Whether each name of the axis is counted, shape (names,).
    everything
        Whether the cell was blank, so that even what has no name on the axis is counted.
    """

    label: int
    members: NDArray[np.bool_]
    everything: bool


@dataclass(frozen=True)
class Selection:
    """What one row of a limit counts, on the four axes."""

    use: Group
    method: Group
    zone: Group
    period: Group

    @property
    def all_land(self) -> bool:
        """Whether no use, method or zone is singled out."""
        return self.use.everything and self.method.everything and self.zone.everything


def selections_of(instance: Instance, limits: Table, row: int) -> list[Selection]:
    """Expand one limit into the selections of its rows, in the order use, method, zone, period."""
    axes: tuple[tuple[str, Sequence[str]], ...] = (
        ("use", instance.practices.uses), ("method", instance.practices.methods),
        ("zone", instance.land.zones), ("period", instance.calendar.labels),
    )
    groups = [_groups(str(limits.text(column)[row]), names) for column, names in axes]
    return [Selection(*combination) for combination in product(*groups)]


def cumulated(period: Group) -> Group:
    """Widen a period group to everything up to its last period."""
    last = int(np.flatnonzero(period.members)[-1]) if period.members.any() else -1
    members = np.arange(len(period.members)) <= last
    return Group(period.label, members, period.everything)


def _groups(cell: str, names: Sequence[str]) -> list[Group]:
    """Groups a selector cell stands for."""
    count = len(names)
    if cell == "":
        return [Group(-1, np.ones(count, dtype=bool), everything=True)]
    if cell == "*":
        return [Group(index, np.arange(count) == index, everything=False)
                for index in range(count)]
    wanted = {part.strip() for part in cell.split("|")}
    members = np.array([name in wanted for name in names], dtype=bool)
    # A single name tells its row apart; a list of several sums over them.
    label = int(np.flatnonzero(members)[0]) if members.sum() == 1 else -1
    return [Group(label, members, everything=False)]
