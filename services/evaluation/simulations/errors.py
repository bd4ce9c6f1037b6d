"""Problems of a simulation, and what may be wrong with its rules."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class CycleNotClosed(Problem):
    """Stars still change in it: nothing can be compared yet."""

    slug, status = "cycle-not-closed", 409
    title = Text(zh="年度评定未结束", en="Cycle not closed")
    detail = Text(
        zh="年度评定 {cycle_id} 尚未结束（当前状态：{state}），结束后方可测算。",
        en="The cycle {cycle_id} is {state}: what if is asked of a closed cycle.",
    )


ONE_OF_BOTH = Text(
    zh="须填写“cycle_id”，或同时填写“year”与“division”，二者只填其一。",
    en="Give either cycle_id, or year and division together.",
)
NO_CYCLES = Text(
    zh="{division} 在 {year} 年度没有年度评定。", en="There is no cycle of {year} in division {division} that you see."
)
NO_POLICY = Text(zh="没有评定政策“{policy}”。", en="There is no rating policy '{policy}'.")
OTHER_STAGE = Text(
    zh="政策“{policy}”以“{stage}”环节的得分为准，与年度评定不同，不能测算。",
    en="The policy '{policy}' rates by the stage '{stage}', the cycle by another: sheets cannot be compared.",
)
OTHER_CUTOFFS = Text(
    zh="分数线须逐一给出 1 至 {scale} 星，每星一条。", en="The cut-offs name each star from 1 to {scale} once."
)
NOT_RISING = Text(zh="星级越高，分数线越高。", en="A higher star has a higher cut-off.")
UNREACHABLE = Text(
    zh="总分上限为 {cap}，无人可达 {at_least} 分。", en="Nobody reaches {at_least}: the total is capped at {cap}."
)
BEYOND = Text(zh="没有 {star} 星，不能设比例。", en="There is no star {star} to have a quota.")
UNKNOWN_TYPE = Text(zh="年度评定没有类型“{type}”。", en="No cycle here rates the type '{type}'.")
UNKNOWN_WEIGHT = Text(zh="该指标体系没有“{code}”。", en="The system has no indicator and no heading '{code}'.")
OTHER_SUM = Text(
    zh="调整后各指标分值合计 {given}，须仍为 {full}。",
    en="All points together are {given} then; they stay {full}.",
)
