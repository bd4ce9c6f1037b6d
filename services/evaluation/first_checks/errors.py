"""Problems of the industry's first check."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoFirstCheck(Problem):
    """The cycle's policy has no first check, or none of Party organizations that are affiliated in this way."""

    slug, status = "no-first-check", 409
    title = Text(zh="不设行业初核", en="No first check here")
    detail = Text(
        zh="按本年度评定的规则，该党组织（隶属方式：{affiliated_as}）不经行业党委初核。",
        en="By the policy, no industry checks this Party organization first (affiliation: {affiliated_as}).",
    )


class NotTheIndustryBody(Problem):
    """The first check is made by the body that the Party organization belongs to (H18); the token acts for another."""

    slug, status = "not-the-industry-body", 403
    title = Text(zh="不是其隶属的行业党委", en="Not the body that it belongs to")
    detail = Text(
        zh="行业初核由该党组织隶属的“{name}”（{body}）进行，您的令牌未代表该机构。",
        en="The first check is made by the body that it belongs to, '{name}' ({body}); your token does not act for it.",
    )
