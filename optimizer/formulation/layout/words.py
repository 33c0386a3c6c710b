"""Rows of the rules on layout in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.row_names import row_name
from optimizer.instance.beside import neighbour_rules

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Families whose rows these words are for.
RULES = (Family.NEIGHBOUR, Family.CLUSTER)


def rule_words(instance: Instance, program: LinearProgram, row: int) -> str:
    """Word one row: `rule wet-edge (a): pond beside water`."""
    named = row_name(instance, program, row)
    if named.family == Family.CLUSTER.word:
        return f"lead use of {named.zone}: {named.use}"
    rule = neighbour_rules(instance.tables)[int(program.rows.limit[row])]
    if rule.apart:
        return (f"rule {rule.name} ({named.parcel}, {named.neighbour}): {rule.use_a} apart from "
                f"{rule.use_b}")
    return f"rule {rule.name} ({named.parcel}): {rule.use_a} beside {rule.use_b}"
