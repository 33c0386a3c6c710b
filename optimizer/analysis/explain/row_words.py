"""What a row is called when an explanation names it: `budget (2026)`, `topsoil of heap in 2026`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.words import RULES, rule_words
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import RowName, row_name

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


def row_words(solution: Solution, row: int) -> str:
    """Name a row of the program."""
    name = row_name(solution.instance, solution.program, row)
    if name.family == Family.SOIL_BALANCE.word:
        return f"topsoil of {name.source} in {name.period}"
    if name.family == Family.OBJECTIVE_FLOOR.word:
        stage = next((s.label for s in solution.stages if str(s.number) == name.limit), name.limit)
        return f"what {stage} may not fall below"
    if name.family == Family.LIMIT.word:
        return limit_words(name)
    if name.family == Family.GROUP.word:
        return f"one use for the group of {name.parcel}"
    if name.family in (Family.LAND.word, Family.MUST_RECLAIM.word):
        return f"land of {name.parcel}"
    if name.family in (Family.BOUNDARY.word, Family.MARGINAL.word):
        return "borders with neighbours"
    if Family(int(solution.program.rows.family[row])) in RULES:
        return rule_words(solution.instance, solution.program, row)
    return f"added constraint {int(solution.program.rows.limit[row]) + 1}"


def limit_words(name: RowName) -> str:
    """Name a row of a limit, with what sets it apart from others of the limit."""
    parts = [part for part in (name.use, name.method, name.zone, name.period) if part]
    return f"{name.limit} ({', '.join(parts)})" if parts else name.limit
