"""What keeps land from becoming a use: hectares by obstacle, and columns for a map.

An obstacle is everything the rules of a use say about one attribute (the machine limit and the
slope limit of the use are one), or its topsoil, or its window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.eligibility import Eligibility, eligibility_of
from optimizer.options.rules import Rule

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Cell of the map where a use is allowed.
ALLOWED = "allowed"


@dataclass(frozen=True)
class Obstacle:
    """Rules of one use that bear on the same thing.

    Parameters
    ----------
    rule
        All of them as one, with the tightest bounds.
    bits
        The rules as bits of `Eligibility.failed_ium`.
    """

    rule: Rule
    bits: int


def obstacles_of(rules: tuple[Rule, ...]) -> tuple[Obstacle, ...]:
    """Join the rules of one use that bear on the same attribute, in the order of the rules."""
    together: dict[tuple[str, str], list[int]] = {}
    for j, rule in enumerate(rules):
        # The machine limit is a rule on an attribute like any other.
        kind = "attribute" if rule.attribute else rule.kind
        together.setdefault((kind, rule.attribute), []).append(j)
    return tuple(
        Obstacle(_tightest([rules[j] for j in which]), sum(1 << j for j in which))
        for which in together.values()
    )


def _tightest(rules: list[Rule]) -> Rule:
    """Join rules on one attribute; the machine limit keeps its name where it is the tightest."""
    minimum, maximum = max(r.minimum for r in rules), min(r.maximum for r in rules)
    binding = [r for r in rules if maximum == r.maximum < np.inf or minimum == r.minimum > -np.inf]
    kind = (binding or rules)[-1].kind
    clauses = dict.fromkeys(rule.clause for rule in binding if rule.clause)
    return Rule(kind, rules[0].attribute, minimum, maximum, "; ".join(clauses))


@dataclass(frozen=True)
class Barred:
    """Obstacles of one use on every parcel.

    Parameters
    ----------
    obstacles
        Of the use.
    failed_ivj
        Whether obstacle j stands before method v of the use on parcel i, shape (I, V, J).
    """

    obstacles: tuple[Obstacle, ...]
    failed_ivj: NDArray[np.bool_]

    @property
    def barred_i(self) -> NDArray[np.bool_]:
        """Whether no method is allowed, shape (I,)."""
        return np.asarray(np.all(np.any(self.failed_ivj, axis=2), axis=1))

    @property
    def nearest_ij(self) -> NDArray[np.bool_]:
        """Obstacles before the method with the fewest (the first of equals), shape (I, J)."""
        nearest_i = self.failed_ivj.sum(axis=2).argmin(axis=1)
        nearest: NDArray[np.bool_] = self.failed_ivj[np.arange(len(nearest_i)), nearest_i]
        return nearest

    @property
    def alone_ij(self) -> NDArray[np.bool_]:
        """Whether some method has this obstacle before it and no other, shape (I, J)."""
        only_ivj = self.failed_ivj & (self.failed_ivj.sum(axis=2, keepdims=True) == 1)
        alone: NDArray[np.bool_] = only_ivj.any(axis=1) & self.barred_i[:, None]
        return alone


def barred_from(instance: Instance, eligibility: Eligibility, use: int) -> Barred | None:
    """Find what bars every parcel from one use; None for a use without any method."""
    which_um = np.flatnonzero(instance.practices.use_um == use)
    if not len(which_um):
        return None
    obstacles = obstacles_of(eligibility.rules[use])
    failed = eligibility.failed_ium[:, which_um]
    return Barred(obstacles, np.stack(
        [(failed & np.uint64(obstacle.bits)) != 0 for obstacle in obstacles], axis=2))


def hectares_by_obstacle(instance: Instance) -> pd.DataFrame:
    """Tabulate what keeps land from becoming each use, in hectares, the weightiest first.

    Returns
    -------
    pandas.DataFrame
        Columns use, rule, attribute, minimum, maximum, clause, alone_ha (land that becomes
        eligible if this obstacle alone is taken away), in_all_ha (land before whose nearest
        method, the one with the fewest obstacles, this one stands), barred_ha (all land that
        cannot become the use, the same in every row of a use).
    """
    import pandas as pd

    eligibility, area_i = eligibility_of(instance), instance.land.area_i
    rows = []
    for u, use in enumerate(instance.practices.uses):
        barred = barred_from(instance, eligibility, u)
        if barred is None:
            continue
        in_all_j = area_i @ (barred.nearest_ij & barred.barred_i[:, None])
        alone_j = area_i @ barred.alone_ij
        barred_ha = float(area_i @ barred.barred_i)
        rows += [(use, *_told(obstacle.rule), float(alone), float(in_all), barred_ha)
                 for obstacle, alone, in_all in zip(
                     barred.obstacles, alone_j, in_all_j, strict=True) if in_all or alone]
    table = pd.DataFrame(rows, columns=[
        "use", "rule", "attribute", "minimum", "maximum", "clause", "alone_ha", "in_all_ha",
        "barred_ha"])
    order = {use: u for u, use in enumerate(instance.practices.uses)}
    return table.sort_values(["use", "in_all_ha"], ascending=[True, False], kind="stable",
                             key=lambda c: c.map(order) if c.name == "use" else c,
                             ignore_index=True)


def _told(rule: Rule) -> tuple[str, str, float, float, str]:
    """Rule, attribute, bounds (NaN for none) and clause."""
    return str(rule), rule.attribute, _bound(rule.minimum), _bound(rule.maximum), rule.clause


def _bound(bound: float) -> float:
    """NaN where there is no bound."""
    return bound if np.isfinite(bound) else float("nan")


def eligibility_map(instance: Instance) -> pd.DataFrame:
    """Tabulate parcel by use for a map: `allowed`, or the first obstacle of the nearest method.

    Returns
    -------
    pandas.DataFrame
        Column parcel, then one column of text a use.
    """
    import pandas as pd

    eligibility = eligibility_of(instance)
    columns: dict[str, NDArray[np.object_]] = {"parcel": instance.land.parcels}
    for u, use in enumerate(instance.practices.uses):
        barred = barred_from(instance, eligibility, u)
        if barred is None:
            columns[use] = np.full(instance.land.count, "no method", dtype=object)
            continue
        words = np.array([*(str(o.rule) for o in barred.obstacles), ALLOWED], dtype=object)
        first_i = np.where(barred.barred_i, barred.nearest_ij.argmax(axis=1), -1)
        columns[use] = words[first_i]
    return pd.DataFrame(columns)
