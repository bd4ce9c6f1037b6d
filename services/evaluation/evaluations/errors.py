"""Problems of an evaluation and of its score sheets."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class ScoresMissing(Problem):
    """An indicator without a score is never taken for zero: a 0 must be put (domain §7)."""

    slug, status = "scores-missing", 409
    title = Text(zh="得分不全", en="Scores missing")
    detail = Text(
        zh="“{stage}”环节还有 {count} 项指标没有得分；没有材料的，退回补充后仍须明确记 0 分。",
        en="Stage '{stage}' lacks the scores of {count} indicator(s); what earns nothing must be scored 0.",
    )


class RatedByInterested(Problem):
    """Who gave the deciding scores declared an interest since: somebody else must give them."""

    slug, status = "rated-by-interested", 409
    title = Text(zh="评分人存在利害关系", en="Rated by someone with an interest")
    detail = Text(
        zh="“{stage}”环节的评分人已申报利害关系，须由他人重新评分。",
        en="Whoever put stage '{stage}' declared an interest; somebody else must put it anew.",
    )


NO_SCORE = Text(zh="指标 {code} 没有得分。", en="Indicator {code} has no score.")
NOT_A_NUMBER = Text(
    zh="应为十进制数，整数部分不超过 6 位。", en="Must be a decimal number of at most six digits before the point."
)
TOO_MANY_PLACES = Text(zh="小数不能超过两位。", en="There may be at most two decimals.")
NEGATIVE = Text(zh="不能小于 0。", en="Must not be below 0.")
ABOVE_POINTS = Text(zh="不能超过该指标的 {points} 分。", en="Must not be above the indicator's {points} points.")
UNKNOWN_INDICATOR = Text(zh="指标体系 {type} 中没有指标“{code}”。", en="System {type} has no indicator '{code}'.")
UNKNOWN_VETO = Text(zh="指标体系 {type} 中没有否决项“{code}”。", en="System {type} has no veto '{code}'.")
EMPTY = Text(zh="不能为空。", en="Must not be empty.")
