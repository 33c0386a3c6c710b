"""What `reclaim explain` prints of a plan: thin choices, what limits do, what keeps land out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.instance.nearest import counted
from optimizer.report.figures import columns, cut, figure, hectares, of_unit, whole

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.explain.limit_roles import LimitRole
    from optimizer.analysis.explain.plan import PlanExplanation
    from optimizer.analysis.explain.pulls import Pulls

#: Longer lists are in the files.
SHOWN = 12
#: Nothing printed is wider.
WIDTH = 100
_LEFT = "left as it is"


def plan_text(explanation: PlanExplanation) -> str:
    """Tell why a plan is as it is, in lines of at most 100 columns."""
    blocks = [
        [f"{explanation.name}: why the plan is as it is"],
        obstacle_lines(explanation.obstacles),
        thin_lines(explanation.margins, explanation.threshold, explanation.unit),
        role_lines(explanation.roles),
        pull_lines(explanation.pulls) if explanation.roles else [],
    ]
    return "\n\n".join("\n".join(cut(line, WIDTH) for line in block)
                       for block in blocks if block)


def obstacle_lines(table: pd.DataFrame) -> list[str]:
    """Tell what keeps land from becoming each use.

    Parameters
    ----------
    table
        Of `hectares_by_obstacle`.
    """
    lines = []
    for use, rows in table.groupby("use", sort=False):
        barred = float(rows["barred_ha"].iloc[0])
        lines.append(f"What keeps {hectares(barred)} ha from becoming {use}")
        told = [(f"{hectares(row['in_all_ha'])} ha", cut(_rule(row), 56),
                 f"{hectares(row['alone_ha'])} ha by this alone" if row["alone_ha"] else "")
                for row in rows.to_dict("records")]
        lines += columns(told[:SHOWN], "><<")
        lines += [f"  and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    return lines


def _rule(row: dict[Any, Any]) -> str:
    """Rule with its clause."""
    return f"{row['rule']} [{row['clause']}]" if row["clause"] else str(row["rule"])


def thin_lines(table: pd.DataFrame, threshold: float, unit: str) -> list[str]:
    """Tell which choices hang on little.

    Parameters
    ----------
    table
        Of `margins_table`.
    threshold
        Margins below it are thin, per hectare.
    unit
        Of the objective.
    """
    thin = table[table["thin"] & ~table["divided"]]
    told = f"{of_unit(figure(threshold), unit)} per ha"
    if not len(thin):
        return [f"No choice of a use hangs on less than {told}."]
    ties = int(thin["tie"].sum())
    size = f"{whole(len(thin))} parcels, {hectares(float(thin['area_ha'].sum()))} ha"
    lines = [f"Choices that hang on less than {told}: {size}, {whole(ties)} of them ties"]
    groups = thin.groupby(["use", "runner_up"], sort=False).agg(
        parcels=("parcel", "size"), first=("parcel", "first"), area=("area_ha", "sum"),
        least=("margin", "min"))
    ranked = groups.sort_values("area", ascending=False, kind="stable").reset_index()
    rows = [(f"{row['use'] or _LEFT} rather than {row['runner_up'] or _LEFT}",
             f"{hectares(row['area'])} ha",
             f"{whole(row['parcels'])} parcel{'s' if row['parcels'] > 1 else ''}",
             f"such as {row['first']}") for row in ranked.to_dict("records")[:SHOWN]]
    divided = int(table["divided"].sum())
    lines += columns(rows, "<>><")
    if divided:
        lines.append(f"  Besides, the plan divides {counted(divided, 'parcel')} between uses.")
    return lines


def role_lines(roles: tuple[LimitRole, ...]) -> list[str]:
    """Tell what limits do."""
    words = {  # of one limit, and of several
        "binding": ("holds the plan back or touches it", "hold the plan back or touch it"),
        "free": ("leaves this plan room", "leave this plan room"),
        "implied": ("is implied by the others: dropping it changes nothing",
                    "are implied by the others: dropping any one of them changes nothing"),
        "idle": ("can never bind: the land alone keeps it",
                 "can never bind: the land alone keeps them"),
    }
    if not roles:
        return []
    lines = ["What the limits do"]
    for role, told in words.items():
        names = [each.limit for each in roles if each.role == role]
        if names:
            lines += [f"  {counted(len(names), *told)}", *_wrapped(names)]
    return lines


def _wrapped(names: list[str]) -> list[str]:
    """Names in lines of at most 100 columns."""
    lines, line = [], "   "
    for name in names:
        if len(line) + len(name) + 2 > WIDTH and line.strip():
            lines.append(line)
            line = "   "
        line += f" {name},"
    return [*lines, line.rstrip(",")]


def pull_lines(pulls: Pulls) -> list[str]:
    """Tell which limits pull against each other."""
    lines = []
    if pulls.at_the_edge:
        lines += ["Limits that cannot be 1 % tighter while the others stand",
                  *_wrapped(list(pulls.at_the_edge))]
    if not pulls.pairs:
        none = "No two limits pull against each other: 1 % of one leaves the other prices."
        return [*lines, none]
    lines.append("Limits that pull against each other: 1 % of the first makes the second dearer")
    rows = [(cut(pull.tightened, 26), "<->" if pull.mutual else "->", cut(pull.other, 34),
             f"{figure(abs(pull.price_before))} to {figure(abs(pull.price_after))}",
             cut(pull.unit, 20)) for pull in pulls.pairs[:SHOWN]]
    lines += columns(rows, "<<<<<")
    more = len(pulls.pairs) - SHOWN
    return [*lines, f"  and {more} more"] if more > 0 else lines
