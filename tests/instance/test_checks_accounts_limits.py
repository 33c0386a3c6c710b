import pytest
from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import accounts, limits
from optimizer.instance.settings import Objective


def with_limit(**changes):
    """Rows of the sound instance with its first limit changed."""
    rows = sound_rows()
    rows["limits"][0] |= changes
    return rows


def test_limit_on_an_unknown_account():
    assert told(accounts.known_in_limits, with_limit(account="costs")) == [
        ("error: limits.csv row 2, account: unknown name. Seen: `costs`. Expected: one of the "
        "accounts there from the start, or of the table accounts. Did you mean `cost`?")]


def test_objective_on_an_unknown_account():
    settings = settings_with(objectives=(Objective("net_sinc"),))
    assert told(accounts.known_in_objective, sound_rows(), settings) == [
        ("error: instance.toml, objective.account: unknown name. Seen: `net_sinc`. Expected: an "
        "account there from the start, or one of the table accounts. Did you mean `net_sink`?")]
    assert told(accounts.known_in_objective, sound_rows(),
                settings_with(objectives=(Objective("jobs"), Objective("soil_carbon")))) == []


def test_account_with_a_name_that_is_taken():
    rows = sound_rows()
    rows["accounts"].append({"account": "water", "unit": "m3", "timing": "once"})
    assert told(accounts.declared_names, rows) == [
        ("error: accounts.csv row 3, account: reserved name. Seen: `water`. Expected: a name that "
        "is not there from the start. Give the account another name.")]


def test_column_of_an_account_that_nobody_declared():
    rows = sound_rows()
    rows["site"][0]["account:job"] = 1.0
    rows["site"][0]["account:honey"] = 1.0
    rows["site"][0]["account:cost"] = 1.0
    assert told(accounts.declared_columns, rows) == [
        ("error: site.csv, account:job: unknown name. Seen: `account:job`. Expected: a column for "
        "an account that the table accounts declares. Did you mean `jobs`?"),
        ("error: site.csv, account:honey: unknown name. Seen: `account:honey`. Expected: a column "
        "for an account that the table accounts declares. Add a row `honey` to accounts."),
        ("error: site.csv, account:cost: unknown name. Seen: `account:cost`. Expected: columns of "
        "its own for an account that is there from the start. Use the columns of cost, or declare "
        "an account of another name.")]


def test_account_fed_by_nothing():
    rows = sound_rows()
    rows["accounts"].append({"account": "honey", "unit": "kg", "timing": "per_year"})
    assert told(accounts.fed_accounts, rows) == [
        ("warning: accounts.csv row 3, account: account fed by nothing. Seen: `honey`. Expected: a "
        "column `account:honey` with amounts in methods or site. Add the column, or delete the "
        "account.")]
    rows["limits"][0]["account"] = "honey"
    assert [line.split(":")[0] for line in told(accounts.fed_accounts, rows)] == ["error"]
    rows["site"][0]["account:honey"] = 3.0
    assert told(accounts.fed_accounts, rows) == []


def test_unit_of_totals():
    rows = sound_rows()
    rows["accounts"][0]["unit"] = "jobs/yr"
    assert told(accounts.account_units, rows) == [
        ("error: accounts.csv row 2, unit: unit of totals. Seen: `jobs/yr`. Expected: the unit of "
        "a total, without /yr. Drop the /yr, and say per_year under timing if amounts are yearly.")]


def test_years_of_a_single_amount():
    rows = sound_rows()
    rows["accounts"][0]["timing"] = "once"
    assert told(accounts.account_years, rows) == [
        ("error: accounts.csv row 2, years: years of a single amount. Seen: years for an account "
        "booked once. Expected: blank, or the timing per_year. Delete the years, or change the "
        "timing.")]


def test_limit_without_value():
    assert told(limits.values, with_limit(value=None)) == [
        ("error: limits.csv row 2, value: needed cell. Seen: blank (limit `budget`). Expected: a "
        "number, needed by the basis absolute. Fill it in, or delete the limit.")]


def test_equal_with_value():
    rows = sound_rows()
    rows["limits"][3]["value"] = 5.0
    assert told(limits.values, rows) == [
        ("error: limits.csv row 5, value: value of equal. Seen: 5 (limit `even`). Expected: blank. "
        "Delete the value: equal compares, it bounds nothing.")]


def test_share_above_100():
    rows = sound_rows()
    rows["limits"][2]["value"] = 900.0
    assert told(limits.ranges, rows) == [
        ("error: limits.csv row 4, value: out of range. Seen: 900 % (limit `mix`). Expected: a "
        "percentage from 0 to 100. Correct the percentage.")]


def test_negative_money():
    assert told(limits.ranges, with_limit(value=-1.0)) == [
        ("error: limits.csv row 2, value: out of range. Seen: -1 (limit `budget`). Expected: at "
        "least 0: cost is never negative. Check the sign.")]
    assert told(limits.ranges, with_limit(account="net_sink", value=-1.0)) == []


@pytest.mark.parametrize(("changes", "seen", "expected"), [
    ({"unit": "ha"}, "`ha`", "CNY, a multiple of it (1000 CNY) or blank"),
    ({"account": "area", "unit": "m3"}, "`m3`", "ha, a multiple of it (1000 ha) or blank"),
    ({"unit": "CNY", "basis": "share_of_reclaimed"}, "`CNY`", "% or blank"),
    ({"unit": "CNY/ha/yr", "basis": "average"}, "`CNY/ha/yr`",
     "CNY/ha, a multiple of it (1000 CNY/ha) or blank"),
    ({"unit": "CNY", "basis": "equal"}, "`CNY`", "blank: equal has no value"),
])
def test_unit_that_does_not_fit(changes, seen, expected):
    assert told(limits.units, with_limit(**changes)) == [
        (f"error: limits.csv row 2, unit: unit does not fit. Seen: {seen} (limit `budget`). "
        f"Expected: {expected}. Convert the value, or correct the unit.")]


def test_currency_of_the_instance():
    assert len(told(limits.units, sound_rows(), settings_with(currency="USD"))) == 1


def test_share_of_something_other_than_area():
    assert told(limits.bases, with_limit(basis="share_of_available", unit="%", value=10.0)) == [
        ("error: limits.csv row 2, basis: basis does not fit. Seen: share_of_available of cost "
        "(limit `budget`). Expected: shares of the account area only. Use the basis absolute or "
        "average, or the account area.")]


@pytest.mark.parametrize(("changes", "seen"), [
    ({"period": ""}, "no column"),
    ({"zone": "*"}, "zone and period"),
    ({"use": "*", "period": "2026"}, "use"),
])
def test_equal_goes_over_one_selector(changes, seen):
    rows = sound_rows()
    rows["limits"][3] |= changes
    assert told(limits.bases, rows) == [
        (f"error: limits.csv row 5, basis: basis does not fit. Seen: equal with * in {seen} (limit "
        "`even`). Expected: exactly one *, in zone or in period. Put * where the totals shall be "
        "the same for each.")]


def test_equal_has_the_sense_of_equality():
    rows = sound_rows()
    rows["limits"][3]["sense"] = "<="
    assert told(limits.bases, rows) == [
        ("error: limits.csv row 5, sense: basis does not fit. Seen: equal with <= (limit `even`). "
        "Expected: =. Write = as the sense.")]


def test_cumulative_without_period():
    assert told(limits.cumulation, with_limit(cumulative=1.0, period="")) == [
        ("error: limits.csv row 2, cumulative: cumulative without period. Seen: yes, with a blank "
        "period (limit `budget`). Expected: a period, or * for each of them. Name the period; a "
        "blank one sums over all periods already.")]


def test_unknown_names_in_a_selector():
    rows = with_limit(use="crop|gras", period="2032", zone="nort", method="sow")
    assert told(limits.selectors, rows) == [
        ("error: limits.csv row 2, use: unknown name. Seen: `gras` (limit `budget`). Expected: a "
        "use of the instance. Did you mean `grass`?"),
        ("error: limits.csv row 2, zone: unknown name. Seen: `nort` (limit `budget`). Expected: a "
        "zone of the instance. Did you mean `north`?"),
        ("error: limits.csv row 2, period: unknown name. Seen: `2032` (limit `budget`). Expected: "
        "a period of the instance. Did you mean `2031`?")]


@pytest.mark.parametrize(("text", "seen", "expected"), [
    ("crop|", "`crop|`", "names joined by |, or * alone, or blank"),
    ("*|crop", "`*|crop`", "names joined by |, or * alone, or blank"),
    ("crop | crop", "`crop` twice", "each name once"),
])
def test_selector_that_is_no_list(text, seen, expected):
    found = told(limits.selectors, with_limit(use=text))
    assert [line.split(". Expected: ") for line in found] == [
        [f"error: limits.csv row 2, use: selector. Seen: {seen} (limit `budget`)", found[0].split(
            ". Expected: ")[1]]]
    assert found[0].split(". Expected: ")[1].startswith(expected)


def test_method_of_another_use():
    assert told(limits.pairs, with_limit(use="crop", method="sow")) == [
        ("error: limits.csv row 2, method: no such method of the use. Seen: crop by sow (limit "
        "`budget`). Expected: a method that one of the uses has. Correct the use or the method.")]
    assert told(limits.pairs, with_limit(use="crop|grass", method="sow")) == []


def test_equal_for_each_use_on_its_own():
    rows = sound_rows()
    rows["limits"][3]["use"] = "*"
    assert told(limits.bases, rows) == []


def test_amounts_that_are_partly_blank():
    rows = sound_rows()
    del rows["methods"][1]["account:jobs"]
    assert told(accounts.partly_blank, rows) == [
        ("warning: methods.csv row 3, account:jobs: partly blank. Seen: blank, which counts as 0. "
         "Expected: an amount in every row. Fill it in; 0 means zero.")]
    rows["site"][0]["account:jobs"] = 1.0
    assert told(accounts.partly_blank, rows) == []


def test_an_unknown_account_is_told_as_such_and_not_as_a_basis():
    rows = with_limit(account="aera", basis="share_of_available", unit="%", value=10.0)
    assert told(limits.bases, rows) == []
    assert len(told(accounts.known_in_limits, rows)) == 1
