"""What bars a succession by what is recorded."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class AlreadySucceeded(Problem):
    """The same succession is recorded."""

    slug, status = "already-succeeded", 409
    title = Text(zh="承继关系已登记", en="Recorded already")
    detail = Text(
        zh="“{uscc}”承继“{predecessor}”已登记。",
        en="That '{uscc}' succeeds '{predecessor}' is recorded already.",
    )
