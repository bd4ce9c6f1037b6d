"""What follows from a final rating: `policies/<region>/consequences*.yaml`, and what civil affairs' measures add.

The weight of the score and the effect in procurement are those of `standing*.yaml`, the ceiling is that of
`assessment*.yaml`, which the registry goes by: read from the same files, so that no figure stands twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.field.policies import Policy, PolicyBook, read_or_shipped

CONSEQUENCES_KIND = "consequences"
Star = Annotated[int, Field(ge=0, le=5, strict=True)]
Stars = Annotated[tuple[Star, ...], Field(max_length=6)]
WorkingDayCount = Annotated[int, Field(ge=1, le=250, strict=True)]
Effect = Literal["inform", "deprioritize", "exclude"]
EFFECTS: tuple[Effect, ...] = ("inform", "deprioritize", "exclude")


class _Strict(BaseModel):
    """Base of what a file holds: an unknown parameter is refused as misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Lenient(BaseModel):
    """Base of what is read of another service's file: what evaluation does not need is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class OpinionRules(_Strict):
    """To whom an opinion is given, and by when its plan is due."""

    stars: Stars
    plan_working_days: WorkingDayCount


class RectificationRules(OpinionRules):
    """The same of a rectification; laggards may get one whatever their star (D14)."""

    laggards: bool = True


class TalkRules(_Strict):
    """With whom an admonition talk is held, and by when (H22)."""

    stars: Stars
    working_days: WorkingDayCount


class NominationRules(_Strict):
    """For whom the star is the main basis of a nomination (H21)."""

    stars: Stars


class LetterRules(_Strict):
    """By when the score is sent to civil affairs (H23)."""

    working_days: WorkingDayCount


class ConsequenceParameters(_Strict):
    """The parameters of a file of consequences; a part that is null or missing has no such consequence."""

    rectification: RectificationRules | None = None
    improvement: OpinionRules | None = None
    talk: TalkRules | None = None
    nomination: NominationRules | None = None
    score_letter: LetterRules | None = None
    not_by_civil_affairs: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Kinds of organizations that civil affairs does not register (decision 8)."""


class Weight(_Lenient):
    """What the score counts in the civil-affairs assessment."""

    points: Decimal
    of: Decimal


class ProcurementRule(_Lenient):
    """What follows for government procurement; of other reasons than a star `stars` is empty."""

    when: str
    stars: Sequence[int] = ()
    effect: Effect = "inform"


class ReadStanding(_Lenient):
    """What evaluation reads of `standing*.yaml`."""

    score: Weight
    procurement: Sequence[ProcurementRule] = ()


class CeilingRule(_Lenient):
    """The highest assessment grade; of other reasons than a star `stars_at_most` is null."""

    when: str
    stars_at_most: int | None = None
    grade_at_most: str | None = None


class ReadAssessment(_Lenient):
    """What evaluation reads of `assessment*.yaml`."""

    ceilings: Sequence[CeilingRule] = ()


@dataclass(frozen=True, slots=True)
class Measures:
    """What applies to one rating."""

    consequences: Policy[ConsequenceParameters] | None
    standing: Policy[ReadStanding] | None
    assessment: Policy[ReadAssessment] | None


@dataclass(frozen=True, slots=True)
class ConsequencePolicies:
    """The books that consequences go by."""

    consequences: PolicyBook[ConsequenceParameters]
    standing: PolicyBook[ReadStanding]
    assessment: PolicyBook[ReadAssessment]

    def measures(self, division: str, year: int, final_on: date) -> Measures:
        """Consequences by the last day of the rated year, civil affairs' measures by the day of the final rating."""
        return Measures(
            self.consequences.in_force(division, date(year, 12, 31)),
            self.standing.in_force(division, final_on),
            self.assessment.in_force(division, final_on),
        )


def read_consequence_policies(folder: Path, shipped: Path) -> ConsequencePolicies:
    """The books of the active folder. Raises as `read_policies` does."""
    return ConsequencePolicies(
        read_or_shipped(folder, shipped, CONSEQUENCES_KIND, ConsequenceParameters),
        read_or_shipped(folder, shipped, "standing", ReadStanding),
        read_or_shipped(folder, shipped, "assessment", ReadAssessment),
    )
