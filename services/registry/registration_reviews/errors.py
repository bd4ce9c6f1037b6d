"""What bars a step of a review at registration."""

from collections.abc import Sequence

from services.registry.uncoded.policies import Part
from shared.contracts.base import Reason
from shared.problems.language import Text
from shared.problems.problems import FieldError, Problem

MISSING: dict[Part, Text] = {
    "hosting": Text(
        zh="尚未落实党组织关系挂靠单位。", en="The hosting of Party affiliation is not settled: no body is named."
    ),
    "instructor": Text(zh="尚未落实党建指导员。", en="No Party-building instructor is named."),
    "survey": Text(zh="尚未提交党员情况调查。", en="The member survey is not attached."),
    "commitment": Text(zh="尚未提交党建工作承诺书。", en="The commitment on Party building is not attached."),
}


class ReviewBlocked(Problem):
    """Something is missing that the region's policy asks for; `reasons` names every part."""

    slug, status = "review-blocked", 409
    title = Text(zh="审核条件尚未具备", en="The review is blocked")
    detail = Text(zh="尚缺 {count} 项，不能办理。", en="{count} part(s) are missing.")

    def __init__(self, reasons: Sequence[Reason]) -> None:
        parts = [str(reason.facts["part"]) for reason in reasons]
        errors = [FieldError(f"/{part}", MISSING[part]) for part in parts]  # type: ignore[index]
        super().__init__(errors, count=len(parts), reasons=[one.model_dump(mode="json") for one in reasons])


class CodeReviewed(Problem):
    """Another review has the code."""

    slug, status = "code-reviewed", 409
    title = Text(zh="代码已有审核记录", en="The code has a review")
    detail = Text(
        zh="代码“{uscc}”已记在另一项注册登记审核上。", en="The code '{uscc}' is recorded with another review already."
    )
