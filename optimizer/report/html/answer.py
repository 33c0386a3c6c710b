"""The answer first: sink, areas, money, and how good it is proven to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.report.html.section import Table
from optimizer.report.html.stages import bound_sentence, is_least, told_objective
from optimizer.report.map_data import colours_of
from optimizer.report.proof import PLUS

if TYPE_CHECKING:
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: A gap below this is told as closed.
CLOSED = 1e-9


@dataclass(frozen=True)
class Figure:
    """One of the large figures: what, how much, and what to know beside it."""

    name: str
    value: str
    beside: str = ""


@dataclass(frozen=True)
class Answer:
    """Head of the page."""

    figures: tuple[Figure, ...]
    areas: Table
    colours: tuple[str, ...]
    sentence: str
    proof: str


def answer_of(material: Material, language: Language) -> Answer:
    """Sum a result up."""
    return Answer(
        figures=tuple(_figures(material, language)), areas=_areas(material, language),
        colours=tuple(colours_of(material.instance)),
        sentence=_sentence(material, language), proof=proof_sentence(material, language))


def _figures(material: Material, language: Language) -> list[Figure]:
    """Sink or objective, land, money, gap."""
    summary, t = material.summary, language.t
    found = []
    sink = summary["net_sink_tco2e"]
    if sink is not None:
        per_ha = sink / summary["reclaimed_ha"] if summary["reclaimed_ha"] > 0 else None
        found.append(Figure(t("net_sink"), language.amount(sink, "t CO2e", sign=True),
                            t("per_reclaimed", value=language.amount(per_ha, "t CO2e/ha",
                                                                     sign=True))
                            if per_ha is not None else ""))
    stage = material.last_stage
    if sink is None or stage["label"] != "net_sink":
        verb = "objective_least" if is_least(stage) else "objective_most"
        found.append(Figure(t(verb, what=objective_label(material, language)),
                            language.amount(told_objective(stage), material.unit)))
    land, done = summary["available_ha"], summary["reclaimed_ha"]
    found.append(Figure(t("reclaimed"), language.amount(done, "ha"), t(
        "of_all_land", share=language.percent(done / land), land=language.amount(land, "ha"))))
    return [*found, *_money(material, language), _gap(material, language)]


def _money(material: Material, language: Language) -> list[Figure]:
    """Cost and income over all years, where methods state them."""
    cost, income = material.account("cost"), material.account("income")
    currency = material.instance.settings.currency
    if not cost and not income:
        return []
    beside = language.t("income_beside", value=language.amount(income, currency)) if income else ""
    return [Figure(language.t("cost"), language.amount(cost, currency), beside)]


def _gap(material: Material, language: Language) -> Figure:
    """Certified gap; of whole parcels it is the solver's word."""
    gap = abs(material.summary["relative_gap"] or 0.0)
    told = language.t("gap_closed") if gap <= CLOSED else language.percent(gap, 2)
    searched = material.summary["solver_bound"] is not None
    whole = "whole_" if searched and not material.is_stopped else ""
    how = (material.summary["layout"] or {}).get("patch_repair")
    repaired = how == "repair" and material.summary["status"] == "within_gap"
    status = language.t("status_repaired" if repaired else
                        f"status_{whole}{material.summary['status']}")
    return Figure(language.t("gap"), told, status)


def objective_label(material: Material, language: Language) -> str:
    """What the last stage adds up, in words."""
    from optimizer.report.html.rules import account_words

    def told(entry: str) -> str:
        *before, account = entry.removeprefix("min ").removeprefix("max ").split(" ")
        return "".join(f"{weight}\u00a0×\u00a0" for weight in before) + account_words(
            account, language)

    entries = str(material.last_stage["label"]).split(PLUS)
    return language.t("plus").join(told(entry) for entry in entries)


def proof_sentence(material: Material, language: Language) -> str:
    """What no plan can exceed."""
    words = bound_sentence(material, language)
    return words + (language.t("proof_whole") if material.is_whole else "")


def _sentence(material: Material, language: Language) -> str:
    """Period of the account; and why nothing is reclaimed, where that is the answer."""
    settings = material.instance.settings
    years = language.t("account_years", first=settings.base_year, last=settings.horizon_end - 1,
                       count=settings.horizon_years)
    return " ".join([years, *_nothing(material, language)])


def _nothing(material: Material, language: Language) -> list[str]:
    """Sentences on a plan that leaves all land as it is."""
    from optimizer.report.nothing import holding_of

    t = language.t
    if material.summary["reclaimed_ha"] > 0 or material.is_stopped:
        return []
    if material.is_whole:
        return [t("nothing_whole")]
    prices = material.tables["prices"]
    last = prices["stage"].astype(float) == float(material.last_stage["number"])
    found = holding_of(material.instance, material.tables["limits"], prices[last].assign(
        price=prices["price"][last].astype(float)))
    held = [*found.limits, *([t("nothing_topsoil")] if found.topsoil else [])]
    told = [t("nothing_within", held=t("comma").join(held)) if held else t("nothing_worth")]
    if found.shares:
        told.append(t("nothing_shares", names=t("comma").join(found.shares)))
    return told + [t("nothing_fraction", name=name, value=f"{value:g}", meant=f"{100.0 * value:g}")
                   for name, value in found.fractions.items()]


def _areas(material: Material, language: Language) -> Table:
    """Hectares of every use."""
    summary, instance = material.summary, material.instance
    land = summary["available_ha"]
    labels = language.labels(instance.tables["uses"], instance.practices.uses)
    areas = [summary["area_by_use"][use] for use in instance.practices.uses]
    rows = [(label, language.hectares(area), language.percent(area / land))
            for label, area in zip(labels, areas, strict=True)]
    bare = max(0.0, land - summary["reclaimed_ha"])
    rows += [(language.t("bare"), language.hectares(bare), language.percent(bare / land)),
             (language.t("all_land"), language.hectares(land), language.percent(1.0))]
    return Table((language.t("use"), language.unit("ha"), language.t("share")), rows, "<>>",
                 language.t("areas_caption"), total=True)
