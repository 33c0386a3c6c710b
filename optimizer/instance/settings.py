"""`Settings`: what `instance.toml` says, checked and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

#: 1:4, the steepest finished slope machines can tend and harvest (Yang and Bai 2019).
MACHINE_LIMIT_PCT = 25.0


@dataclass(frozen=True, slots=True)
class Objective:
    """One entry of the objective: weight x account, in a stage.

    `tolerance` (relative) and `tolerance_absolute` say how much of the stage's optimum later
    stages may give up; the larger of the two counts.
    """

    account: str
    weight: float = 1.0
    sense: Literal["max", "min"] = "max"
    stage: int = 1
    tolerance: float = 0.0
    tolerance_absolute: float = 0.0


@dataclass(frozen=True)
class Settings:
    """What `instance.toml` says, checked.

    Years: the account runs from `base_year` for `horizon_years`; `periods` are start years.
    `works` and `layout` hold the numbers given (library values included), by key of the schema.
    `overrides` lists the --set texts that were applied; `library_version` names the library the
    values came from, with its version.
    """

    name: str
    base_year: int
    horizon_years: int
    periods: tuple[int, ...]
    title: str = ""
    crediting_years: int | None = None
    gwp: Literal["AR6", "AR5"] = "AR6"
    max_slope_pct: float = MACHINE_LIMIT_PCT
    currency: str = "CNY"
    crs: str = ""
    library: str = ""
    library_version: str = ""
    licence: str = ""
    sources: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = (Objective("net_sink"),)
    works: Mapping[str, float] = field(default_factory=dict)
    layout: Mapping[str, float] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, float | str]] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("works", "layout", "defaults"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        """Read-only mappings cannot be pickled; what they hold can, for other processes."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        given |= {name: dict(given[name]) for name in ("works", "layout", "defaults")}
        return partial(Settings, **given), ()

    @property
    def horizon_end(self) -> int:
        """First year after the account."""
        return self.base_year + self.horizon_years
