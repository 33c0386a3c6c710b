"""What `reclaim sources` prints: the numbers a plan rests on, and how well they stand."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from optimizer.report.figures import bar, columns, cut, figure

if TYPE_CHECKING:
    from optimizer.analysis.rests_on import RestsOn
    from optimizer.instance.record import Instance

#: Rows of the table of numbers; --json and --all have all.
SHOWN = 15


def foundations_record(rests: RestsOn) -> dict[str, Any]:
    """Return what a plan rests on as plain values, for --json."""
    return {
        "assumed_share": rests.assumed_share,
        "tco2e_by_standing": rests.tco2e_by_standing,
        "numbers": rests.numbers.to_dict("records"),
    }


def foundations_text(rests: RestsOn, instance: Instance, *, every: bool = False) -> str:
    """Tell what a plan rests on in plain text.

    Parameters
    ----------
    rests
        What `rests_on` returned.
    instance
        What was solved.
    every
        Whether to list every number, not only the weightiest.
    """
    share = f"{100 * rests.assumed_share:.0f} %"
    head = [f"{instance.name}: {share} of the plan's sinks and emissions rests on assumptions"]
    if instance.settings.library_version:
        head.append(f"Library: {instance.settings.library_version}")
    blocks = [head, _standings(rests), _numbers(rests, every), _data(instance)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _standings(rests: RestsOn) -> list[str]:
    """Size of the carbon terms by the standing of their worst number."""
    sizes = rests.tco2e_by_standing
    total = sum(sizes.values())
    if total <= 0:
        return ["The plan has no carbon account."]
    rows = [("Worst number behind it is", "t CO2e", "share", "")]
    rows += [(standing, figure(size), f"{100 * size / total:.0f} %", bar(size, total, 40))
             for standing, size in sizes.items()]
    return columns(rows, "<>><")


def _numbers(rests: RestsOn, every: bool) -> list[str]:
    """The numbers with their sources, weightiest first."""
    records = rests.numbers.to_dict("records")
    if not records:
        return []
    lines = ["Numbers by the carbon they decide"]
    for row in records if every else records[:SHOWN]:
        name = f"{row['table']}[{row['key']}].{row['column']}"
        lines.append(f"  {cut(name, 62)} = {row['value']}  ({row['standing']}, "
                     f"{figure(row['tco2e'])} t CO2e)")
        lines += textwrap.wrap(row["source"] or "no source stated", 92, initial_indent="    ",
                               subsequent_indent="    ", max_lines=3, placeholder=" ...")
    more = len(records) - SHOWN
    if not every and more > 0:
        lines.append(f"  and {more} more (--all lists them)")
    return lines


def _data(instance: Instance) -> list[str]:
    """What the instance says about its data."""
    sources = instance.settings.sources
    licence = instance.settings.licence
    if not sources and not licence:
        return []
    lines = ["Data of the instance" + (f" (licence: {licence})" if licence else "")]
    for text in sources:
        lines += textwrap.wrap(text, 92, initial_indent="  ", subsequent_indent="    ")
    return lines
