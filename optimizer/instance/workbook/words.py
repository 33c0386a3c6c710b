"""Words of a workbook in English and Chinese: titles, headers, and the notes on headers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from optimizer.instance.describe import range_words
from optimizer.instance.reader import FREE_TEXT_ZH
from optimizer.instance.schema import ColumnSpec, TableSpec
from optimizer.instance.workbook.meanings_zh import (
    ACCOUNT,
    AFTER,
    ATTRIBUTE,
    FREE_TEXT,
    MEANINGS,
    UNITS,
    WHEN,
)
from optimizer.instance.workbook.settings_sheet import KEY_HEADERS, TITLES, VALUE_HEADERS

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")

#: Headers of the settings sheet: key, value, unit, meaning.
SETTINGS_HEADERS: Mapping[Language, tuple[str, str, str, str]] = MappingProxyType({
    "en": (KEY_HEADERS[0], VALUE_HEADERS[0], "unit", "meaning"),
    "zh": (KEY_HEADERS[1], VALUE_HEADERS[1], "单位", "说明"),
})

NOTE_TITLES: Mapping[Language, str] = MappingProxyType({"en": "note", "zh": "说明"})

YES_NO: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {"en": ("yes", "no"), "zh": ("是", "否")})

_FREE_TEXT_HEADERS = {english: chinese for chinese, english in FREE_TEXT_ZH.items()}


def settings_title(language: Language) -> str:
    """Name of the settings sheet."""
    return TITLES[LANGUAGES.index(language)]


def sheet_title(spec: TableSpec, language: Language) -> str:
    """Name of the sheet of a table."""
    return spec.label_zh if language == "zh" else spec.name


def header_of(spec: TableSpec, name: str, language: Language) -> str:
    """Header of a column, as the reader knows it."""
    if language == "en":
        return name
    declared = spec.by_name.get(name)
    if declared is not None:
        return declared.label_zh or name
    prefix = spec.prefix_of(name)
    if prefix is not None:
        return prefix.label_zh + name.removeprefix(prefix.prefix)
    return _FREE_TEXT_HEADERS.get(name, name) if name in spec.free_text else name


def note_of(spec: TableSpec, name: str, language: Language) -> str:
    """Note on a header: what it means, its unit, what it may hold, when it is needed."""
    declared = spec.by_name.get(name)
    if declared is not None:
        return _declared_note(spec.name, declared, language)
    prefix = spec.prefix_of(name)
    if language == "en":
        return (prefix.meaning if prefix else "Free text." if name in spec.free_text
                else "Attribute of the parcel.")
    if prefix is not None:
        return f"{name}\n{AFTER if prefix.prefix == 'after:' else ACCOUNT}"
    return FREE_TEXT if name in spec.free_text else ATTRIBUTE


def meaning_of(section: str, spec: ColumnSpec, language: Language) -> str:
    """Meaning of a column or key; in English where there is no Chinese one."""
    chinese = MEANINGS.get(section, {}).get(spec.name)
    return chinese if language == "zh" and chinese else spec.meaning


def unit_of(spec: ColumnSpec, language: Language) -> str:
    """Unit of a column or key."""
    return UNITS.get(spec.unit, spec.unit) if language == "zh" else spec.unit


def _declared_note(table: str, spec: ColumnSpec, language: Language) -> str:
    """Note on a declared column."""
    held = range_words(spec)
    if language == "zh":
        held = _range_zh(spec)
    words = ("Unit", "May hold", "Must be filled in.", "Needed when") if language == "en" else (
        "单位", "可填", "必填。", "需要填写：")
    colon = ":" if language == "en" else "："
    space = " " if language == "en" else ""
    lines = [meaning_of(table, spec, language)]
    lines += [spec.name] if language == "zh" else []
    unit = unit_of(spec, language)
    lines += [f"{words[0]}{colon}{space}{unit}"] if unit not in ("", "1") else []
    lines += [f"{words[1]}{colon}{space}{held}"] if held else []
    if spec.required == "always":
        lines.append(words[2])
    elif spec.required == "when":
        when = spec.required_when
        lines.append(f"{words[3]} {when}." if language == "en" else
                     f"{words[3]}{WHEN.get(when, when)}。")
    return "\n".join(lines)


def _range_zh(spec: ColumnSpec) -> str:
    """What a cell may hold, in Chinese."""
    if spec.kind == "choice":
        return "、".join(spec.choices)
    if spec.kind == "flag":
        return "是 或 否"
    parts = ["整数"] if spec.kind == "integer" else []
    if spec.lowest is not None:
        parts.append(f"{'大于' if spec.above else '不小于'} {spec.lowest:g}")
    if spec.highest is not None:
        parts.append(f"不大于 {spec.highest:g}")
    return "，".join(parts)


_HOW_TO_EN = tuple(line.replace("\n", " ") for line in """\
An instance in one workbook. It solves as it stands; all parcels, sources and limits are
invented: replace them.

One sheet a table. Point at a header to read what the column means. Headers with an orange
ground must be filled in.

A blank cell in uses and methods takes the value of the library {region}; a number written there
replaces it. 0 means zero.

Names are text: format their cells as text, or 007 becomes 7. Slopes are percent as plain
numbers: write 25, not 25%.

Sheets with a header only may stay so, or be deleted. Other sheets are refused, except those
called note.

Plans and sweeps are files of their own. Outlines for the map may stand beside the workbook,
under its name with .geojson in place of .xlsx.

Say in provenance where your numbers come from.

Next: reclaim validate {file}, then reclaim solve {file} -o OUT.
""".strip().split("\n\n"))

#: How to use a new workbook.
HOW_TO: Mapping[Language, tuple[str, ...]] = MappingProxyType({
    "en": _HOW_TO_EN,
    "zh": (
        "本工作簿是一个完整的实例，可以直接求解；其中地块、表土源和限制均为虚构，请替换。",
        "每个工作表是一张表。将鼠标停在表头上可查看该列的含义；橙色表头必须填写。",
        "用途表和方法表中的空白单元格取系数库 {region} 的值；填入的数字将代替它。0 表示零。",
        "名称是文本：请设为文本格式，否则 007 会变成 7。坡度是百分数的数值：写 25，不写 25%。",
        "只有表头的工作表可以保留或删除。除名为“备注”或“说明”的工作表外，其他工作表会被拒绝。",
        "方案和扫描是单独的文件。地块轮廓可放在工作簿旁边，同名，以 .geojson 结尾。",
        "请在来源表中说明数据出自何处。",
        "下一步：reclaim validate {file}，然后 reclaim solve {file} -o OUT。",
    ),
})
