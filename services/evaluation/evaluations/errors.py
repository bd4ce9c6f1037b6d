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
