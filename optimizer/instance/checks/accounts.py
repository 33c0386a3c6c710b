"""Accounts: known where they are named, fed where they are declared."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.advice import name_advice
from optimizer.instance.checks.common import Tables, blank_rows, on_rows, table_of, texts
from optimizer.instance.checks.names import unknown_names
from optimizer.instance.findings import Finding
from optimizer.instance.names import BUILT_IN_UNITS
from optimizer.instance.needs import used_accounts
from optimizer.instance.settings import Settings
from optimizer.instance.units import conversion

PREFIX = "account:"

#: Tables that may hold `account:NAME` columns.
FEEDING = ("methods", "site")


def known_in_limits(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Limits are on accounts that exist."""
    yield from unknown_names(table_of(tables, "limits"), "account", _known(tables),
                             "accounts there from the start, or of the table accounts")


def known_in_objective(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Objectives are on accounts that exist."""
    known = _known(tables)
    for entry in settings.objectives:
        if entry.account not in known:
            yield Finding(
                "instance.toml", "unknown name", f"`{entry.account}`",
                "an account there from the start, or one of the table accounts",
                name_advice(entry.account, known), column="objective.account")


def declared_names(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Planners' accounts may not take the name of one that is there from the start."""
    accounts = table_of(tables, "accounts")
    taken = [row for row, name in enumerate(texts(accounts, "account")) if name in BUILT_IN_UNITS]
    yield from on_rows(
        accounts, taken, rule="reserved name", column="account",
        seen=f"`{texts(accounts, 'account')[taken[0]]}`" if taken else "",
        expected="a name that is not there from the start", do="Give the account another name.")


def declared_columns(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Each column account:NAME feeds a declared account."""
    declared = texts(table_of(tables, "accounts"), "account")
    for name in FEEDING:
        table = table_of(tables, name)
        for column in table.columns:
            account = column.removeprefix(PREFIX)
            if account == column or account in declared:
                continue
            own = account in BUILT_IN_UNITS
            yield Finding(
                table.file, "unknown name", f"`{column}`",
                "columns of its own for an account that is there from the start" if own
                else "a column for an account that the table accounts declares",
                f"Use the columns of {account}, or declare an account of another name." if own
                else _declare(account, declared),
                column=column)


def fed_accounts(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """An account without any amount is always 0: a limit on it says nothing or forbids all."""
    accounts = table_of(tables, "accounts")
    used = used_accounts(settings, tables)
    for row, account in enumerate(texts(accounts, "account")):
        fed = any(table_of(tables, name).has(f"{PREFIX}{account}") for name in FEEDING)
        if account in BUILT_IN_UNITS or fed:
            continue
        yield from on_rows(
            accounts, [row], rule="account fed by nothing", column="account",
            severity="error" if account in used else "warning", seen=f"`{account}`",
            expected=f"a column `{PREFIX}{account}` with amounts in methods or site",
            do="Add the column, or delete the account.")


def partly_blank(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A blank amount on a used account counts as 0: right for many, a slip for some."""
    used = used_accounts(settings, tables)
    for account in dict.fromkeys(texts(table_of(tables, "accounts"), "account")):
        column = f"{PREFIX}{account}"
        feeding = [table_of(tables, name) for name in FEEDING if table_of(tables, name).has(column)]
        # Amounts of methods and site are added up: a blank in one leaves it to the other.
        if account in used and len(feeding) == 1:
            yield from on_rows(
                feeding[0], blank_rows(feeding[0], column), rule="partly blank", column=column,
                severity="warning", seen="blank, which counts as 0",
                expected="an amount in every row", do="Fill it in; 0 means zero.")


def account_units(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Totals are not per year; timing says whether amounts come every year."""
    accounts = table_of(tables, "accounts")
    yearly = []
    for row, unit in enumerate(texts(accounts, "unit")):
        found = conversion(unit, unit)
        if unit and (found is None or found.per_year):
            yearly.append(row)
    yield from on_rows(
        accounts, yearly, rule="unit of totals", column="unit",
        seen=f"`{texts(accounts, 'unit')[yearly[0]]}`" if yearly else "",
        expected="the unit of a total, without /yr",
        do="Drop the /yr, and say per_year under timing if amounts are yearly.")


def account_years(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Only yearly amounts run for years."""
    accounts = table_of(tables, "accounts")
    timing = texts(accounts, "timing")
    rows = [row for row, years in enumerate(texts(accounts, "years"))
            if years and timing[row] == "once"]
    yield from on_rows(
        accounts, rows, rule="years of a single amount", column="years",
        seen="years for an account booked once", expected="blank, or the timing per_year",
        do="Delete the years, or change the timing.")


def _known(tables: Tables) -> list[str]:
    """Accounts there from the start and those the planner added."""
    return [*BUILT_IN_UNITS, *texts(table_of(tables, "accounts"), "account")]


def _declare(account: str, declared: list[str]) -> str:
    """What to do about a column for an account that nobody declared."""
    advice = name_advice(account, declared)
    return advice if advice.startswith("Did") else f"Add a row `{account}` to accounts."


CHECKS = (
    known_in_limits, known_in_objective, declared_names, declared_columns, fed_accounts,
    partly_blank, account_units, account_years,
)
