from __future__ import annotations

import pytest

from optimizer.instance.nearest import counted
from optimizer.report.figures import (
    alike,
    bar,
    columns,
    cut,
    figure,
    hectares,
    of_unit,
    shown_width,
    signed,
    telling_step,
    whole,
)


@pytest.mark.parametrize(("value", "text"), [
    (0, "0.00"), (-0.0, "0.00"), (1.2345, "1.23"), (12.34, "12.3"), (7336.84, "7,336.8"),
    (6_480_000, "6,480,000"), (0.00032, "0.000320"), (1e-9, "1.00e-09"),
    (float("nan"), "-"), (float("inf"), "-"), (None, "-"),
])
def test_a_figure_keeps_its_telling_digits(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_signs_stand_before_the_figure() -> None:
    assert [signed(v) for v in (2.0, -2.0, 0.0, -0.0)] == ["+2.00", "-2.00", "0.00", "0.00"]


def test_whole_numbers_have_no_decimals() -> None:
    assert whole(10_000.0) == "10,000"
    assert whole(0.5) == "0.500"


def test_traces_of_land_are_seen() -> None:
    assert [hectares(v) for v in (0.0, 0.01, 1234.56)] == ["0.0", "<0.1", "1,234.6"]


@pytest.mark.parametrize(("bound", "step"), [
    (6_480_000, 10_000),   # a hundredth is 64,800; the power of ten below it
    (20, 1), (0, 1), (-450, 1), (92_000, 100), (float("inf"), 1),
    (2.97, 0.1),           # one hectare would be a third of it
])
def test_steps_are_round_and_small(bound: float, step: float) -> None:
    assert telling_step(bound) == step


def test_numbers_beside_each_other_have_the_same_decimals() -> None:
    assert alike([2816.04, -0.2, 0.0, 5632]) == ["+2,816", "-0.2", "0", "+5,632"]
    assert alike([0.5, -12.34]) == ["+0.50", "-12.34"]


def test_a_unit_that_is_a_multiple_is_set_off() -> None:
    assert of_unit("322,515", "1000 USD") == "322,515 x 1000 USD"
    assert of_unit("20", "ha") == "20 ha"


def test_something_small_still_has_a_bar() -> None:
    assert bar(0.001, 100, 40) == "#"
    assert bar(0, 100, 40) == ""
    assert bar(-50, 100, 40) == "#" * 20


def test_chinese_takes_two_columns_and_still_aligns() -> None:
    lines = columns([("耕地", "1"), ("grass", "22")], "<>", indent="")
    assert lines == ["耕地    1", "grass  22"]
    assert {shown_width(line) for line in lines} == {9}


def test_long_texts_are_cut_with_dots() -> None:
    assert cut("cropland", 8) == "cropland"
    assert cut("croplands", 8) == "cropl..."
    assert shown_width(cut("耕地林地草地水面", 9)) <= 9


def test_one_thing_is_not_things() -> None:
    assert counted(1, "pair") == "1 pair"
    assert counted(0, "pair") == "0 pairs"
    assert counted(1200, "patch", "patches") == "1,200 patches"
    assert counted(1, "holds", "hold") == "1 holds"
