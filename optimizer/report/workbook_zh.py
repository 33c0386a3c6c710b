"""结果工作簿的中文文字。Every word of a results workbook in Chinese: sheets, headers, meanings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from optimizer.instance.schema import PLANS
from optimizer.report.html.language import language_of

#: Sheet -> title. Those of plans are names by which the reader of plans knows them.
TITLES: Mapping[str, str] = MappingProxyType({
    "summary": "摘要", "plan": PLANS.label_zh, "incumbent": "未证明方案", "limits": "限制",
    "parcels": "地块", "carbon": "碳项", "stocks": "表土存量", "names": "名称",
})

#: Headers of the summary: item, key, value, unit, meaning.
SUMMARY_HEADERS = ("项目", "键", "数值", "单位", "说明")
#: Headers of the sheet of names: kind, name in the tables, label.
NAMES_HEADERS = ("类别", "代号", "名称")
USE, METHOD = "用途", "方法"

#: Units that the report does not need.
UNITS: Mapping[str, str] = MappingProxyType({
    "s": "秒", "number": "个", "relative": "相对值", "unit of the stage": "该阶段的单位",
})

#: Words in cells.
CELLS: Mapping[str, str] = MappingProxyType({
    "yes": "是", "no": "否", "optimal": "最优", "within_gap": "在要求的差距之内",
    "stopped": "证明完成前停止",
})

#: File -> column or key -> label and meaning. Headers of plans are those of the tables.
COLUMNS: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType({
    "summary.json": {
        "status": ("状态", "最优；在要求的差距之内；或证明完成前停止。"),
        "objective": ("目标值", "最后一个目标阶段的数值。"),
        "objective_unit": ("目标的单位", "目标值的单位。"),
        "objective_terms": ("目标的组成", "目标的各部分；相加等于目标值。"),
        "bound": ("上界", "任何方案都不可能更好；由价格重新算出，不依赖求解器。"),
        "solver_bound": ("分支定界的界", "整块分配时由求解器给出，无法核验；线性规划为空。"),
        "relative_gap": ("相对差距", "目标值与最好的界之间的差距，除以各项大小之和。"),
        "net_sink_tco2e": ("净碳汇", "核算期内新增的净碳汇。"),
        "absolute_sink_tco2e": ("绝对碳汇", "净碳汇加上全部土地的基线吸收量。"),
        "carbon_terms": ("碳项", "净碳汇的各项，带符号（+ 为碳汇）；相加等于净碳汇。"),
        "reclaimed_ha": ("复垦土地", "复垦的面积。"),
        "available_ha": ("可用土地", "全部土地的面积。"),
        "area_by_use": ("各用途面积", "实例中每种用途的面积，包括为零的用途。"),
        "layout": ("布局", ("边界长度（不同用途之间，以及用途与未复垦地之间）、斑块数；各用途的"
                           "斑块数、平均和最小斑块面积、最大斑块所占比例、小于可经营面积的斑块数及其公顷数；"
                           "没有邻接表时为空。")),
        "engine": ("求解方式", "所用的求解方式。"),
        "engine_reason": ("选择理由", "为何用该方式（英文）。"),
        "solver": ("求解器", "求解器及其版本。"),
        "version": ("版本", "本程序的版本。"),
        "instance": ("实例", "实例的名称。"),
        "instance_sha256": ("实例的哈希", "展开后实例的哈希；文件夹 instance/ 的与之相同。"),
        "options": ("选项数", "规则允许的（地块、用途、方法、时期、表土源）组合数。"),
        "seconds": ("用时", "各阶段用时：读取、检查、碳核算、组装、求解、证明、写出。"),
        "certificate": ("证明", "重新算出的约束违反量、对偶违反量和相对差距。"),
        "stages": ("目标阶段", ("每阶段一项：序号、名称、单位、目标值、界、相对差距，"
                               "以及后续阶段不得突破的下限。")),
        "holding_if_nothing_done": ("不复垦时堆存的损失", ("若完全不复垦，堆存表土的排放；"
                                                      "与碳项并列，不计入其中。")),
        "lead_uses": ("主导用途", ("有主导用途规定的每个分区一项：分区、主导用途、"
                                "其占该区复垦土地的百分比、规定的最低百分比。")),
        "overrides": ("改写", "所用的 --set 文字。"),
        "library": ("系数库", "数值所取的系数库及其版本；没有时为空。"),
        "whole_parcels": ("整块分配", "每个地块是否只有一个选项或没有。"),
    },
    "plan.csv": {
        "parcel": ("地块", "地块名称。"), "use": ("用途", "变成什么。"),
        "method": ("方法", "怎样做。"),
        "period": ("时期", "开工时期的起始年。"),
        "source": ("表土源", "表土从哪里来；不运入表土时为空。"),
        "area_ha": ("面积_公顷", "用于此项的平面面积；只列大于零的行。"),
    },
    "limits.csv": {
        "limit": ("限制", "限制的名称。"), "account": ("账户", "规定所针对的账户。"),
        "use": ("用途", "计入的用途；空白：全部。"), "method": ("方法", "计入的方法；空白：全部。"),
        "zone": ("分区", "计入的分区；空白：全部。"),
        "period": ("时期", "计入的时期；空白：全部。"),
        "cumulative": ("累计", "是：计入截至其中最后一个时期末的全部。"),
        "sense": ("方向", "<=、>= 或 =。"),
        "value": ("数值", "限制的原文数值；“相等”类限制为空。"),
        "reached": ("达到", "方案达到的数值；没有可分摊的土地时为空。"),
        "value_unit": ("数值的单位", "原文的单位：数量的单位、占何者的 %，或每公顷。"),
        "bound": ("右端值", "该行的右端，换算成“单位”；对已复垦土地的份额和平均值类限制为 0。"),
        "unit": ("单位", "右端值、左端值和余量的单位。"),
        "activity": ("左端值", "方案使该行左端达到的数值。"),
        "slack": ("余量", "剩下的余地；限制起作用时为 0。"),
        "shadow_price": ("影子价格", ("右端每增加一个单位时目标的变化；"
                                   "整块分配时属于允许分割地块的线性规划。")),
        "price_unit": ("价格的单位", "影子价格的单位。"),
        "binding": ("起作用", "是：没有余量；否：未计入任何土地且允许为 0。"),
    },
    "parcels.csv": {
        "parcel": ("地块", "地块名称。"), "area_ha": ("面积", "地块面积。"),
        "reclaimed_ha": ("复垦面积", "复垦的面积。"),
        "use": ("用途", "主要用途；未复垦时为空。"), "method": ("方法", "主要方法。"),
        "period": ("时期", "主要的开工时期。"),
        "net_sink_tco2e": ("净碳汇", "该地块的净碳汇，不含表土堆存。"),
        "land_price": ("土地影子价格", "此类土地每增加一公顷时目标的变化。"),
        "runner_up": ("次优用途", ("按最优价格的次优用途；空白：保持原状，"
                                "或（领先幅度也为空时）没有其他选择。")),
        "margin": ("领先幅度", "次优用途落后于主要用途多少；两者同样好时为 0。"),
    },
    "carbon.csv": {
        "use": ("用途", "土地变成什么；表土堆存为空。"), "method": ("方法", "怎样做。"),
        "period": ("时期", "开工时期的起始年。"), "term": ("碳项", "碳项的名称。"),
        "tco2e": ("数量", "带符号：+ 碳汇，− 排放。"),
    },
    "stocks.csv": {
        "source": ("表土源", "表土源的名称。"), "period": ("时期", "时期的起始年。"),
        "stock_m3": ("存量", "时期结束时的剩余，按铺覆后的体积计。"),
    },
})


def unit_in_chinese(unit: str) -> str:
    """A unit, part by part; what has no Chinese word stays as it is.

    Parameters
    ----------
    unit
        As the output schema states it, with the unit of the objective in it.
    """
    known = language_of("zh").unit
    parts = [part.strip() for part in unit.split(";")]
    return "；".join(UNITS.get(part) or known(part) for part in parts)
