"""What columns and keys mean, in Chinese: the notes of a Chinese workbook.

What is missing here is shown in English; a test says which.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Table (or section of the settings) -> column or key -> meaning.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "parcels": {
        "parcel": "地块名称；按文本处理，007 与 7 不同。",
        "area_ha": "地块平面面积（台阶坡面按整治后的占地面积）。",
        "area_mu": "以亩计的地块面积，代替 area_ha（15 亩 = 1 公顷）。",
        "slope_pct": "施工前的坡度，百分比（100 × 高 / 水平长）。",
        "slope_deg": "以度计的坡度，代替 slope_pct，自动换算。",
        "slope_length_m": "整个地形单元施工前从坡顶到坡脚的水平长度。",
        "regrade_form": "bench：固定高度的坡面放缓展开（面积为整治后的占地）；tilt：平面占地不变。",
        "soil_depth_m": "现有可用土层厚度。",
        "release_year": "最早可以开始复垦的年份。",
        "longest_wait_years": "自交地年份与首个时期中较晚者起，须在此年数内开始；须整块复垦。",
        "zone": "分区名称，限制条件可以引用。",
        "must_reclaim": "是：每一公顷都必须复垦。",
        "group": "同一图斑的各部分；整块分配时一起变动。",
        "baseline_tco2e_per_ha_yr": "不采取措施时土地每年的吸收量；复垦后不再计入。",
        "x": "地块中心的横坐标（投影坐标，米）。",
        "y": "地块中心的纵坐标（投影坐标，米）。",
    },
    "uses": {
        "use": "用途名称。",
        "label": "输出时显示的名称（英文）。",
        "label_zh": "输出时显示的中文名称。",
        "colour": "地图颜色，#rrggbb。",
        "max_slope_pct": "该用途允许的最大整治后坡度；实例的机械限制同样有效。",
        "min_soil_depth_m": "该用途要求的最小整治后土层厚度。",
        "min_patch_ha": "方案中该用途连片图斑的最小面积：含有该用途的相邻地块连成一片；"
                        "空白或 0：不限。",
        "workable_patch_ha": "值得经营的最小连片面积；更小的连片在布局指标中单独计数。",
    },
    "suitability": {
        "use": "用途名称。",
        "attribute": "地块属性的列名。",
        "minimum": "允许的最小值。",
        "maximum": "允许的最大值。",
        "clause": "该规定所依据的标准条款。",
    },
    "methods": {
        "use": "用途名称。",
        "method": "方法名称。",
        "period": "时期的起始年；空白：所有时期。",
        "label": "输出时显示的名称（英文）。",
        "label_zh": "输出时显示的中文名称。",
        "respread_own_soil": "是：削坡前剥离地块自有土壤并在之后回覆；否：削坡将其掩埋。",
        "curve_soil": "土壤碳增量曲线；none：无增量。",
        "curve_biomass": "生物量碳增量曲线；none：无增量。",
        "growth_factor": "两种增量的乘数（1：按曲线）。",
        "establishment_tco2e_per_ha": "建植时一次性排放。",
        "establishment_cost_per_ha": "建植时一次性费用，不含土方工程。",
        "operation_tco2e_per_ha_yr": "每年排放：化肥生产、灌溉用电、燃料；不含田间 N2O。",
        "operation_cost_per_ha_yr": "每年费用。",
        "income_per_ha_yr": "每年收入。",
        "aftercare_years": "管护年数。",
        "aftercare_tco2e_per_ha_yr": "管护期内每年排放。",
        "aftercare_cost_per_ha_yr": "管护期内每年费用。",
        "water_m3_per_ha_yr": "每年用水量。",
        "labour_days_per_ha": "建植用工。",
        "ch4_kg_per_ha_yr": "每年甲烷排放，CH4 质量。",
        "n2o_kg_per_ha_yr": "每年氧化亚氮排放，N2O 质量；田间 N2O 只在此处计入。",
    },
    "curves": {
        "curve": "曲线名称。",
        "year": "自开始起的年数（仅用于列表曲线）。",
        "form": "exponential：c_max (1 - exp(-k n))；chapman_richards：c_max (1 - exp(-k n))^p；"
                "table：给定年份的增量，其间按直线。",
        "c_max_tc_per_ha": "最大增量。",
        "rate_per_year": "速率 k。",
        "shape": "形状 p。",
        "gain_tc_per_ha": "自开始起的累计增量。",
    },
    "sources": {
        "source": "表土源名称。",
        "period": "时期的起始年。",
        "supply_m3": "该时期可供的表土，按铺放后的体积计。",
        "x": "表土源的横坐标（投影坐标，米）。",
        "y": "表土源的纵坐标（投影坐标，米）。",
        "volume_loss_pct_per_year": "堆存表土每年的体积损失比例。",
        "carbon_loss_pct_per_year": "堆存表土每年的碳损失比例。",
        "soc_t_per_m3": "每立方米表土中的有机碳。",
    },
    "hauls": {
        "source": "表土源名称。",
        "parcel": "地块名称。",
        "distance_km": "单程道路距离。",
    },
    "site": {
        "parcel": "地块名称。",
        "use": "用途名称。",
        "method": "方法名称；空白：所有方法。",
        "period": "时期的起始年；空白：所有时期。",
        "quality": "该处两种增量的乘数（缺省为 1）。",
        "extra_tco2e_per_ha": "一次性计入该处净碳汇的量（正值为汇）。",
    },
    "accounts": {
        "account": "账户名称。",
        "unit": "合计的单位（t、CNY、m3、分……）。",
        "timing": "once：开始时一次；per_year：每年。",
        "years": "自开始起计多少年；空白：至核算期末。",
    },
    "limits": {
        "limit": "限制名称。",
        "account": "所限制的账户。",
        "use": "计入的用途。空白为全部合计，a|b 为几项合计，* 为每项各一条。",
        "method": "计入的方法（空白、a|b、* 同上）。",
        "zone": "计入的分区（空白、a|b、* 同上）。",
        "period": "计入的时期（起始年；空白、a|b、* 同上）。",
        "sense": "方向。",
        "value": "限值，单位见 unit 列。",
        "unit": "ha、mu、CNY、10000 CNY、m3、% 等；空白：账户自身的单位。",
        "basis": "absolute：总量；share_of_*：占已复垦、可用或已交付面积的百分比；average："
                 "每公顷复垦（或可用）面积的平均值；equal：各 * 项相同。",
        "cumulative": "是：计至该时期末的累计值。",
        "counted": "occurring：该时期内发生的量；started：该时期开始的全部方案今后引起的量。",
        "reason": "设此限制的理由。",
    },
    "adjacency": {
        "parcel_a": "一个地块。",
        "parcel_b": "另一个地块。",
        "shared_boundary_m": "两地块共用边界的长度。",
    },
    "neighbours": {
        "rule": "规则名称。",
        "use_a": "规则所约束的用途。",
        "relation": "apart：用途甲不得与之相邻；together：用途甲必须与之相邻。",
        "use_b": "另一用途（可与用途甲相同）；空白：由属性决定。",
        "distance_m": "中心点（x、y）相距不超过此距离的地块也算相邻；"
                      "空白：仅共用边界的地块（邻接表）。",
        "attribute": "地块属性的现状值。apart：仅属性在界限内的相邻地块计入；"
                     "together：属性在界限内的地块视为已邻接所需对象（有用途乙时），"
                     "或该地块或其相邻地块须在界限内（无用途乙时）。",
        "minimum": "计入的属性最小值。",
        "maximum": "计入的属性最大值。",
        "reason": "设此规则的理由。",
    },
    "clusters": {
        "zone": "分区名称。",
        "use": "该分区的主导用途；空白：由求解选定（仅限少数分区，因为可能须逐一试算）。",
        "minimum_share_pct": "主导用途占该分区已复垦土地的最低比例。",
        "reason": "设此规则的理由。",
    },
    "boundary_weights": {
        "use_a": "一种用途，或 none（未复垦地）。",
        "use_b": "另一种用途；空白或 none：未复垦地。",
        "factor": "两者边界上 layout.boundary_weight_tco2e_per_km 的倍数。",
        "reason": "取此系数的理由。",
    },
    "mining": {
        "year_from": "时段的第一年。",
        "year_to": "时段的最后一年。",
        "coal_t": "该时段采出的煤炭。",
        "fuel_t": "燃料排放。",
        "explosive_t": "炸药排放。",
        "fugitive_t": "逸散排放。",
        "electricity_t": "电力排放。",
        "emission_unit": "排放以碳（C）、二氧化碳当量（CO2e）计，或未知（unknown）。",
        "disturbed_ha": "该时段损毁的土地。",
        "soil_carbon_loss_pct": "采矿造成的土壤碳损失比例。",
        "vegetation_carbon_loss_pct": "采矿造成的植被碳损失比例。",
        "soil_carbon_before_tc_per_ha": "损毁前土地的土壤碳储量。",
        "vegetation_carbon_before_tc_per_ha": "损毁前土地的植被碳储量。",
        "ecosystem_carbon_lost_tc": "土壤和植被碳损失总量（如已知）；代替由面积和比例推算的值。",
        "gangue_t": "该时段产生的煤矸石和煤泥。",
        "gangue_placed_t": "其中按规定深度安置的量。",
    },
    "scenarios": {
        "case": "情景名称。",
        "path": "该情景改变的量，写法同 --set，如 works.diesel_kgco2e_per_l；空白：不改变。",
        "value": "新的数值。",
        "multiply": "在原值上乘的倍数，代替 value。",
        "probability": "情景的概率，写在其任意一行；全部给出且合计为 1，或都不给（等可能）。",
    },
    "uncertainty": {
        "path": "不确定的量，写法同 --set；* 表示一起变动的几个量。",
        "label": "表和图中的简称；空白：用 path。",
        "distribution": "uniform（缺省）：low 至 high 之间等可能；loguniform：倍数等可能；"
                        "triangular：low、centre（最可能）、high；"
                        "normal：centre（均值）和 spread（标准差）；"
                        "lognormal：centre（中位数）和 spread（几何标准差，大于 1）。",
        "multiplies": "是：本行数值是原值的倍数；否（缺省）：以原单位计。",
        "low": "最小值。",
        "high": "最大值。",
        "centre": "最可能值、均值或中位数。",
        "spread": "标准差，或几何标准差（lognormal）。",
    },
    "provenance": {
        "table": "数值所在的表，或 works、instance。",
        "key": "所在行的键，各部分以逗号连接；* 表示全部。",
        "column": "数值所在的列；* 表示全部。",
        "standing": "read：直接读自出处；second-hand：读自转录；derived：由此类数值推算；"
                    "assumed：判断或假设。",
        "source": "标准、论文或规划；如何推算，或为何假设。",
    },
    "instance": {
        "name": "简称，用于消息和文件。",
        "title": "报告标题。",
        "base_year": "碳核算开始的年份。",
        "horizon_years": "碳核算的年数。",
        "crediting_years": "每个方案统一计此年数，而不是计至核算期末。",
        "gwp": "全球增温潜势的取值（AR6 或 AR5）。",
        "max_slope_pct": "整治后坡度的机械限制；可以降低，不得高于 25。",
        "currency": "全部金额的货币（缺省 CNY）。",
        "crs": "x、y 的投影坐标系，如 EPSG:32649。",
        "library": "继承的系数库。",
        "library_version": "已使用的系数库及版本（由程序写入）。",
        "licence": "数据许可。",
        "periods": "各时期的起始年；每行一个。",
        "sources": "数据来源；每行一条。",
    },
    "objective": {
        "account": "目标所用的账户。",
        "weight": "账户的权重（缺省 1）。",
        "sense": "max 或 min（缺省 max）。",
        "stage": "同一阶段的各项相加；各阶段依次求解（缺省每项一个阶段）。",
        "tolerance": "后续阶段可以放弃本阶段最优值的比例。",
        "tolerance_absolute": "同上，以该阶段的单位计。",
    },
    "works": {
        "diesel_kgco2e_per_l": "柴油排放系数（从油井到车轮），用于全部机械。",
        "regrade_l_per_m3": "削坡时挖推每立方米的柴油。",
        "load_l_per_m3": "挖装每立方米松方的柴油。",
        "haul_l_per_m3_km": "每立方米松方运输一公里的柴油，含空返。",
        "spread_l_per_m3": "铺平每立方米（铺放后）的柴油。",
        "swell_factor": "松方与铺放后体积之比（仅用于装载和运输）。",
        "road_factor": "道路距离与直线距离之比。",
        "regrade_cost_per_m3": "削坡时挖推每立方米的费用。",
        "load_cost_per_m3": "挖装每立方米松方的费用。",
        "haul_cost_per_m3_km": "每立方米松方运输一公里的费用。",
        "spread_cost_per_m3": "铺平每立方米（铺放后）的费用。",
    },
    "layout": {
        "boundary_weight_tco2e_per_km": "不同用途之间每公里边界的价格。",
    },
}

#: When a column is needed.
WHEN: Mapping[str, str] = {
    "area_mu is not given": "未填 area_mu 时",
    "slope_deg is not given and carbon, works or a slope rule is used":
        "未填 slope_deg，且用到碳、土方工程或坡度规定时",
    "a method may regrade the parcel": "有方法可能对地块削坡时",
    "a use asks for soil depth or a method brings soil": "有用途要求土层厚度或有方法覆土时",
    "a limit names a zone": "有限制引用分区时",
    "no attribute is given": "未填属性时",
    "use_b is blank": "用途乙空白时",
    "carbon is used": "用到碳账户时",
    "the account cost is used": "用到费用账户时",
    "the account income is used": "用到收入账户时",
    "carbon or the account cost is used": "用到碳或费用账户时",
    "the account water is used": "用到用水账户时",
    "the account labour is used": "用到用工账户时",
    "the form is table": "形式为 table 时",
    "the form is not table": "形式不是 table 时",
    "the form is chapman_richards": "形式为 chapman_richards 时",
    "the basis is not equal": "基准不是 equal 时",
    "a path is given and multiply is not": "填了 path 而未填 multiply 时",
    "the distribution is uniform, loguniform or triangular":
        "分布为 uniform、loguniform 或 triangular 时",
    "the distribution is triangular, normal or lognormal":
        "分布为 triangular、normal 或 lognormal 时",
    "the distribution is normal or lognormal": "分布为 normal 或 lognormal 时",
}

#: Units that are words; signs such as ha and m3 are the same in both languages.
UNITS: Mapping[str, str] = {
    "of the attribute": "随属性", "of the limit": "见 unit 列",
    "of the number, or 1": "随原值，或 1",
    "year": "年份", "yr": "年", "deg": "度", "days/ha": "工日/ha", "currency/ha": "货币/ha",
    "currency/ha/yr": "货币/ha/年", "currency/m3": "货币/m3", "currency/m3/km": "货币/m3/km",
}

AFTER = "采用该方法施工后地块属性的数值。"
ACCOUNT = "每公顷计入该账户的量（per_year 时为每年）。"
ATTRIBUTE = "地块的属性。"
FREE_TEXT = "自由填写，不参与计算。"
