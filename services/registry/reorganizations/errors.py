"""What bars a decision on a Party organization by what it is."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NotMovedByDecision(Problem):
    """Only joint Party organizations are moved by a decision."""

    slug, status = "not-moved-by-decision", 409
    title = Text(zh="不由决定迁移", en="Not moved by a decision")
    detail = Text(
        zh="单独组建和临时党组织随其社会组织迁移，片区以街道为界；只有联合党组织由决定迁移。",
        en="A standalone or temporary Party organization is where its organization is, and an area is its street's: "
        "only joint ones are moved by a decision.",
    )


class KindFixed(Problem):
    """The kind is the same already, or kinds do not follow members."""

    slug, status = "kind-fixed", 409
    title = Text(zh="类别不变", en="The kind stays")
    detail = Text(
        zh="该党组织已是此类别，或其形式（临时、片区）没有其他类别。",
        en="It has this kind already, or its form (temporary, area) has no other.",
    )
