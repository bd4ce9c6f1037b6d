"""What can be wrong with a registration."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class StaleRegistration(Problem):
    """The stored registration is newer than the one that was sent."""

    slug, status = "stale-registration", 409
    title = Text(zh="登记信息已过时", en="Stale registration")
    detail = Text(
        zh="已存有截至 {stored_as_of} 的登记信息，所报截至 {as_of}。",
        en="What is stored is as of {stored_as_of}, what was sent is as of {as_of}.",
    )
