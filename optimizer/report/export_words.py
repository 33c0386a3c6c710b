"""Words of exported layers in English and Chinese: headers with units, legends, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from optimizer.report.figures import figure

Language = Literal["en", "zh"]

#: Margins below this share of the largest are rounding: both choices are as good.
TIE = 1e-9

#: Column -> header in English and Chinese; {unit} is that of the objective.
HEADERS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "parcel": ("parcel", "地块"),
    "use": ("use", "用途"),
    "use_label": ("use, label", "用途名称"),
    "method": ("method", "措施"),
    "period": ("period from", "开始年份"),
    "source": ("topsoil from", "表土来源"),
    "ways": ("rows of the plan", "方案行数"),
    "area_ha": ("area under this use, ha", "该用途面积，公顷"),
    "share_pct": ("share of the parcel, %", "占地块比例，%"),
    "drawn": ("drawn on top", "置顶显示"),
    "net_sink_tco2e": ("net sink, t CO2e", "净碳汇，t CO2e"),
    "parcel_ha": ("area of the parcel, ha", "地块面积，公顷"),
    "zone": ("zone", "分区"),
    "runner_up": ("next best use", "次优用途"),
    "margin": ("margin, {unit}/ha", "领先幅度，{unit}/公顷"),
    "land_price": ("price of the land, {unit}/ha", "土地影子价格，{unit}/公顷"),
    "why": ("why", "原因"),
    "not_allowed": ("not allowed", "不允许的用途"),
    "parcels": ("parcels", "地块数"),
    "drawn_ha": ("area drawn, ha", "图上面积，公顷"),
})

#: What a layer holds.
ABOUT: Mapping[str, tuple[str, str]] = MappingProxyType({
    "parcels": (
        ("{name}: one feature a parcel and use, land that is not reclaimed too. Outlines are those "
         "of whole parcels: where a parcel is divided, area_ha says how much; the main use is "
         "drawn on top."),
        ("{name}：每个地块的每种用途一个要素，含未复垦土地。轮廓为整个地块：地块被划分时，"
         "面积以 area_ha 为准，主要用途置顶显示。")),
    "uses": (
        ("{name}: parcels joined by their main use. area_ha is the plan's; drawn_ha that of the "
         "outlines."),
        "{name}：按主要用途合并的地块。area_ha 为方案面积，drawn_ha 为图上面积。"),
    "plan": ("{name}: every row of the plan.", "{name}：方案的每一行。"),
})

_BARE = ("Not reclaimed", "未复垦")
_LEAVE = ("leaving the land as it is", "保持现状")


def headers(language: Language, unit: str) -> dict[str, str]:
    """Header of every column in a language."""
    return {name: _in(language, words).replace("{unit}", unit) for name, words in HEADERS.items()}


def about(language: Language, name: str) -> dict[str, str]:
    """What each layer holds, in a language."""
    return {layer: _in(language, words).replace("{name}", name)
            for layer, words in ABOUT.items()}


def bare_label(language: Language) -> str:
    """Label of land that is not reclaimed."""
    return _in(language, _BARE)


def why(language: Language, runner_up: str, margin: float, unit: str) -> str:
    """Why a parcel has its use, in words.

    Parameters
    ----------
    language
        Of the words.
    runner_up
        Label of the next best choice; blank for leaving the land as it is.
    margin
        How far it lies behind; NaN where there is no other choice.
    unit
        Of the margin, per hectare.
    """
    if margin != margin:
        return _in(language, ("no other choice is allowed", "没有其他允许的选择"))
    other = runner_up or _in(language, _LEAVE)
    if margin <= TIE:
        return _in(language, (f"{other} would be as good", f"{other}同样好"))
    return _in(language, (f"{other} would be {figure(margin)} {unit}/ha worse",
                          f"{other}每公顷差 {figure(margin)} {unit}"))


def _in(language: Language, words: tuple[str, str]) -> str:
    return words[1] if language == "zh" else words[0]
