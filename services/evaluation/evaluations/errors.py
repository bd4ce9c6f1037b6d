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


class SessionFirst(Problem):
    """The cycle's stars are decided by a session for all who are rated together (D1)."""

    slug, status = "session-first", 409
    title = Text(zh="须先经评定会议", en="The session comes first")
    detail = Text(
        zh="本年度评定由评定会议统一评定，会议决定后方可完成评定。",
        en="A session decides the stars of this cycle for all together; it is completed after that.",
    )


class NoticeFirst(Problem):
    """The cycle's policy asks for a public notice before a rating is final."""

    slug, status = "notice-first", 409
    title = Text(zh="须先公示", en="The public notice comes first")
    detail = Text(
        zh="评定结果须先公示，公示期满后方可完成评定。",
        en="What was decided is published first, and completed after the notice has run out.",
    )


class NoticeRunning(Problem):
    """The public notice has not run out yet."""

    slug, status = "notice-running", 409
    title = Text(zh="公示尚未期满", en="The notice is running")
    detail = Text(
        zh="公示期至 {until}（含当日），期满后方可完成评定。",
        en="The public notice runs until the end of {until}; it is completed after that.",
    )


class DivergenceUnexplained(Problem):
    """A stage is further from an earlier one than the policy's bound, and has not said why."""

    slug, status = "divergence-unexplained", 409
    title = Text(zh="评分差异未说明", en="Divergence without a word")
    detail = Text(
        zh="有 {count} 处环节之间的评分差异超过规定且未说明理由。",
        en="Stages are further apart than the policy's bound in {count} place(s), and the later one has not said why.",
    )


DIVERGES = Text(
    zh="“{stage}”与“{other_stage}”相差 {apart} 分，超过 {bound} 分，须在评分表中说明（“word”）。",
    en="Stage '{stage}' is {apart} points from '{other_stage}', more than {bound}: its sheet says why (word).",
)
NO_SCORE = Text(zh="指标 {code} 没有得分。", en="Indicator {code} has no score.")
