"""Which number a curve is drawn over: a path, a bare limit name, a factor, or a shift of rows."""

# ruff: noqa: EM101 - the first argument is the short name of a rule, not a message
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from optimizer.formulation.accounts import account_unit
from optimizer.formulation.limits import limit_of
from optimizer.instance.checks.limits import NEVER_NEGATIVE
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.names import BUILT_IN_UNITS, CARBON_ACCOUNTS
from optimizer.instance.nearest import advice, listed
from optimizer.instance.path_grammar import PathFault, ValuePath, parse_path
from optimizer.instance.paths import matching_rows
from optimizer.instance.read import with_overrides
from optimizer.instance.reader import column_spec
from optimizer.instance.schema import INSTANCE_KEYS, LAYOUT_KEYS, TABLES, WORKS_KEYS
from optimizer.instance.settings import Objective
from optimizer.solve.limit_values import per_hectare

if TYPE_CHECKING:
    from optimizer.formulation.limits import Limit
    from optimizer.instance.record import Instance
    from optimizer.instance.schema import ColumnSpec
    from optimizer.instance.table import Table

#: Accounts that a planner wants little of; the others are to be large.
WANTED_SMALL = ("cost", "water", "labour", "soil")
#: Bases whose value stands in the matrix, so that it is not concave in it.
IN_MATRIX = ("share_of_reclaimed", "average")
FILE = "path of the curve"


@dataclass(frozen=True)
class Parameter:
    """A number of an instance that a curve is drawn over.

    Parameters
    ----------
    instance
        The instance; where its objective lacks the account of a weight, with that added.
    path
        As `--set` takes it; the name of the limit for a shift.
    label
        What it is, in words.
    unit
        Unit of the number.
    value
        Where it stands now.
    lowest, highest
        Values that make sense, perhaps infinite.
    kind
        `limit`, `supply`, `weight`, `other`, or `shift` of all rows of a limit.
    limit
        Row of the limits table, where it is one.
    sense
        Of the limit, or of the account of a weight.
    notes
        What must be known to read the curve.
    whole
        Whether only whole numbers make sense.
    """

    instance: Instance
    path: str
    label: str
    unit: str
    value: float
    lowest: float = -math.inf
    highest: float = math.inf
    kind: str = "other"
    limit: int = -1
    sense: str = ""
    notes: tuple[str, ...] = ()
    whole: bool = False

    def at(self, value: float) -> Instance:
        """Return the checked instance with another value.

        Raises
        ------
        InstanceRefused
            If the value is not allowed, alone or with others.
        """
        if self.path.endswith("*"):
            return with_overrides(self.instance, [f"{self.path}={value!r}"])
        return with_overrides(self.instance, {self.path: value})


def parameter_of(instance: Instance, text: str, *, shift: bool = False) -> Parameter:
    """Find the number that a text names.

    Parameters
    ----------
    instance
        Checked instance.
    text
        Bare name of a limit; a path as `--set` takes it; a path with `*` behind it for a factor
        on all that it touches.
    shift
        Shift all rows of the limit instead of changing its value.

    Raises
    ------
    InstanceRefused
        For an unknown name, or a number that no curve can be drawn over.
    """
    text = text.strip()
    limits = instance.table("limits")
    names = [] if limits is None else [str(name) for name in limits.text("limit")]
    if text in names and limits is not None:
        return _limit(instance, limits, text, shift=shift)
    try:
        path = parse_path(text.removesuffix("*"))
        if path.where == "limits" and path.keys and path.keys[0] in names \
                and path.column == "value" and not text.endswith("*") and limits is not None:
            return _limit(instance, limits, path.keys[0], shift=shift)
        if shift:
            raise PathFault("no limit", f"`{text}`", "the name of a limit whose rows to shift",
                            "Only limits are shifted.")
        if path.where == "objective" and path.keys is None:
            return _weight(instance, path, factor=text.endswith("*"))
        return _cells(instance, path, text)
    except PathFault as fault:
        if "[" not in text and "." not in text:
            _refuse(instance, text, "unknown limit", f"one of {listed(names, 40)}, or a path",
                    advice(text, names, "Check the name."))
        _refuse(instance, text, fault.rule, fault.expected, fault.do)


def _refuse(instance: Instance, text: str, rule: str, expected: str, do: str) -> NoReturn:
    finding = Finding(FILE, rule, f"`{text}`", expected, do)
    raise InstanceRefused(instance.name, [finding])


def _limit(instance: Instance, table: Table, name: str, *, shift: bool) -> Parameter:
    """Return the value of a limit, or a shift of its rows."""
    index = [str(one) for one in table.text("limit")].index(name)
    limit = limit_of(instance, table, index)
    own, written = account_unit(instance, limit.account), str(table.text("unit")[index])
    sense, value = limit.sense, float(table.number("value")[index])
    if shift:
        unit = "ha" if limit.basis.startswith("share_of_") else own
        return Parameter(instance, name, f"all rows of the limit {name} shifted", unit, 0.0,
                         kind="shift", limit=index, sense=sense)
    if limit.basis == "equal":
        _refuse(instance, name, "a limit without a value", "a limit that has one",
                "Ask for a shift of its rows (--shift).")
    unit = written or own
    if limit.basis.startswith("share_of_"):
        unit = f"% of {limit.basis.removeprefix('share_of_')}"
    elif limit.basis.startswith("average"):
        unit = per_hectare(unit)
    path = f"limits[{_key(name)}].value"
    return Parameter(instance, path, f"limit {name}", unit, value, *_range_of(limit), kind="limit",
                     limit=index, sense=sense)


def _range_of(limit: Limit) -> tuple[float, float]:
    """Values a limit may have, as the checks know them."""
    if limit.basis.startswith("share_of_"):
        return 0.0, 100.0
    return (0.0 if limit.account in NEVER_NEGATIVE else -math.inf), math.inf


def _key(name: str) -> str:
    """Write a key as paths take it: in double quotes where it holds a comma or a bracket."""
    return f'"{name}"' if any(c in name for c in ',"') else name


def _weight(instance: Instance, path: ValuePath, *, factor: bool) -> Parameter:
    """Return the weight of an account; one that the objective lacks is added to its last stage."""
    account, settings = path.column, instance.settings
    entry = next((e for e in settings.objectives if e.account == account), None)
    notes: tuple[str, ...] = ()
    if entry is None:
        _refuse_unknown_account(instance, account)
        last = max(e.stage for e in settings.objectives)
        sense = "min" if account in WANTED_SMALL else "max"
        entry = Objective(account, 0.0, "min" if sense == "min" else "max", last)
        settings = replace(settings, objectives=(*settings.objectives, entry))
        instance = with_overrides(replace(instance, settings=settings), ())
        wanted = "small" if sense == "min" else "large"
        notes = (f"the objective has no {account}: it was added with weight 0, to be {wanted}",)
    if factor:
        raise PathFault("no factor", "`*` behind a weight", "objective.ACCOUNT",
                        "Leave the * away: the curve goes over the weight itself.")
    others = {account_unit(instance, e.account) for e in instance.settings.objectives
              if e.stage == entry.stage and e.account != account}
    unit = f"{others.pop() if len(others) == 1 else '1'} per {account_unit(instance, account)}"
    return Parameter(instance, f"objective.{account}", f"weight of {account}", unit, entry.weight,
                     0.0, math.inf, kind="weight", sense=entry.sense, notes=notes)


def _refuse_unknown_account(instance: Instance, account: str) -> None:
    table = instance.table("accounts")
    own = [] if table is None else [str(name) for name in table.text("account")]
    known = [*BUILT_IN_UNITS, *own]
    if account not in known and account not in CARBON_ACCOUNTS:
        raise PathFault("unknown account", f"`{account}`", f"one of {listed(known, 40)}",
                        advice(account, known, "Check the name."))


def _cells(instance: Instance, path: ValuePath, text: str) -> Parameter:
    """Return a key of a section, or cells of a table that hold one value; or a factor on them."""
    spec, values = _found(instance, path)
    if not spec.numeric:
        raise PathFault("no number", f"`{text}` holds {spec.kind}", "a number",
                        "A curve goes over numbers.")
    kind = "supply" if (path.where, path.column) == ("sources", "supply_m3") else "other"
    known = values[~np.isnan(values)]
    if not len(known):
        raise PathFault("blank", f"`{text}` has no value", "a number", "Give it one with --set.")
    if text.endswith("*"):
        return Parameter(instance, text, f"factor on {path.column}", "times as much", 1.0, 0.0,
                         kind=kind)
    if len(known) < len(values) or np.any(known != known[0]):
        raise PathFault("several values", f"`{text}` names {len(values)} cells, not all alike",
                        "one value", f"Name one cell, or draw a factor on all: \"{text}*\".")
    label = f"{path.column} of {', '.join(path.keys)}" if path.keys else text
    return Parameter(instance, text, label, spec.unit, float(known[0]), *_range(spec), kind=kind,
                     whole=spec.kind == "integer")


def _found(instance: Instance, path: ValuePath) -> tuple[ColumnSpec, Any]:
    """Declaration and present values of what a path names; `with_overrides` words the faults."""
    if path.keys is None:
        keys = {"instance": INSTANCE_KEYS, "works": WORKS_KEYS, "layout": LAYOUT_KEYS}
        spec = next((s for s in keys.get(path.where, ()) if s.name == path.column), None)
        section = getattr(instance.settings, path.where, instance.settings)
        held = section.get(path.column) if hasattr(section, "get") else getattr(
            section, path.column, None)
    else:
        table, known = instance.table(path.where), TABLES.get(path.where)
        spec = None if known is None else column_spec(path.column, known)
        held = None
        if table is not None and known is not None and spec is not None:
            rows = matching_rows(table, known, path)
            held = table.columns[path.column][rows] if path.column in table else None
    if spec is None:
        # The override knows why: unknown section, table, key or column.
        with_overrides(instance, [f"{_text(path)}=1"])
        raise PathFault("no number", f"`{_text(path)}`", "a number of the schema",
                        "A curve goes over numbers that the schema declares.")
    if held is None or not spec.numeric:
        return spec, np.array([np.nan])
    return spec, np.atleast_1d(np.asarray(held, dtype=float))


def _text(path: ValuePath) -> str:
    keys = "" if path.keys is None else f"[{','.join(map(_key, path.keys))}]"
    return f"{path.where}{keys}.{path.column}"


def _range(spec: ColumnSpec) -> tuple[float, float]:
    lowest = -math.inf if spec.lowest is None else spec.lowest
    return lowest, math.inf if spec.highest is None else spec.highest
