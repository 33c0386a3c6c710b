"""What a result states beside its proof: totals of the summary, and the tables a planner reads.

All of it follows from the instance, the plan, the stocks and the prices, so it is worked out from
them once more and compared: numbers within rounding, names to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.layout import lead_uses
from optimizer.formulation.layout.patches import area_iu, small_patches
from optimizer.solve import tables
from optimizer.solve.solution import Solution

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: A recomputed number may differ from the stated one by this share of the sizes involved.
SAME = 1e-9

#: Cells of a table may differ by this share: prices of land are the solver's own, which holds them
#: within its tolerance; and by so much of the largest number of their column, which is rounding.
SAME_CELL, SMALL_CELL = 1e-6, 1e-12

#: Totals of the summary that are properties of a solution of the same name.
TOTALS = ("net_sink_tco2e", "absolute_sink_tco2e", "reclaimed_ha", "available_ha", "area_by_use",
          "objective_terms", "holding_if_nothing_done")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was recomputed.

    Parameters
    ----------
    name
        What.
    holds
        Whether it is as stated and good enough.
    words
        Stated and recomputed values, for people.
    """

    name: str
    holds: bool
    words: str


def close(stated: Any, found: float | None, size: float) -> bool:
    """Whether a stated number is the recomputed one, within rounding."""
    if stated is None or found is None:
        return stated is None and found is None
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return False
    return abs(stated - found) <= SAME * max(1.0, size)


def same(name: str, stated: Any, found: float, size: float) -> Check:
    """Check of one number."""
    if close(stated, found, size):
        return Check(name, holds=True, words=f"stated {stated:,.10g}, recomputed {found:,.10g}")
    return Check(name, holds=False, words=f"stated {stated}, recomputed {found!r}")


def totals_check(summary: Mapping[str, Any], solution: Solution, size: float) -> Check:
    """Compare what the summary states besides objective, bound and carbon terms."""
    found: dict[str, Any] = {name: getattr(solution, name) for name in TOTALS}
    found |= {"bound": solution.bound, "options": solution.options_listed,
              "instance": solution.instance.name, "objective_unit": solution.stages[-1].unit,
              "library": solution.instance.settings.library_version,
              "whole_parcels": solution.whole_parcels,
              "lead_uses": [asdict(one) for one in lead_uses(solution.instance, solution.plan)]}
    wrong = [name for name, value in found.items()
             if not _equal(summary.get(name), value, size)]
    # The prices of a stopped run may be none at all, and its gap the solver's own.
    proof = {} if summary.get("status") == "stopped" else {
        "relative_gap": solution.relative_gap, "certificate": {
            name: getattr(solution.certificate, name)
            for name in ("primal_violation", "dual_violation", "relative_gap")}}
    wrong += [name for name, value in proof.items() if not _equal(summary.get(name), value, 1e3)]
    wrong += [] if _same_stages(summary["stages"], solution) else ["stages"]
    return Check("totals", not wrong, f"differ: {', '.join(wrong)}" if wrong else
                 f"{len(found) + len(proof) + 1} entries of the summary as stated")


def _same_stages(stated: Sequence[Mapping[str, Any]], solution: Solution) -> bool:
    """Whether the stages are named as they are, and the last one ends at the objective."""
    named = all(told.get(name) == getattr(stage, name)
                for told, stage in zip(stated, solution.stages, strict=True)
                for name in ("number", "label", "unit"))
    last = stated[-1]
    return bool(named and last.get("floor") is None and close(
        last.get("objective"), solution.objective, abs(solution.objective)))


def _equal(stated: Any, found: Any, size: float) -> bool:
    """Compare an entry of the summary, entry by entry where it has several."""
    if isinstance(found, Mapping):
        return isinstance(stated, Mapping) and list(stated) == list(found) and all(
            _equal(stated[name], value, size) for name, value in found.items())
    if isinstance(found, list):
        return isinstance(stated, list) and len(stated) == len(found) and all(
            _equal(*pair, size) for pair in zip(stated, found, strict=True))
    if isinstance(found, str):
        return bool(stated == found)
    if isinstance(found, bool):
        return stated is found
    return close(stated, found, max(size, abs(found or 0.0)))


def table_checks(
    stated: Mapping[str, pd.DataFrame], solution: Solution
) -> Iterator[Check]:
    """Compare the tables that follow from plan and prices.

    Parameters
    ----------
    stated
        Name -> table as read from the files, names as text.
    solution
        Recomputed.
    """
    makers = {"limits": tables.limits_table, "parcels": tables.parcels_table,
              "carbon": tables.carbon_table, "prices": tables.prices_table}
    for name, table in stated.items():
        found = makers[name](solution)
        wrong = _wrong_columns(table, found)
        yield Check(f"{name} table", not wrong, f"differ: {', '.join(wrong)}" if wrong else
                    f"{len(found)} rows as stated")


def _wrong_columns(stated: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """Columns that are not as recomputed."""
    if len(stated) != len(found):
        return [f"{len(stated)} rows, recomputed {len(found)}"]
    columns = [name for name in found.columns if name not in stated.columns]
    columns += [name for name in stated.columns if name not in found.columns]
    return columns + [name for name in found.columns if name in stated.columns
                      and not _same_column(stated[name], found[name])]


def _same_column(stated: pd.Series, found: pd.Series) -> bool:
    """Whether a column holds what was recomputed."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(found):
        return bool(stated.astype(str).tolist() == np.where(found, "yes", "no").tolist())
    if not pd.api.types.is_numeric_dtype(found):
        return bool(stated.astype(str).tolist() == found.astype(str).tolist())
    numbers = pd.to_numeric(stated, errors="coerce").to_numpy(dtype=float)
    expected = found.to_numpy(dtype=float)
    size = float(np.max(np.abs(expected[np.isfinite(expected)]), initial=1.0))
    room = SAME_CELL * np.maximum(1.0, np.abs(expected)) + SMALL_CELL * size
    near = (np.abs(numbers - expected) <= room) | (np.isnan(numbers) & np.isnan(expected))
    return bool(np.all(near))


def patches_check(instance: Instance, options: Options, x_c: NDArray[np.float64]) -> Check:
    """No patch of the plan is below the least of its use."""
    small = small_patches(instance, area_iu(instance, options, x_c[:options.count]))
    return Check("least patches", not small, "every patch is large enough" if not small
                 else "1 patch is too small" if len(small) == 1
                 else f"{len(small)} patches are too small")
