r"""Two plans side by side: which hectares moved from which use to which, where, worth how much.

Within a parcel nobody can say which hectare became which. What both plans have under a use stays
there; what leaves is spread over what arrives in proportion, bare land being one more use b:

    kept_iu  = min(a_iu, b_iu)
    moved_iuv = (a_iu - kept_iu) (b_iv - kept_iv) / sum_v (b_iv - kept_iv)      u /= v

Rows of the matrix so add up to plan A, its columns to plan B, in every parcel. The worth of a
move is its hectares times the difference of what a hectare of the use earns there in the two plans
(for kept land: of its other method, period or source); with the topsoil held in stock and the
boundary, where it has a weight, the worths add up to the difference of the objectives.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.analysis.check import Judgement, check_plan
from optimizer.analysis.diff_side import TRACE, Floats, Side, side_of
from optimizer.instance.plan_file import plan_of_frame, read_plan

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Land that nothing is done to, among the uses of a matrix.
BARE = "bare"


@dataclass(frozen=True, slots=True)
class Change:
    """One number of two plans.

    Parameters
    ----------
    kind
        `objective`, `area`, `carbon` or `account`.
    name, unit
        What is counted.
    old, new
        In plan A and in plan B.
    """

    kind: str
    name: str
    unit: str
    old: float
    new: float

    @property
    def change(self) -> float:
        """New less old."""
        return self.new - self.old

    @property
    def percent(self) -> float | None:
        """Change in percent of the size of the old value; None where that is 0."""
        return 100.0 * self.change / abs(self.old) if self.old else None

    def record(self) -> dict[str, Any]:
        """The numbers as plain values."""
        return {"kind": self.kind, "name": self.name, "unit": self.unit, "old": self.old,
                "new": self.new, "change": self.change, "percent_of_old": self.percent}


@dataclass(frozen=True)
class Diff:
    """Two plans of one instance, held side by side; tables are fresh copies.

    Parameters
    ----------
    instance
        What both are plans of.
    name_a, name_b
        What they are called.
    judgement_a, judgement_b
        Each judged on its own.
    unit
        Of the objective: its first stage.
    uses
        Uses of the instance, then `bare`.
    moved_uv
        Hectares under u in plan A and v in plan B, shape (U + 1, U + 1).
    worth_uv
        What these moves add to the objective, same shape.
    stock_worth
        What other stocks of topsoil add to it.
    boundary_worth
        What another length of boundary adds to it, where boundaries have a weight.
    changes
        Objective, hectares of each use, carbon terms, accounts.
    """

    instance: Instance
    name_a: str
    name_b: str
    judgement_a: Judgement
    judgement_b: Judgement
    unit: str
    uses: tuple[str, ...]
    moved_uv: Floats
    worth_uv: Floats
    stock_worth: float
    boundary_worth: float
    changes: tuple[Change, ...]
    _moves: pd.DataFrame

    @property
    def moved_ha(self) -> float:
        """Hectares whose use differs."""
        return float(self.moved_uv.sum() - np.trace(self.moved_uv))

    @property
    def objective(self) -> Change:
        """Objective of the two plans."""
        return self.changes[0]

    @property
    def moves(self) -> pd.DataFrame:
        """What moved where: parcel, from_use, to_use, area_ha, worth; largest worth first.

        Land that keeps its use stands there if it earns something else.
        """
        return self._moves.copy()

    @property
    def transitions(self) -> pd.DataFrame:
        """Matrix as a table: from_use, to_use, area_ha, percent of the old hectares, worth."""
        import pandas as pd

        old_u = self.moved_uv.sum(axis=1)
        cells = [(u, v) for u, v in np.ndindex(*self.moved_uv.shape)
                 if self.moved_uv[u, v] > 0.0]
        return pd.DataFrame({
            "from_use": [self.uses[u] for u, _ in cells],
            "to_use": [self.uses[v] for _, v in cells],
            "area_ha": [float(self.moved_uv[cell]) for cell in cells],
            "percent_of_from": [100.0 * float(self.moved_uv[cell] / old_u[cell[0]])
                                for cell in cells],
            "worth": [float(self.worth_uv[cell]) for cell in cells],
        })

    def record(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "instance": self.instance.name, "a": self.name_a, "b": self.name_b,
            "objective_unit": self.unit, "moved_ha": self.moved_ha,
            "changes": [change.record() for change in self.changes],
            "uses": list(self.uses), "transition_ha": self.moved_uv.tolist(),
            "transition_worth": self.worth_uv.tolist(), "stock_worth": self.stock_worth,
            "boundary_worth": self.boundary_worth,
            "moves": self._moves.to_dict("records"),
            "broken_rules": {"a": [str(v) for v in self.judgement_a.violations],
                             "b": [str(v) for v in self.judgement_b.violations]},
        }


def diff(instance: Instance, a: pd.DataFrame | str | Path, b: pd.DataFrame | str | Path) -> Diff:
    """Hold two plans side by side.

    Parameters
    ----------
    instance
        Checked instance.
    a, b
        Plans, as tables, as files, or as result folders that hold one: parcel, use, and where the
        instance leaves a choice method, period, source; area_ha (blank: the whole parcel).

    Raises
    ------
    InstanceRefused
        If a plan cannot be read, does not match the instance, or has more hectares on a parcel
        than there are.
    """
    (name_a, frame_a), (name_b, frame_b) = _plan(instance, a, "A"), _plan(instance, b, "B")
    judged = check_plan(instance, frame_a, name_a), check_plan(instance, frame_b, name_b)
    sides = side_of(instance, frame_a, name_a), side_of(instance, frame_b, name_b)
    share_iuv = _moved(sides[0].area_iu, sides[1].area_iu)
    worth_iuv = share_iuv * (sides[1].per_ha_iu[:, None, :] - sides[0].per_ha_iu[:, :, None])
    uses = (*instance.practices.uses, BARE)
    return Diff(
        instance, name_a, name_b, judged[0], judged[1], sides[0].stage.unit, uses,
        share_iuv.sum(axis=0), worth_iuv.sum(axis=0), sides[1].stock - sides[0].stock,
        sides[1].boundary - sides[0].boundary,
        tuple(_changes(instance, judged, sides)), _moves(instance, uses, share_iuv, worth_iuv))


def _plan(
    instance: Instance, given: pd.DataFrame | str | Path, name: str
) -> tuple[str, pd.DataFrame]:
    """Read a plan from wherever it is, with what it is called."""
    if not isinstance(given, str | Path):
        return f"plan {name}", plan_of_frame(given, instance, f"plan {name}").frame()
    path = Path(given)
    if path.is_dir():
        whole = [path / file for file in ("plan.csv", "plan.parquet") if (path / file).is_file()]
        return path.name, read_plan(whole[0] if whole else path / "plan.csv", instance).frame()
    return path.name, read_plan(path, instance).frame()


def _moved(a_iu: Floats, b_iu: Floats) -> Floats:
    """Hectares of each parcel from use to use, bare included, shape (I, U + 1, U + 1)."""
    kept_iu = np.minimum(a_iu, b_iu)
    leave_iu, arrive_iu = a_iu - kept_iu, b_iu - kept_iu
    total_i = arrive_iu.sum(axis=1)
    share_iu = np.divide(arrive_iu, total_i[:, None], out=np.zeros_like(arrive_iu),
                         where=total_i[:, None] > 0.0)
    moved_iuv = leave_iu[:, :, None] * share_iu[:, None, :]
    diagonal = np.arange(a_iu.shape[1])
    moved_iuv[:, diagonal, diagonal] = kept_iu
    return np.asarray(moved_iuv)


def _moves(
    instance: Instance, uses: tuple[str, ...], moved_iuv: Floats, worth_iuv: Floats
) -> pd.DataFrame:
    """Moves parcel by parcel, the largest worth first."""
    import pandas as pd

    trace_i = TRACE * instance.land.area_i
    other = ~np.eye(len(uses), dtype=bool)[None, :, :]
    told = ((moved_iuv > trace_i[:, None, None]) & other) | (np.abs(worth_iuv) > 1e-9)
    i, u, v = np.nonzero(told)
    order = np.argsort(-np.abs(worth_iuv[i, u, v]), kind="stable")
    i, u, v = i[order], u[order], v[order]
    return pd.DataFrame({
        "parcel": [str(instance.land.parcels[n]) for n in i],
        "from_use": [uses[n] for n in u], "to_use": [uses[n] for n in v],
        "area_ha": moved_iuv[i, u, v], "worth": worth_iuv[i, u, v],
    })


def _changes(
    instance: Instance, judged: tuple[Judgement, Judgement], sides: tuple[Side, Side]
) -> list[Change]:
    """Every number that both plans have."""
    a, b = judged
    stage = sides[0].stage
    area_a, area_b = (side.area_iu.sum(axis=0) for side in sides)
    uses = (*instance.practices.uses, BARE)
    changes = [Change("objective", stage.label, stage.unit, sides[0].objective,
                      sides[1].objective)]
    changes += [Change("area", use, "ha", float(area_a[u]), float(area_b[u]))
                for u, use in enumerate(uses)]
    changes += [Change("carbon", term, "t CO2e", value, b.carbon_terms[term])
                for term, value in a.carbon_terms.items()]
    return changes + [Change("account", name, unit, total, b.accounts[name][0])
                      for name, (total, unit) in a.accounts.items()]
