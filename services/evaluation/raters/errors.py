"""Problems of who rates."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NotTheRatingBody(Problem):
    """The body that the affiliation leads up to rates (H18); the caller acts neither for it nor for its division."""

    slug, status = "not-the-rating-body", 403
    title = Text(zh="不是按隶属关系评定的机构", en="Not the body that rates it")
    detail = Text(
        zh="按党组织隶属关系，由“{name}”（{body}）评定，您不代表该机构。",
        en="By its affiliation it is rated by '{name}' ({body}), and you do not act for it.",
    )
