"""Segregation of duties: by the token's subject, whatever its roles."""

from unicodedata import normalize

from shared.problems.language import Text
from shared.problems.problems import Problem


def same_person(one: str | None, other: str | None) -> bool:
    """Whether two subjects are one person's: compared without case, and in whichever way they are written."""
    return one is not None and other is not None and _folded(one) == _folded(other)


def _folded(subject: str) -> str:
    return normalize("NFC", normalize("NFD", subject).casefold()).strip()


class SameHand(Problem):
    """The actor took an earlier step that rules out this one (four-eyes principle)."""

    slug, status = "same-hand", 403
    title = Text(zh="职责须分离", en="Duties are segregated")
    detail = Text(
        zh="该{what}由您{earlier}，须由他人{step}。",
        en="You took the step '{earlier}' of this {what}; somebody else must take '{step}'.",
    )

    def __init__(self, *, what: str, earlier: str, step: str) -> None:
        super().__init__(earlier=earlier, step=step)
        self.said = {"what": what}


class ConflictOfInterest(Problem):
    """The rater declared an interest in this organization."""

    slug, status = "conflict-of-interest", 403
    title = Text(zh="存在利害关系", en="Conflict of interest")
    detail = Text(
        zh="您已申报与该组织有利害关系，不能对其评定。",
        en="You declared an interest in this organization and cannot rate it.",
    )
