"""A minimal correct instance, and writing instance folders for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

#: File name -> content: one flat and one steep parcel, two uses, one topsoil source, a budget.
MINIMAL: Mapping[str, str] = MappingProxyType({
    "instance.toml": """\
[instance]
name = "minimal"
base_year = 2026
horizon_years = 20
periods = [2026, 2031]

[works]
diesel_kgco2e_per_l = 3.0
regrade_l_per_m3 = 0.3
load_l_per_m3 = 0.2
haul_l_per_m3_km = 0.04
spread_l_per_m3 = 0.15
swell_factor = 1.25
road_factor = 1.4
""",
    "parcels.csv": """\
parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,release_year,zone
flat,60,2,400,bench,0.3,2026,north
steep,40,65,20,bench,0.1,2031,south
""",
    "uses.csv": """\
use,label,label_zh,colour,max_slope_pct,min_soil_depth_m
crop,Cropland,耕地,#e69f00,9,0.5
grass,Grass,草地,#b8d86b,25,0.1
""",
    "methods.csv": """\
use,method,after:slope_pct,after:soil_depth_m,respread_own_soil,curve_soil,curve_biomass,\
growth_factor,establishment_tco2e_per_ha,establishment_cost_per_ha,operation_tco2e_per_ha_yr,\
operation_cost_per_ha_yr,income_per_ha_yr,aftercare_years,aftercare_tco2e_per_ha_yr,\
aftercare_cost_per_ha_yr,water_m3_per_ha_yr,labour_days_per_ha,ch4_kg_per_ha_yr,n2o_kg_per_ha_yr
crop,cover,,0.8,,soil,none,1,1,30000,0.2,1000,9000,0,0,0,0,40,0,1
grass,sow,,,,soil,sward,1,0.5,6000,0,0,500,3,0.1,300,0,5,0,0
grass,regrade,25,0.3,no,soil,sward,0.9,1,8000,0,0,500,3,0.1,300,0,10,0,0
""",
    "curves.csv": """\
curve,year,form,c_max_tc_per_ha,rate_per_year,shape,gain_tc_per_ha
soil,,exponential,20,0.05,,
sward,0,table,,,,0
sward,2,table,,,,3
sward,30,table,,,,3
""",
    "sources.csv": """\
source,period,supply_m3,volume_loss_pct_per_year,carbon_loss_pct_per_year,soc_t_per_m3
heap,2026,300000,1,3,0.006
heap,2031,100000,1,3,0.006
""",
    "hauls.csv": """\
source,parcel,distance_km
heap,flat,2
heap,steep,4
""",
    "limits.csv": """\
limit,account,use,method,zone,period,sense,value,unit,reason
budget,cost,,,,,<=,5000000,CNY,plan
crop-minimum,area,crop,,,,>=,10,ha,policy
""",
})


def write_folder(folder: Path, files: Mapping[str, str | bytes | None] | None = None,
                 **changed: str | bytes | None) -> Path:
    """Write `MINIMAL` with some files replaced, added, or (None) left out, and return the folder.

    Names may be given as keywords with `__` for the dot: `parcels__csv="..."`. A file name
    without a dot in it, such as `parcels=...`, means the CSV of that name.
    """
    named = {_file_name(key): value for key, value in changed.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**MINIMAL, **(files or {}), **named}.items():
        if content is None:
            continue
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def _file_name(key: str) -> str:
    """File name of a keyword."""
    return key.replace("__", ".") if "__" in key else f"{key}.csv"
