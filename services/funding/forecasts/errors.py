"""What is wrong with what a forecast is asked of."""

from shared.problems.language import Text

UNKNOWN_POLICY = Text(
    zh="没有涉及该行政区划的补助方案政策“{policy}”。",
    en="There is no policy '{policy}' of a scheme that concerns the division.",
)
UNKNOWN_SCHEME = Text(
    zh="该行政区划在该年度没有补助方案“{scheme}”。", en="The division has no scheme '{scheme}' in that year."
)
TWICE = Text(zh="同一补助方案只能出现一次。", en="A scheme stands here once.")
OUTSIDE = Text(zh="不在所测算的行政区划内。", en="It is not within the division that is asked for.")
IN_FUTURE = Text(zh="统计日期不能晚于今天。", en="Nothing is known yet of a day to come.")
BEFORE_ALL = Text(zh="统计日期不能早于1949年10月1日。", en="Nothing is registered that is older than 1 October 1949.")
NOT_READY = Text(zh="评定规则测算尚无结果。", en="The simulation has no result.")
OTHER_PLACE = Text(
    zh="评定规则测算的行政区划与所测算的行政区划不相干。", en="The simulation is of another division than is asked for."
)
NO_STARS = Text(zh="各星级个数合计须大于零。", en="The stars must add up to more than none.")
STARS_TWICE = Text(
    zh="已给出评定规则测算，不能另给星级分布。", en="The simulation says how many hold which star: give one of both."
)
CHANGES_OF_COUNTED = Text(
    zh="变动清单用于系统自行统计的个数；已给出个数时请只用各星级个数。",
    en="Changes are applied to what the system counts itself: with counts of your own, give the stars alone.",
)
OUT_OF_SHARE = Text(
    zh="“{division}”的奖励资金须占留存党费的 {least} 至 {most} 个基点。",
    en="A pool in '{division}' is from {least} to {most} basis points of the retained dues.",
)
TOO_MANY_LISTED = Text(
    zh="补助方案“{scheme}”的名单最多 {most} 个。", en="The list of the scheme '{scheme}' has at most {most} entries."
)
TOO_MUCH = Text(zh="测算金额超出系统可记录的范围。", en="The amounts add up to more than can be kept.")
NO_LIST = Text(
    zh="补助方案“{scheme}”没有名单，或该行政区划没有此方案。", en="The scheme '{scheme}' has no list, or is not known."
)
