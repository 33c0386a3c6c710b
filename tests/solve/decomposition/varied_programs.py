"""Random programs with what random ones lack: equalities, ranges, giants, twins, idle land."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_programs import random_program

from optimizer.formulation.program import Family, LinearProgram


def varied_program(seed: int, parcels: int | None = None) -> LinearProgram:
    """A program with a plan: limits become equalities or ranges around what the plan does."""
    rng = np.random.default_rng(seed)
    program = random_program(
        parcels=parcels or int(rng.integers(1, 40)), options=int(rng.integers(1, 9)),
        limits=int(rng.integers(0, 9)), seed=int(rng.integers(1 << 30)),
        must=float(rng.choice([0.0, 0.1, 0.6])))
    program = _with_other_bounds(program, rng)
    kind = rng.integers(5)
    if kind == 0:
        program = _with_a_giant(program)
    if kind == 1:
        program = _with_twins(program)
    if kind == 2:  # whole numbers make ties between options and between prices
        program = replace(program, cost=np.round(program.cost / 40.0) * 40.0)
    if kind == 3:
        program = replace(program, cost=np.zeros(program.shape[1]))
    return program


def _with_other_bounds(program: LinearProgram, rng: np.random.Generator) -> LinearProgram:
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for row in np.flatnonzero(program.rows.family == Family.LIMIT):
        reach = lower[row] if np.isfinite(lower[row]) else upper[row]
        kind = rng.integers(4)
        if kind == 0:
            lower[row] = upper[row] = reach
        if kind == 1:
            lower[row], upper[row] = 0.9 * reach, 1.2 * reach
    return replace(program, row_lower=lower, row_upper=upper)


def _with_a_giant(program: LinearProgram) -> LinearProgram:
    """The first parcel has 10,000 times the land; bounds are as before, so most lies idle."""
    land = program.rows.family == Family.LAND
    upper = program.row_upper.copy()
    upper[np.flatnonzero(land)[:1]] *= 1e4
    return replace(program, row_upper=upper)


def _with_twins(program: LinearProgram) -> LinearProgram:
    """Every second option is the same as the one before it, if it is of the same parcel."""
    columns = np.arange(program.shape[1])
    twin = columns - 1
    parcel = program.columns.parcel
    same = (columns % 2 == 1) & (parcel == parcel[twin]) & (parcel >= 0)
    source = np.where(same, twin, columns)
    return replace(program, matrix=program.matrix[:, source], cost=program.cost[source])
