import csv

import pytest

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.locations import shipped_libraries
from optimizer.instance.read import read_instance
from optimizer.instance.schema import TABLES
from optimizer.instance.template import init_folder
from optimizer.solve.engine import solve

REGIONS = sorted(shipped_libraries())


@pytest.mark.parametrize("region", REGIONS)
def test_a_new_folder_is_read_and_solved_as_it_stands(tmp_path, region):
    folder = init_folder(tmp_path / "mine", region)
    instance = read_instance(folder)
    assert instance.name == "mine"
    assert instance.settings.library == region
    assert instance.settings.library_version
    assert instance.warnings == ()
    solution = solve(instance)
    assert solution.objective > 0
    assert solution.plan["area_ha"].sum() > 0
    assert solution.plan["use"].nunique() >= 2


def test_a_new_folder_has_every_table_with_every_column(tmp_path):
    folder = init_folder(tmp_path / "mine", REGIONS[0])
    for name, spec in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file))
        declared = [c.name for c in spec.columns if c.name not in ("area_mu", "slope_deg")]
        assert header[:len(declared)] == declared
    notes = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"## {name}" in notes for name in TABLES)


def test_a_name_that_toml_would_misread(tmp_path):
    folder = init_folder(tmp_path / 'a "b" 矿', REGIONS[0])
    assert read_instance(folder).name == 'a "b" 矿'


def test_an_unknown_region(tmp_path):
    with pytest.raises(InstanceRefused) as refused:
        init_folder(tmp_path / "mine", "loess-plato")
    assert str(refused.value.findings[0]).endswith("Did you mean `loess-plateau`?")
    assert not (tmp_path / "mine").exists()


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InstanceRefused, match="folder in use"):
        init_folder(tmp_path, REGIONS[0])
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
