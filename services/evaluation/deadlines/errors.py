"""Problems of a stage whose turn it is not."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class StageFirst(Problem):
    """The cycle's policy lets the deciding stage begin once an earlier one was submitted, or is no longer due."""

    slug, status = "stage-first", 409
    title = Text(zh="在前的环节尚未提交", en="An earlier stage comes first")
    detail = Text(
        zh="“{stage}”环节尚未提交（截止日期：{due_on}），按评定规则暂不能进行后续环节。",
        en="Stage '{stage}' was not submitted yet (due on {due_on}): the policy lets later stages go on after that.",
    )


class SupplementFirst(Problem):
    """A sheet was returned: until it is supplemented, or its last day has passed, nothing is decided on it."""

    slug, status = "supplement-first", 409
    title = Text(zh="退回的评分表尚未补充", en="What was returned comes first")
    detail = Text(
        zh="“{stage}”环节的评分表已退回（补充截止日期：{due_on}），尚未补充，暂不能决定或完成评定。",
        en="Stage '{stage}' was returned (due on {due_on}) and is not supplemented yet: nothing is decided before.",
    )


class FoundedInYear(Problem):
    """The cycle's policy does not rate who was founded in its year: it is enrolled, and may assess itself (D3)."""

    slug, status = "founded-in-the-rated-year", 409
    title = Text(zh="当年成立，不参加评定", en="Founded in the rated year")
    detail = Text(
        zh="该党组织于 {established_on} 成立，按评定规则，{year} 年度可以自评，不参加评定。",
        en="It was founded on {established_on}: by the policy it may assess itself for {year}, and is not rated.",
    )
