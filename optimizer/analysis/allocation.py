"""`Allocation`: any plan, read row by row against an instance, allowed or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.options.enumerate import options_at
from optimizer.options.record import Options
from optimizer.options.works import works_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance


#: What `compare` chooses where an actual plan leaves it blank.
COMPLETED = ("method", "period", "source")


@dataclass(frozen=True)
class Allocation:
    """Hectares of each row of a plan, with the option the row stands for.

    Parameters
    ----------
    options
        One option a row, allowed or not.
    area_o
        Hectares of each row, shape (O,).
    """

    options: Options
    area_o: NDArray[np.float64]


def allocation_of(instance: Instance, plan: pd.DataFrame, file: str = "plan") -> Allocation:
    """Match the rows of a plan with the instance.

    A method, period or source may be blank where the instance leaves no choice. A blank area is
    the whole parcel.

    Parameters
    ----------
    plan
        Columns parcel, use, and where known method, period, source, area_ha.
    file
        Name used in findings.

    Raises
    ------
    InstanceRefused
        If a name is unknown, a blank leaves a choice, or an area is no number; all at once.
    """
    rows = _Rows(instance, plan, file)
    parcel = rows.index("parcel", tuple(instance.land.parcels))
    use = rows.index("use", instance.practices.uses)
    practice = rows.practices(use)
    period = rows.index("period", instance.calendar.labels, may_be_only=True)
    source = rows.sources(parcel, practice)
    area = rows.areas(parcel)
    if rows.findings:
        raise InstanceRefused(file, rows.findings)
    return Allocation(options_at(instance, parcel, practice, period, source), area)


class _Rows:
    """Columns of a plan as texts, and the findings made while matching them."""

    def __init__(self, instance: Instance, plan: pd.DataFrame, file: str) -> None:
        self.instance = instance
        self.plan = plan
        self.file = file
        self.findings: list[Finding] = []
        for column in ("parcel", "use"):
            if column not in plan.columns:
                self._find(None, column, "a plan needs this column", "no such column", column,
                           f"Add a column {column}.")

    def texts(self, column: str) -> list[str]:
        """Cells of a column as trimmed text, blank where absent."""
        if column not in self.plan.columns:
            return [""] * len(self.plan)
        cells = self.plan[column].tolist()
        return ["" if cell is None or cell != cell else _plain(cell) for cell in cells]

    def index(
        self, column: str, names: Sequence[str], may_be_only: bool = False
    ) -> NDArray[np.int64]:
        """Position of each cell among the names; a blank may stand for the only name."""
        position = {name: index for index, name in enumerate(names)}
        found = np.zeros(len(self.plan), dtype=np.int64)
        for row, text in enumerate(self.texts(column)):
            if text in position:
                found[row] = position[text]
            elif not (text == "" and may_be_only and len(names) == 1):
                self._unknown(row, column, text, names)
        return found

    def practices(self, use: NDArray[np.int64]) -> NDArray[np.int64]:
        """Practice of each row, from its use and method."""
        practices = self.instance.practices
        of_use: dict[int, dict[str, int]] = {}
        for um in range(practices.count):
            _, method = practices.name_um(um)
            of_use.setdefault(int(practices.use_um[um]), {})[method] = um
        found = np.zeros(len(self.plan), dtype=np.int64)
        for row, text in enumerate(self.texts("method")):
            choices = of_use.get(int(use[row]), {})
            if text in choices:
                found[row] = choices[text]
            elif text == "" and len(choices) == 1:
                found[row] = next(iter(choices.values()))
            else:
                self._unknown(row, "method", text, tuple(choices))
        return found

    def sources(
        self, parcel: NDArray[np.int64], practice: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Source of each row; -1 where its method brings no soil."""
        names = self.instance.topsoil.sources
        brings = np.zeros(len(self.plan), dtype=bool)
        for um in np.unique(practice):
            which = practice == um
            brings[which] = works_of(self.instance, int(um)).soil_m3_i[parcel[which]] > 0.0
        found = np.full(len(self.plan), -1, dtype=np.int64)
        for row, text in enumerate(self.texts("source")):
            if text in names:
                found[row] = names.index(text) if brings[row] else -1
            elif text != "" or (brings[row] and len(names) != 1):
                self._unknown(row, "source", text, names)
            elif brings[row]:
                found[row] = 0
        return found

    def areas(self, parcel: NDArray[np.int64]) -> NDArray[np.float64]:
        """Hectares of each row; the whole parcel where blank."""
        whole = self.instance.land.area_i[parcel]
        found = whole.copy()
        for row, text in enumerate(self.texts("area_ha")):
            try:
                found[row] = float(text) if text else whole[row]
            except ValueError:
                found[row] = np.nan
            if not (np.isfinite(found[row]) and found[row] >= 0.0):
                self._find(row, "area_ha", "an area is a number of hectares, 0 or more", text,
                           "a number", "Write hectares with a decimal point.")
        return found

    def _unknown(self, row: int, column: str, text: str, names: Sequence[str]) -> None:
        known = ", ".join(list(names)[:8]) + (", ..." if len(names) > 8 else "")
        seen = repr(text) if text else "blank"
        self._find(row, column, f"the {column} must be one the instance has", seen,
                   f"one of {known}" if names else "nothing (the instance has none)",
                   f"Correct the {column}." if text or column not in COMPLETED else
                   f"Fill the {column} in, or run `reclaim compare INSTANCE PLAN -o OUT`: it "
                   "chooses the best for blanks and writes the whole plan as OUT/actual.csv.")

    def _find(
        self, row: int | None, column: str, rule: str, seen: str, expected: str, do: str
    ) -> None:
        line = None if row is None else row + 2
        self.findings.append(Finding(self.file, rule, seen, expected, do, line, column))


def _plain(cell: object) -> str:
    """A cell as text; whole numbers without a decimal point (periods read as numbers)."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
