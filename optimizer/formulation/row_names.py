"""Rows of the program in the words of the planner: names on every axis, bound, unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.accounts import account_unit
from optimizer.formulation.program import Family, LinearProgram

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Axes of a limit, as columns of its table.
AXES = ("use", "method", "zone", "period")
#: Family whose rows are named by a table -> the table and its column of names.
_NAMED_BY = {Family.LIMIT: ("limits", "limit"), Family.NEIGHBOUR: ("neighbours", "rule")}


@dataclass(frozen=True)
class RowName:
    """What a row is called.

    Parameters
    ----------
    family
        Word of its family (`limit`).
    limit
        Name of the limit or of the rule on neighbours, or number of the stage of an objective
        floor.
    use, method, zone, period, source, parcel
        Names the row is told apart by; blank where it sums over the axis.
    neighbour
        Of a boundary row: the parcel that has less of the use than `parcel` (none where blank);
        of a rule on neighbours: the parcel kept apart from `parcel`.
    """

    family: str
    limit: str = ""
    use: str = ""
    method: str = ""
    zone: str = ""
    period: str = ""
    source: str = ""
    parcel: str = ""
    neighbour: str = ""


def row_name(instance: Instance, program: LinearProgram, row: int) -> RowName:
    """Names of one row on all axes."""
    labels, land, practices = program.rows, instance.land, instance.practices
    family = Family(int(labels.family[row]))

    def name(axis: str, names: tuple[str, ...] | NDArray[Any]) -> str:
        index = int(getattr(labels, axis)[row])
        return str(names[index]) if index >= 0 else ""

    table, key = _NAMED_BY.get(family, ("", ""))
    names = instance.table(table)
    if names is not None:
        limit = name("limit", names.text(key))
    else:
        index = int(labels.limit[row])
        limit = str(index) if index >= 0 else ""
    return RowName(
        family=family.word, limit=limit,
        use=name("use", practices.uses), method=name("method", practices.methods),
        zone=name("zone", land.zones), period=name("period", instance.calendar.labels),
        source=name("source", instance.topsoil.sources), parcel=name("parcel", land.parcels),
        neighbour=_neighbour(instance, program, row),
    )


def _neighbour(instance: Instance, program: LinearProgram, row: int) -> str:
    """The other parcel of the pair a row is about; blank where there is none."""
    edge, other = int(program.rows.edge[row]), int(program.rows.neighbour[row])
    if edge < 0:
        return str(instance.land.parcels[other]) if other >= 0 else ""
    table, parcel = instance.tables["adjacency"], int(program.rows.parcel[row])
    pair = [str(table.text(column)[edge]) for column in ("parcel_a", "parcel_b")]
    return pair[1] if pair[0] == str(instance.land.parcels[parcel]) else pair[0]


@dataclass(frozen=True)
class LimitName:
    """One row of a limit as its table words it.

    Parameters
    ----------
    limit, account, sense, basis
        As in the table; basis `absolute` where blank.
    use, method, zone, period
        What is counted: the one name of the row, else the cell (`a|b`, blank for all).
    until
        `by the end of 2040`, where all until then is counted together; blank elsewhere.
    bound
        Right-hand side of the row.
    unit
        Of bound and activity.
    """

    limit: str
    account: str
    sense: str
    basis: str
    use: str
    method: str
    zone: str
    period: str
    until: str
    bound: float
    unit: str

    @property
    def where(self) -> str:
        """Names of what is counted, in brackets after a blank; nothing where all is."""
        parts = [part.replace("|", " or ") for part in
                 (self.use, self.method, self.zone, self.until or self.period) if part]
        return f" ({', '.join(parts)})" if parts else ""

    @property
    def rule(self) -> str:
        """The rule in words: `area (cropland) >= 1,200 ha`."""
        return f"{self.account}{self.where} {self.sense} {self.amount(self.bound)}{self._basis}"

    @property
    def _basis(self) -> str:
        return "" if self.basis == "absolute" else f" [{self.basis.replace('_', ' ')}]"

    def amount(self, value: float) -> str:
        """Write an amount with the unit of the row."""
        return f"{number_text(value)} {self.unit}".rstrip()


def limit_name(instance: Instance, program: LinearProgram, row: int) -> LimitName:
    """Word one row of a limit."""
    table = instance.tables["limits"]
    line = int(program.rows.limit[row])
    named = row_name(instance, program, row)
    account = str(table.text("account")[line])
    sense = str(table.text("sense")[line])
    basis = str(table.text("basis")[line]) or "absolute"
    selected = {axis: getattr(named, axis) or _cell(str(table.text(axis)[line])) for axis in AXES}
    bound = program.row_lower[row] if sense == ">=" else program.row_upper[row]
    cumulative = bool(table.flag("cumulative")[line]) and selected["period"] != ""
    until = instance.calendar.by_the_end(selected["period"]) if cumulative else ""
    by_zone = basis == "equal" and bool(named.zone)
    return LimitName(
        limit=named.limit, account=account, sense=sense, basis=basis, bound=float(bound),
        until=until, unit=_unit(basis, account_unit(instance, account), by_zone=by_zone),
        **selected,
    )


def number_text(value: float) -> str:
    """Write a number for people: thousands set apart, six digits at most."""
    if value == 0.0 or not np.isfinite(value):
        return f"{value + 0.0:g}"
    if abs(value) >= 100_000.0:
        return f"{value:,.0f}"
    digits = max(0, 5 - int(np.floor(np.log10(abs(value)))))
    text = f"{value:,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _cell(cell: str) -> str:
    """Selector of a cell as a name; a `*` is told apart by the row's own labels."""
    return "" if cell == "*" else cell


def _unit(basis: str, own: str, *, by_zone: bool) -> str:
    """Unit of bound and activity: shares of area are counted in hectares."""
    if basis.startswith("share_of_"):
        return "ha"
    return f"{own}/ha" if by_zone else own
