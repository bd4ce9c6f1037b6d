"""What bars recording an annual inspection."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NotInspected(Problem):
    """By the measures of that year the organization is not inspected, or did not have to file."""

    slug, status = "not-inspected", 409
    title = Text(zh="无须年检", en="Not inspected")
    detail = Text(
        zh="该组织（{kind}，{registered_on}成立）{year} 年度不在年检范围内，或无须参检。",
        en="The organization ({kind}, set up on {registered_on}) is not inspected for {year}, or did not have to file.",
    )
