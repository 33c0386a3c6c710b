import pytest
from sound_tables import settings_with, sound_rows, tables_of

from optimizer.instance.units import Conversion, conversion, limit_conversion, own_unit


@pytest.mark.parametrize(("unit", "own", "factor", "per_year"), [
    ("", "ha", 1.0, False),
    ("ha", "ha", 1.0, False),
    ("mu", "ha", 1 / 15, False),  # 15 mu = 1 ha
    ("亩", "ha", 1 / 15, False),
    ("10000 mu", "ha", 10_000 / 15, False),
    ("km2", "ha", 100.0, False),
    ("m2", "ha", 1e-4, False),
    ("CNY", "CNY", 1.0, False),
    ("10000 CNY", "CNY", 1e4, False),
    ("10,000 CNY", "CNY", 1e4, False),
    ("万元", "CNY", 1e4, False),
    ("１０００ m³", "m3", 1000.0, False),
    ("m3/yr", "m3", 1.0, True),
    ("1000 m3/yr", "m3", 1000.0, True),
    ("/yr", "m3", 1.0, True),
    ("kt CO2e", "t CO2e", 1000.0, False),
    ("tCO2e", "t CO2e", 1.0, False),
    ("kg", "t", 1e-3, False),
    ("t", "kg", 1000.0, False),
    ("points", "points", 1.0, False),
    ("10 points", "points", 10.0, False),
    ("CNY", "10000 CNY", 1e-4, False),
    ("%", "%", 1.0, False),
])
def test_a_unit_is_converted_to_the_own_one(unit, own, factor, per_year):
    found = conversion(unit, own)
    assert found is not None
    assert found.factor == pytest.approx(factor, rel=1e-15)
    assert found.per_year is per_year


@pytest.mark.parametrize(("unit", "own"), [
    ("ha", "CNY"), ("USD", "CNY"), ("m3", "ha"), ("t", "t CO2e"), ("%", "ha"), ("0 CNY", "CNY"),
    ("9" * 400 + " CNY", "CNY"),
    ("ha ha", "ha"), ("points", "jobs"), ("HA", "ha"),
])
def test_a_unit_of_something_else_is_no_unit(unit, own):
    assert conversion(unit, own) is None


@pytest.mark.parametrize(("unit", "basis", "own", "expected"), [
    ("mu", "absolute", "ha", Conversion(1 / 15)),
    ("%", "share_of_reclaimed", "ha", Conversion(1.0)),
    ("", "share_of_available", "ha", Conversion(1.0)),
    ("ha", "share_of_released", "ha", None),
    ("", "equal", "ha", Conversion(1.0)),
    ("%", "equal", "ha", None),
    ("t CO2e/ha", "average", "t CO2e", Conversion(1.0)),
    ("t CO2e", "average_of_available", "t CO2e", Conversion(1.0)),
    # 1 kg/mu = 0.001 t/mu = 0.015 t/ha
    ("kg/mu", "average", "t", Conversion(0.015)),
    ("t/ha/yr", "average", "t", None),
    ("CNY/ha", "average", "t", None),
])
def test_the_basis_decides_which_units_fit(unit, basis, own, expected):
    found = limit_conversion(unit, basis, own)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.factor == pytest.approx(expected.factor, rel=1e-15)
        assert not found.per_year


def test_own_units_of_accounts():
    tables = tables_of(sound_rows())
    settings = settings_with(currency="USD")
    assert own_unit("cost", settings, tables) == "USD"
    assert own_unit("area", settings, {}) == "ha"
    assert own_unit("soil", settings, tables) == "m3"
    assert own_unit("soil_carbon", settings, tables) == "t CO2e"
    assert own_unit("jobs", settings, tables) == "jobs"
    assert own_unit("jobs", settings, {}) is None
    assert own_unit("happiness", settings, tables) is None
