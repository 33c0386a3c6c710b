"""The objective as a planner is told it: its bound, its direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from optimizer.report.proof import PLUS

if TYPE_CHECKING:
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material


def is_least(stage: Mapping[str, Any]) -> bool:
    """Whether all that a stage adds up is to be as small as can be."""
    return all(entry.startswith("min ") for entry in str(stage["label"]).split(PLUS))


def told_objective(stage: Mapping[str, Any]) -> float:
    """Objective of a stage; what is to be least is maximised as its negative, told as it is."""
    value = float(stage["objective"])
    return -value + 0.0 if is_least(stage) else value


def bound_sentence(material: Material, language: Language) -> str:
    """Tell what no plan that keeps the rules can exceed."""
    stage = material.last_stage
    bound = float(stage["bound"])
    least = is_least(stage)
    mixed = not least and any(e.startswith("min ") for e in str(stage["label"]).split(PLUS))
    key = "bound_mixed" if mixed else "bound_lower" if least else "bound_upper"
    return language.t(key, value=language.amount(-bound if least else bound, material.unit))
