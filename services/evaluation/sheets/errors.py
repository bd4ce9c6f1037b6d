"""What is wrong with a value of a score sheet."""

from shared.problems.language import Text

NOT_A_NUMBER = Text(
    zh="应为十进制数，整数部分不超过 6 位。", en="Must be a decimal number of at most six digits before the point."
)
TOO_MANY_PLACES = Text(zh="小数不能超过两位。", en="There may be at most two decimals.")
NEGATIVE = Text(zh="不能小于 0。", en="Must not be below 0.")
ABOVE_POINTS = Text(zh="不能超过该指标的 {points} 分。", en="Must not be above the indicator's {points} points.")
UNKNOWN_INDICATOR = Text(zh="指标体系 {type} 中没有指标“{code}”。", en="System {type} has no indicator '{code}'.")
UNKNOWN_VETO = Text(zh="指标体系 {type} 中没有否决项“{code}”。", en="System {type} has no veto '{code}'.")
EMPTY = Text(zh="不能为空。", en="Must not be empty.")
NOT_FOR_THEM = Text(
    zh="指标 {code} 不适用于该党组织的组织形式、建制或规模，不予计分。",
    en="Indicator {code} is not for a Party organization of this form, kind or size: it is left out.",
)
NO_METHOD = Text(
    zh="指标 {code} 没有计分方法，请按分值评分（“scores”）。",
    en="Indicator {code} has no method: score it by hand (scores).",
)
NOT_RETURNED = Text(
    zh="指标 {code} 没有材料的，须先退回补充；补充后仍没有的，方可记 0 分。",
    en="Where nothing shows indicator {code}, it is returned to be supplemented first; only after that it earns 0.",
)
ALWAYS_APPLIES = Text(
    zh="指标 {code} 没有规定不适用情形，须如实填写。",
    en="Indicator {code} names no case in which it is absent: give the fact.",
)
