"""What bars giving, correcting or verifying a grade."""

from collections.abc import Sequence
from typing import Any

from services.registry.assessment_grades.grade import Why
from shared.problems.language import Language, Text
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut


class GradeBarred(Problem):
    """The grade lies above what rules allow; every one that bars it is among the reasons."""

    slug, status = "grade-barred", 409
    title = Text(zh="不得评为该等级", en="Grade barred")
    detail = Text(
        zh="公告日 {announced_on}，不得评为 {grade}；最高可评：{ceiling}。",
        en="Announced on {announced_on}, the grade {grade} is barred; at most: {ceiling}.",
    )

    def __init__(self, reasons: Sequence[Why], **facts: Any) -> None:
        super().__init__(**facts)
        self.reasons = reasons

    def document(self, language: Language) -> dict[str, object]:
        """See Problem; with the reasons."""
        found = super().document(language)
        return found | {"reasons": [ReasonOut.model_validate(one).model_dump(mode="json") for one in self.reasons]}


class GradeAnnounced(Problem):
    """Another grade is recorded as announced on that day: it is to be corrected, not given again."""

    slug, status = "grade-announced", 409
    title = Text(zh="该公告日已有等级", en="Already announced")
    detail = Text(
        zh="{announced_on}公告的等级已登记为 {grade}（{id}）；如有误，请更正。",
        en="The grade announced on {announced_on} is recorded as {grade} ({id}): if that is wrong, correct it.",
    )


class DeregisteredBefore(Problem):
    """The organization was deregistered before that day."""

    slug, status = "deregistered-before", 409
    title = Text(zh="组织已注销", en="The organization has ended")
    detail = Text(
        zh="该组织截至 {as_of} 已注销，其后不能再评定等级。",
        en="The organization was deregistered as of {as_of}: no grade can be announced after that.",
    )


class GradeNotInForce(Problem):
    """Only a grade that holds, or will hold, can be verified; one that ended is left as it is."""

    slug, status = "grade-not-in-force", 409
    title = Text(zh="等级不在有效期", en="The grade is not in force")
    detail = Text(
        zh="该等级在 {day} 不在有效期内，不能核查、更正。",
        en="On {day} the grade is not in force: it cannot be verified or corrected.",
    )


class NoVerification(Problem):
    """The measures of that day know no verification assessment."""

    slug, status = "no-verification", 409
    title = Text(zh="当时无核查评估", en="No verification assessment then")
    detail = Text(
        zh="{day}施行的“{measures}”没有核查评估。",
        en="The measures in force on {day} ({measures}) know no verification assessment.",
    )
