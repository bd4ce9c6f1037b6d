"""Problems of a stage that comes before another one was submitted."""

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
