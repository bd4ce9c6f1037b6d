"""Problems of a return."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NothingToReturn(Problem):
    """The stage has put no sheet that could be supplemented."""

    slug, status = "nothing-to-return", 409
    title = Text(zh="没有可退回的评分表", en="Nothing to return")
    detail = Text(
        zh="“{stage}”环节尚未提交评分表，无可退回。",
        en="Stage '{stage}' has put no sheet yet: nothing can be returned.",
    )
