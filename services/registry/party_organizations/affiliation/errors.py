"""What bars another affiliation of a Party organization."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class SuccessorNeeded(Problem):
    """Decoupling keeps supervision (S8): a Party organization always belongs to one body."""

    slug, status = "successor-needed", 409
    title = Text(zh="脱钩不脱管", en="A successor is needed")
    detail = Text(
        zh="党组织不能没有隶属：自 {on} 起脱钩的，须在同日确定承接的机构（S8）。",
        en="A Party organization always belongs to a body: one that is decoupled on {on} needs a successor from "
        "the same day on (S8).",
    )
