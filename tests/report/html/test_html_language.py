"""Both languages: every string, numbers, units, and the sentences of the analysis."""

from __future__ import annotations

import string

import pytest
from html_pages import squares

from optimizer.analysis.rests_on import STANDINGS
from optimizer.instance.names import BUILT_IN_UNITS, CARBON_TERMS
from optimizer.report.html.language import Language, language_of

ENGLISH, CHINESE = language_of("en"), language_of("zh")
LANGUAGES = pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh"])


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_strings() -> None:
    assert set(ENGLISH.words) == set(CHINESE.words)


def test_every_string_has_the_same_gaps_to_fill() -> None:
    unlike = [key for key, text in ENGLISH.words.items()
              if fields(text) != fields(CHINESE.words[key])]
    assert not unlike


def test_chinese_is_chinese() -> None:
    # Kept as they are: signs, and texts that are nothing but gaps.
    same = {key for key, text in CHINESE.words.items()
            if not any("\u4e00" <= letter <= "\u9fff" for letter in text)}
    assert same <= {"plus", "price_until", "step_less", "step_more", "reading_stated",
                    "limit_exactly", "counted", "status_case", "comma", "script_colon",
                    "instance"}


@LANGUAGES
def test_every_term_account_and_standing_has_words(language: Language) -> None:
    assert {f"term_{name}" for name in CARBON_TERMS} <= set(language.words)
    accounts = [name for name in BUILT_IN_UNITS if name not in CARBON_TERMS]
    assert {f"account_{name}" for name in accounts} <= set(language.words)
    assert {f"standing_{name}" for name in STANDINGS} <= set(language.words)


@pytest.mark.parametrize("mining", [False, True])
def test_all_the_analysis_says_has_chinese_words(mining: bool) -> None:
    table = {"mining": [{"year_from": 2020, "year_to": 2024, "emission_unit": "unknown",
                         "fuel_t": 100.0, "coal_t": 1000.0}]} if mining else {}
    balance = squares(2, tables=table).balance
    said = [text for each in balance.indicators for text in (each.name, each.how, each.unit)]
    said += [each.missing for each in balance.indicators if each.missing
             and not each.missing.endswith(" of the same span") and "_" not in each.missing]
    said += balance.assumptions
    assert not [text for text in said if text != "%" and text not in CHINESE.said]


@pytest.mark.parametrize(("value", "unit", "english", "chinese"), [
    (259_864.2, "t CO2e", "259,864 t CO₂e", "259,864 吨 CO₂e"),
    (-3.5, "t CO2e/ha", "\u22123.50 t CO₂e/ha", "\u22123.50 吨 CO₂e/公顷"),
    (900.0, "ha", "900.0 ha", "900.0 公顷"),
    # 850 million are 8.5 times 10^8; 40,000 are 4 times 10^4.
    (850e6, "CNY", "850.0 million CNY", "8.50 亿元"),
    (40_000.0, "CNY", "40,000 CNY", "4.00 万元"),
    # 17,000 times 10,000 are 170 million.
    (17_000.0, "10000 CNY", "170.0 million CNY", "1.70 亿元"),
    (3e5, "m3/yr", "300,000 m³/yr", "300,000 立方米/年"),
    (12.0, "%", "12.0 %", "12.0 %"),
    (None, "ha", "–", "–"),
])
def test_amounts_are_written_as_each_language_does(
    value: float | None, unit: str, english: str, chinese: str
) -> None:
    assert ENGLISH.amount(value, unit).replace("\u00a0", " ") == english
    assert CHINESE.amount(value, unit).replace("\u00a0", " ") == chinese


def test_numbers_never_break_from_their_units() -> None:
    assert " " not in ENGLISH.amount(850e6, "CNY")
    assert " " not in CHINESE.amount(1.0, "t CO2e")


def test_what_is_round_has_no_decimals() -> None:
    assert ENGLISH.round(900.0) == "900"
    assert ENGLISH.round(0.1 + 0.2) == "0.300"
    assert ENGLISH.round(-20.0) == "\u221220"
    assert ENGLISH.amount(900.0, "ha", bound=True) == "900\u00a0ha"


def test_a_trace_is_not_told_as_nothing() -> None:
    assert ENGLISH.percent(0.001) == "<1\u00a0%"
    assert ENGLISH.percent(0.0) == "0\u00a0%"
    assert ENGLISH.percent(0.0004, 1) == "<0.1\u00a0%"


def test_chinese_words_stand_without_blanks() -> None:
    told = CHINESE.t("limit_at_least", what="土地", value="全部土地的 92 %")
    assert told == "土地：不少于全部土地的 92 %"


def test_one_thing_is_not_things_on_the_page() -> None:
    assert "has 1 patch and" in ENGLISH.t("layout_lead", count="1", km="2 km")
    assert "has 12 patches and" in ENGLISH.t("layout_lead", count="12", km="2 km")
    assert "breaks 1 rule;" in ENGLISH.t("gap_broken", count=1)
    assert "breaks 2 rules;" in ENGLISH.t("gap_broken", count=2)
