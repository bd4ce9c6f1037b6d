"""Why a figure is not known, in a sentence."""

from collections.abc import Mapping
from typing import Literal

from shared.problems.language import Text

WhyUnknown = Literal["undated", "not_kept", "not_recorded", "nothing_recorded", "nothing_to_divide", "withheld"]
WHY: Mapping[WhyUnknown, Text] = {
    "undated": Text(
        zh="有 {number} 条记录没有日期，无法确定当日情况；重放登记机关的事件（shuangfu replay）后可以得知。",
        en="{number} records have no day, so what was on that day is not known; a replay of the registry's events "
        "dates them.",
    ),
    "not_kept": Text(
        zh="此项只保留现时情况，不保留历史，无法得知往年年末的数字。",
        en="What it is at present is kept alone: what it was at the end of a past year is not known.",
    ),
    "not_recorded": Text(
        zh="截至当日没有任何此类记录，无法得知当年的数字。",
        en="No record of this kind reaches back to that day, so the figure is not known.",
    ),
    "nothing_recorded": Text(zh="当年没有党组织填报。", en="No Party organization recorded its counts of the year."),
    "nothing_to_divide": Text(zh="分母为零。", en="There is nothing to be a share of."),
    "withheld": Text(
        zh="数字较小，或者可由其推算出较小的数字，不予显示。",
        en="It is small, or a small figure would follow from it, so it is not shown.",
    ),
}
