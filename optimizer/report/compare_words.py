"""Words of a comparison, the same on the terminal and in pictures."""

from __future__ import annotations

from types import MappingProxyType

#: Part of the gap -> what a planner calls it.
PART_WORDS = MappingProxyType({
    "method": "Method: how it is done",
    "layout": "Layout: which parcel gets what",
    "structure": "Structure: hectares of each use",
    "scale": "Scale: how much, and when",
})


def share_of_gap(value: float, gap: float) -> str:
    """A part in percent of the gap; a trace is told as one."""
    percent = 100.0 * value / gap if gap > 0.0 else 0.0
    return "<1 %" if 0.0 < percent < 0.5 else f"{percent + 0.0:.0f} %"
