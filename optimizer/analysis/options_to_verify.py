"""The options that a proof rests on, found in blocks of parcels where all would not fit.

Under the stated prices only the best option of a parcel counts in the bound, and only the best
of each use in the tables. So of each block of parcels, whose options are listed and priced anew,
these are kept, and the options of the plan; the bound over them is the bound over all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.objective import stage_costs
from optimizer.options.count import option_counts, options_between
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import option_keys, options_of
from optimizer.options.record import Options
from optimizer.solve.tables import prices_from_table

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.result_files import ResultFiles
    from optimizer.instance.record import Instance

#: From so many options they are gone through in blocks of at most about so many.
BLOCKS_FROM_OPTIONS, BLOCK = 3_000_000, 1_000_000


def options_to_verify(
    files: ResultFiles, instance: Instance, *, all_of_them: bool = False
) -> tuple[Options, int]:
    """Options to work a proof out on, and how many there are in all.

    Parameters
    ----------
    files
        The result.
    instance
        The instance as solved. An objective of several stages takes all options.
    all_of_them
        All of them, however many.
    """
    eligibility = eligibility_of(instance)
    count_i = option_counts(instance, eligibility)
    listed = int(count_i.sum())
    stages = {entry.stage for entry in instance.settings.objectives}
    if all_of_them or listed < BLOCKS_FROM_OPTIONS or len(stages) > 1:
        return options_of(instance, eligibility), listed
    planned = _keys_of_plan(files.plan, instance)
    kept = []
    for first, last in _blocks(count_i):
        part = options_between(instance, eligibility, first, last)
        wanted = np.isin(option_keys(instance, part), planned)
        wanted[_best_of_uses(files, instance, part)] = True
        kept.append(part.take(np.flatnonzero(wanted)))
    return Options.joined(kept), listed


def _blocks(count_i: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of parcels with about `BLOCK` options each: first, and one after the last."""
    block_i = (np.cumsum(count_i) - count_i) // BLOCK
    first = np.flatnonzero(np.diff(block_i, prepend=-1))
    yield from zip(first.tolist(), [*first[1:].tolist(), len(count_i)], strict=True)


def _best_of_uses(
    files: ResultFiles, instance: Instance, part: Options
) -> NDArray[np.int64]:
    """Places of the best option of every parcel and use at the stated prices."""
    program = assemble(instance, part, least_patches=True)
    stage = stage_costs(instance, part)[0]
    try:
        price_r = prices_from_table(instance, program, files.prices, stage.number)
    except KeyError:  # told by the check of the prices
        price_r = np.zeros(program.shape[0])
    worth_o = (stage.cost_c - program.matrix.T @ price_r)[:part.count]
    use_o = instance.practices.use_um[part.practice_o]
    order = np.lexsort((-worth_o, use_o, part.parcel_o))
    parcel_o, use_o = part.parcel_o[order], use_o[order]
    first = np.ones(part.count, dtype=bool)
    first[1:] = (parcel_o[1:] != parcel_o[:-1]) | (use_o[1:] != use_o[:-1])
    return np.asarray(order[first])


def _keys_of_plan(plan: pd.DataFrame, instance: Instance) -> NDArray[np.int64]:
    """Keys of the options that the plan names; rows with unknown names are left to the checks."""
    practices, calendar, topsoil = instance.practices, instance.calendar, instance.topsoil
    parcel_of = {str(name): i for i, name in enumerate(instance.land.parcels)}
    practice_of = {practices.name_um(um): um for um in range(practices.count)}
    period_of = {label: t for t, label in enumerate(calendar.labels)}
    source_of = {"": -1, **{name: k for k, name in enumerate(topsoil.sources)}}
    rows = []
    for row in plan.to_dict("records"):
        axes = (parcel_of.get(str(row["parcel"])),
                practice_of.get((str(row["use"]), str(row["method"]))),
                period_of.get(str(row["period"])), source_of.get(str(row.get("source", ""))))
        if None not in axes:
            rows.append(axes)
    parcel, practice, period, source = np.array(rows, dtype=np.int32).reshape(-1, 4).T
    none = np.zeros(len(rows))
    return option_keys(
        instance, Options(parcel, practice, period, source, none, none, none))
