"""What the coefficient library asks of the land: slope breaks, attributes, uses and methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.library import Library, locate_library, read_library
from optimizer.instance.locations import shipped_libraries
from optimizer.instance.nearest import advice, listed

#: Steepest finished slope that machines can tend, percent.
MACHINE_PCT = 25.0


@dataclass(frozen=True)
class Asked:
    """What is asked of the land.

    Parameters
    ----------
    region
        Name of the library.
    uses
        Uses considered.
    methods
        (use, method) of these uses.
    breaks
        Slopes in percent at which some use ends, and 25, rising.
    rules
        (use, attribute) -> lowest and highest value; slope left out.
    road_factor
        Road distance per straight line.
    """

    region: str
    uses: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    breaks: tuple[float, ...]
    rules: dict[tuple[str, str], tuple[float, float]]
    road_factor: float

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes that rules name, each once."""
        return tuple(dict.fromkeys(attribute for _, attribute in self.rules))


def asked_of(region: str, uses: Sequence[str], rules: Sequence[tuple[str, str, str, str]]) -> Asked:
    """Read a library and say what it and further rules ask of the land.

    Parameters
    ----------
    region
        Name of a shipped library.
    uses
        Uses considered; empty for all of the library.
    rules
        Further rows of suitability: use, attribute, minimum, maximum.

    Raises
    ------
    InstanceRefused
        If region, use or rule are unknown, or the library cannot be read.
    """
    library = _library(region)
    there = [str(use) for use in library.tables["uses"].text("use")]
    unknown = [use for use in (*uses, *(rule[0] for rule in rules)) if use not in there]
    if unknown:
        raise InstanceRefused(region, [Finding(
            "--use", "unknown name", f"`{unknown[0]}`", f"one of {listed(there)}",
            advice(unknown[0], there, "Check the name."))])
    chosen = tuple(use for use in there if not uses or use in uses)
    methods = library.tables["methods"]
    pairs = dict.fromkeys((str(use), str(method)) for use, method in zip(
        methods.text("use"), methods.text("method"), strict=True) if use in chosen)
    bounds = _bounds(library, chosen) | {
        (use, attribute): (_bound(low, -np.inf), _bound(high, np.inf))
        for use, attribute, low, high in rules if use in chosen}
    return Asked(region, chosen, tuple(pairs), _breaks(library, chosen, bounds),
                 {key: value for key, value in bounds.items() if key[1] != "slope_pct"},
                 library.works.get("road_factor", 1.0))


def _library(region: str) -> Library:
    """Read a shipped library."""
    shipped = shipped_libraries()
    located = locate_library(region, None) if region in shipped else Finding(
        "--region", "unknown name", f"`{region}`", f"one of {listed(shipped)}",
        advice(region, shipped, "Check the name."))
    if isinstance(located, Finding):
        raise InstanceRefused(region, [located])
    library, findings = read_library(located)
    if library is None:
        raise InstanceRefused(region, findings)
    return library


def _bounds(library: Library, uses: Sequence[str]) -> dict[tuple[str, str], tuple[float, float]]:
    """Bounds of the library's suitability, and the least soil depths of its uses."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    table = library.tables["uses"]
    for use, depth in zip(table.text("use"), table.number("min_soil_depth_m"), strict=True):
        if use in uses and np.isfinite(depth):
            found[str(use), "soil_depth_m"] = (float(depth), np.inf)
    suitability = library.tables.get("suitability")
    if suitability is not None:
        for use, attribute, low, high in zip(
                suitability.text("use"), suitability.text("attribute"),
                suitability.number("minimum", -np.inf), suitability.number("maximum", np.inf),
                strict=True):
            if use in uses:
                found[str(use), str(attribute)] = (float(low), float(high))
    return found


def _breaks(
    library: Library, uses: Sequence[str], bounds: dict[tuple[str, str], tuple[float, float]]
) -> tuple[float, ...]:
    """Slopes at which a use ends, and the machine limit.

    Limits above the machine limit cut too: the steeper land of a polygon then pays for its own
    regrading, and need not be taken for the gentler land's sake.
    """
    table = library.tables["uses"]
    limits = {float(limit) for use, limit in zip(
        table.text("use"), table.number("max_slope_pct"), strict=True)
        if use in uses and np.isfinite(limit)}
    limits |= {bound for (_, attribute), pair in bounds.items() if attribute == "slope_pct"
               for bound in pair if np.isfinite(bound) and bound > 0}
    return tuple(sorted(limits | {MACHINE_PCT}))


def _bound(text: str, blank: float) -> float:
    """A bound of a rule as a number.

    Raises
    ------
    InstanceRefused
        If it is no number.
    """
    try:
        return float(text) if text.strip() else blank
    except ValueError:
        fault = Finding("--rule", "not a number", f"`{text}`", "a bound, or nothing",
                        "Write USE,ATTRIBUTE,MINIMUM,MAXIMUM.")
        raise InstanceRefused(fault.file, [fault]) from None
