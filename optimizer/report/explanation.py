"""What `reclaim explain` prints and writes: conflicts, ways out, or how far each limit is off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.analysis.explain.eligibility import eligibility_table
from optimizer.analysis.explain.obstacles import eligibility_map, hectares_by_obstacle
from optimizer.analysis.explain.record import NOTHING_POSSIBLE
from optimizer.formulation.layout.tied import ties
from optimizer.formulation.row_names import number_text
from optimizer.report.commands import command
from optimizer.report.figures import columns, hectares, of_unit, signed
from optimizer.report.folder import whole_folder
from optimizer.report.tables import LARGE_PARCELS, write_table

if TYPE_CHECKING:
    from optimizer.analysis.explain.record import (
        Change,
        Conflict,
        Explanation,
        Loosening,
        Reach,
    )
    from optimizer.instance.record import Instance

#: Way -> heading.
WAY_WORDS = {
    "least_change": "The smallest change in all",
    "least_change_by_weights": "The smallest change by your weights",
    "fewest_limits": "The fewest limits changed",
    "other_limits": "Other limits, leaving those above as they are",
}
#: Longer lists are cut; the files hold all.
SHOWN_AT_MOST = 12


def explanation_text(
    instance: Instance, explanation: Explanation, name: str = "", folder: Path | None = None
) -> str:
    """Tell an explanation in plain text.

    Parameters
    ----------
    instance, explanation
        What was explained.
    name
        How the planner calls the instance, for commands to try next; its own name if blank.
    folder
        Where it was written, if it was.
    """
    name, own = name or instance.name, instance.settings.overrides
    if explanation.feasible:
        blocks = [_feasible_lines(instance), _reach_lines(explanation.reach)]
    else:
        blocks = [
            [f"{instance.name}: infeasible, no plan meets all rules"],
            _reason_lines(explanation.reasons),
            _conflict_lines(explanation.conflicts),
            *(_way_lines(number, way, name, own)
              for number, way in enumerate(explanation.loosenings, 1)),
            [f"Note: {note}." for note in explanation.notes],
            _parcel_lines(instance, explanation, name),
            _layout_lines(instance),
        ]
    if folder is not None:
        blocks.append([f"Written to {folder}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _feasible_lines(instance: Instance) -> list[str]:
    return [f"{instance.name}: there is a plan that meets all rules"]


def _parcel_lines(instance: Instance, explanation: Explanation, name: str) -> list[str]:
    """Where no parcel can become anything, the command that tells why of the first one."""
    if NOTHING_POSSIBLE not in explanation.notes:
        return []
    asked = command("explain", name, "--parcel", str(instance.land.parcels[0]),
                    own=instance.settings.overrides)
    return ["Which rules forbid it, and what would cure it?", f"  {asked}"]


def _layout_lines(instance: Instance) -> list[str]:
    """Rules on layout take no part in conflicts and ways out: they hold throughout."""
    rules = [rule for rule in ties(instance) if rule != "boundaries"]
    if not rules:
        return []
    return [f"Note: {' and '.join(rules)} hold throughout: without them more might be possible."]


def _reason_lines(reasons: tuple[str, ...]) -> list[str]:
    """What land alone rules out."""
    return ["Out of reach of the land, whatever else is allowed", *(f"  {r}" for r in reasons)] \
        if reasons else []


def _conflict_lines(conflicts: tuple[Conflict, ...]) -> list[str]:
    """Conflicts, one block each."""
    lines = []
    for conflict in conflicts[:SHOWN_AT_MOST]:
        lines.append(_cannot(len(conflict.members)))
        lines += columns(list(zip(conflict.members, conflict.rules, strict=True)), "<<", "  ")
    if len(conflicts) > SHOWN_AT_MOST:
        lines.append(f"... and {len(conflicts) - SHOWN_AT_MOST} more conflicts")
    return lines


def _cannot(count: int) -> str:
    """Say that so many rules cannot hold together."""
    if count == 1:
        return "This limit cannot be met on this land"
    words = {2: "These two", 3: "These three", 4: "These four", 5: "These five"}
    these = words.get(count, f"These {count}")
    return f"{these} cannot hold together; without any one of them the others can"


def _way_lines(number: int, way: Loosening, name: str, own: tuple[str, ...]) -> list[str]:
    """One way out: what changes, how to apply it, what it leads to."""
    heading = WAY_WORDS.get(way.way, way.way)
    lines = [f"Way out {number}: {heading[:1].lower()}{heading[1:]}"]
    lines += columns([_change_cells(change) for change in way.changes[:SHOWN_AT_MOST]], "<<>")
    if len(way.changes) > SHOWN_AT_MOST:
        lines.append(f"  ... and {len(way.changes) - SHOWN_AT_MOST} more changes")
    if way.objective is not None:
        lines.append(f"  leads to {_outcome(way)}")
    texts = way.overrides
    if len(texts) <= SHOWN_AT_MOST:
        lines.append(f"  {command('solve', name, own=own, changes=texts, out='OUT')}")
    return lines


def _change_cells(change: Change) -> tuple[str, str, str]:
    """Name, what happens to it, and by how much."""
    if change.kind == "drop":
        return change.name, "is dropped: no other value helps", ""
    if change.kind == "release":
        return f"parcel {change.name}", "need not be reclaimed any more", ""
    what = f"topsoil of {change.name}" if change.kind == "topsoil" else change.name
    relative = "" if change.relative is None else _percent(change.relative, "+")
    old = "-" if change.old is None else _exactly(change.old)
    new = "-" if change.new is None else _exactly(change.new)
    return what, f"{old} -> {of_unit(new, change.unit)}", relative


def _exactly(value: float) -> str:
    """Write a value with all the digits that it was given."""
    text = f"{value:,.15g}" if abs(value) < 1e15 else f"{value:g}"
    return text if "e" not in text else number_text(value)


def _outcome(way: Loosening) -> str:
    """The plan in one line."""
    uses = ", ".join(f"{hectares(area)} ha {use}" for use, area in way.area_by_use.items()
                     if area > 0.0)
    if way.net_sink_tco2e is not None:
        return f"a net sink of {signed(way.net_sink_tco2e)} t CO2e: {uses or 'nothing reclaimed'}"
    objective = "" if way.objective is None else f"{signed(way.objective)} {way.objective_unit}"
    return f"an objective of {objective}: {uses or 'nothing reclaimed'}"


def _reach_lines(reach: tuple[Reach, ...]) -> list[str]:
    """How far each limit is from breaking the instance, nearest first."""
    if not reach:
        return ["There are no limits to push."]
    ranked = sorted(reach, key=lambda one: float("inf") if one.room is None else one.room)
    rows = [_reach_cells(one) for one in ranked]
    head = ("limit", "as it is", "a plan exists", "room")
    return ["How far each limit can be tightened while a plan exists, all others kept",
            *columns([head, *rows], "<>>>")]


def _reach_cells(one: Reach) -> tuple[str, str, str, str]:
    """Name, value, tightest value, room."""
    unit = f" {one.unit}".rstrip()
    value = f"{one.sense} {number_text(one.value)}{unit}"
    if one.sense == "=":
        ends = ["any" if end is None else number_text(end) for end in (one.lowest, one.tightest)]
        until = f"from {ends[0]} to {ends[1]}"
    elif one.tightest is None:
        until = "at any value"
    else:
        word = "up to" if one.sense == ">=" else "down to"
        until = f"{word} {number_text(one.tightest)}{unit}"
    room = "no end" if one.room is None else _percent(one.room)
    return one.limit, value, until, room


def write_explanation(
    instance: Instance, explanation: Explanation, folder: Path, *, overwrite: bool = False
) -> None:
    """Write explain.json, what may become of every parcel, and the plan of every way out.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    large = instance.land.count > LARGE_PARCELS
    with whole_folder(folder, overwrite=overwrite, mark="explain.json") as temporary:
        (temporary / "explain.json").write_text(
            json.dumps(explanation.record(), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
            encoding="utf-8", newline="\n")
        write_table(eligibility_table(instance), temporary, "eligibility.csv", large=large)
        write_table(eligibility_map(instance), temporary, "eligibility_map.csv", large=large)
        write_table(hectares_by_obstacle(instance), temporary, "obstacles.csv")
        for way in explanation.loosenings:
            if way.solution is not None:
                write_table(way.solution.plan, temporary, f"plan-{way.way}.csv", large=large)


def _percent(share: float, sign: str = "") -> str:
    """A share as percent, three digits of it: `38.5 %`, `1,002 %`."""
    percent = 100.0 * share
    return f"{percent:{sign},.0f} %" if abs(percent) >= 100.0 else f"{percent:{sign}.3g} %"
