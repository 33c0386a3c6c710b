"""A plan and its instance -> `PlanLayers`: rows, legends and words of the layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.layers_out.record import Entry, PlanLayers
from optimizer.report import export_words as words
from optimizer.report.canvas import BARE, use_colours
from optimizer.report.layout import main_use_i, shares_iu

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: What is left of a parcel below this share of it is rounding, no bare land.
NO_SHARE = 1e-9
#: First and last period, from light to dark; both told from bare land.
EARLY, LATE = (158, 202, 225), (8, 48, 107)


def plan_layers(
    instance: Instance, plan: pd.DataFrame, parcels: pd.DataFrame, unit: str,
    outlines: Mapping[str, list[NDArray[np.float64]]], language: words.Language = "en",
) -> PlanLayers:
    """Lay a plan out as layers.

    Parameters
    ----------
    instance
        What was solved.
    plan
        Columns of `plan.csv`.
    parcels
        Columns of `parcels.csv`, one row a parcel in the order of the instance.
    unit
        Unit of the objective.
    outlines
        Parcel -> rings, as `read_outlines` has them.
    language
        Of labels, headers and reasons.

    Raises
    ------
    InstanceRefused
        If the plan names what the instance does not have.
    """
    plan = plan.assign(net_sink_tco2e=sinks_of(instance, plan)).reset_index(drop=True)
    uses = _use_entries(instance, language)
    share_iu = shares_iu(instance, plan)
    main_i = main_use_i(share_iu)
    main_i = np.where(main_i < 0, len(uses) - 1, main_i)
    rows = _rows(instance, plan, share_iu, main_i, uses)
    facts = _facts(instance, parcels, uses, unit, language)
    layers = rows.merge(facts, on="parcel", how="left", validate="many_to_one")
    return PlanLayers(
        name=instance.name, crs=instance.settings.crs, about=words.about(language, instance.name),
        aliases=words.headers(language, unit), uses=uses,
        periods=_period_entries(instance, language),
        parcels=layers, by_use=_by_use(rows, uses), plan=_blank_as_none(plan),
        names=np.asarray(instance.land.parcels, dtype=object), main_i=main_i, share_iu=share_iu,
        outlines=outlines)


def sinks_of(instance: Instance, plan: pd.DataFrame) -> NDArray[np.float64]:
    """Net sink of each row of a plan, holding apart; NaN without a carbon account."""
    from optimizer.analysis.allocation import allocation_of
    from optimizer.carbon.terms import net_sink

    allocation = allocation_of(instance, plan, "plan.csv")
    if not instance.uses_carbon:
        return np.full(len(plan), np.nan)
    return np.asarray(net_sink(instance, allocation.options) * allocation.area_o)


def _use_entries(instance: Instance, language: words.Language) -> tuple[Entry, ...]:
    """Legend by use, labels in the language where the uses table has them."""
    table, uses = instance.tables["uses"], instance.practices.uses
    colours = use_colours([str(text) for text in table.text("colour")])
    labels = list(instance.practices.label_u)
    if language == "zh":
        chinese = [str(text) for text in table.text("label_zh")]
        labels = [own or label for own, label in zip(chinese, labels, strict=True)]
    return (*(Entry(use, label or use, colour)
              for use, label, colour in zip(uses, labels, colours, strict=True)),
            Entry(None, words.bare_label(language), BARE))


def _period_entries(instance: Instance, language: words.Language) -> tuple[Entry, ...]:
    """Legend by period, the later the darker."""
    labels = instance.calendar.labels
    entries = []
    for t, label in enumerate(labels):
        share = t / max(1, len(labels) - 1)
        mixed = [round(a + share * (b - a)) for a, b in zip(EARLY, LATE, strict=True)]
        entries.append(Entry(str(label), str(label), "#" + "".join(f"{c:02x}" for c in mixed)))
    return (*entries, Entry(None, words.bare_label(language), BARE))


def _rows(
    instance: Instance, plan: pd.DataFrame, share_iu: NDArray[np.float64],
    main_i: NDArray[np.int64], uses: tuple[Entry, ...],
) -> pd.DataFrame:
    """One row a parcel and use, and one for what is left bare; the main use of a parcel last."""
    import pandas as pd

    position_i = {name: i for i, name in enumerate(instance.land.parcels)}
    position_u = {entry.value: u for u, entry in enumerate(uses)}
    i = plan["parcel"].map(position_i).to_numpy(dtype=np.int64)
    u = plan["use"].map(position_u).to_numpy(dtype=np.int64)
    cells = pd.DataFrame({"i": i, "u": u, **{name: plan[name] for name in (
        "method", "period", "source", "area_ha", "net_sink_tco2e")}})
    cells = cells.sort_values(["i", "u", "area_ha"], ascending=[True, True, False], kind="stable")
    grouped = cells.groupby(["i", "u"], sort=True)
    # The way with the most hectares; `first()` would mix rows where one has blanks.
    found = cells.drop_duplicates(["i", "u"]).set_index(["i", "u"])
    found["area_ha"] = grouped["area_ha"].sum()
    found["net_sink_tco2e"] = grouped["net_sink_tco2e"].sum(min_count=1)
    found["ways"] = grouped.size()
    found = pd.concat([found.reset_index(), _bare(instance, share_iu, len(uses) - 1)],
                      ignore_index=True)
    found["drawn"] = np.where(main_i[found["i"]] == found["u"], "yes", "no")
    found = found.sort_values(["i", "drawn", "u"], kind="stable").reset_index(drop=True)
    return _named(instance, found, uses)


def _bare(instance: Instance, share_iu: NDArray[np.float64], bare: int) -> pd.DataFrame:
    """Rows of land that is left as it is."""
    import pandas as pd

    left_i = np.flatnonzero(share_iu[:, -1] > NO_SHARE)
    sink = 0.0 if instance.uses_carbon else np.nan
    return pd.DataFrame({
        "i": left_i, "u": bare, "method": "", "period": "", "source": "",
        "area_ha": share_iu[left_i, -1] * instance.land.area_i[left_i],
        "net_sink_tco2e": sink, "ways": 0})


def _named(
    instance: Instance, found: pd.DataFrame, uses: tuple[Entry, ...]
) -> pd.DataFrame:
    """Columns as they are exported, names instead of positions."""
    import pandas as pd

    land = instance.land
    i, u = found["i"].to_numpy(), found["u"].to_numpy()
    values = np.array([entry.value for entry in uses], dtype=object)
    labels = np.array([entry.label for entry in uses], dtype=object)
    return _blank_as_none(pd.DataFrame({
        "parcel": np.asarray(land.parcels, dtype=object)[i], "use": values[u],
        "use_label": labels[u], "method": found["method"], "period": found["period"],
        "source": found["source"], "ways": found["ways"].astype(np.int32),
        "area_ha": found["area_ha"], "share_pct": 100.0 * found["area_ha"] / land.area_i[i],
        "drawn": found["drawn"], "net_sink_tco2e": found["net_sink_tco2e"],
    }))


def _facts(
    instance: Instance, parcels: pd.DataFrame, uses: tuple[Entry, ...], unit: str,
    language: words.Language,
) -> pd.DataFrame:
    """What is known of each parcel as a whole."""
    import pandas as pd

    land = instance.land
    label = {entry.value or "": entry.label for entry in uses[:-1]} | {"": ""}
    runner_up = [_text(cell) for cell in parcels["runner_up"]]
    margin_i = numbers_of(parcels["margin"])
    zones = np.array([*land.zones, None], dtype=object)
    return _blank_as_none(pd.DataFrame({
        "parcel": np.asarray(land.parcels, dtype=object), "parcel_ha": land.area_i,
        "zone": zones[land.zone_i], "runner_up": runner_up, "margin": margin_i,
        "land_price": numbers_of(parcels["land_price"]),
        "why": [words.why(language, label.get(other, other), margin, unit)
                for other, margin in zip(runner_up, margin_i.tolist(), strict=True)],
        "not_allowed": _not_allowed(instance, label),
    }))


def _not_allowed(instance: Instance, label: dict[str, str]) -> list[str]:
    """Uses a parcel cannot have, each with the first rule in its way."""
    from optimizer.analysis.explain.obstacles import ALLOWED, eligibility_map

    table = eligibility_map(instance)
    columns = [(label[use], table[use].tolist()) for use in instance.practices.uses]
    return ["; ".join(f"{name}: {cells[i]}" for name, cells in columns if cells[i] != ALLOWED)
            for i in range(instance.land.count)]


def _by_use(rows: pd.DataFrame, uses: tuple[Entry, ...]) -> pd.DataFrame:
    """Hectares, parcels and net sink of each use, zeros too."""
    import pandas as pd

    found = []
    for entry in uses:
        own = rows[rows["use"].isna() if entry.value is None else rows["use"] == entry.value]
        found.append({
            "use": entry.value, "use_label": entry.label, "area_ha": float(own["area_ha"].sum()),
            "parcels": len(own), "net_sink_tco2e": float(own["net_sink_tco2e"].sum())
            if not rows["net_sink_tco2e"].isna().all() else np.nan})
    return pd.DataFrame(found)


def numbers_of(cells: pd.Series) -> NDArray[np.float64]:
    """A column as numbers, NaN where blank; text is read with all its digits."""
    return np.array([float("nan") if cell is None or cell == "" else float(cell)
                     for cell in cells.tolist()])


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell)


def _blank_as_none(table: pd.DataFrame) -> pd.DataFrame:
    """Texts as objects, None where blank: what a GIS shows as NULL."""
    import pandas as pd

    return pd.DataFrame({
        name: values if pd.api.types.is_numeric_dtype(values) else np.array(
            [_text(cell) or None for cell in values], dtype=object)
        for name, values in table.items()})
