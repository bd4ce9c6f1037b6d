"""The standing of organizations as clients ask for it and see it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.registry.civil_years.policies import Effect, Grade, Star
from services.registry.organizations.organization import Status
from shared.contracts.base import Form
from shared.problems.inputs import Body

MAX_CODES = 10_000


class StandingsBody(Body):
    """Codes whose standing is asked for, in the order of the answer."""

    codes: Annotated[list[str], Field(min_length=1, max_length=MAX_CODES)]
    """One that is no code, of whatever length, is answered for itself."""


class RuleReasonOut(BaseModel):
    """Why: the rule and its text, the outcome, the facts it read, as of when."""

    rule: str
    outcome: str
    facts: dict[str, Any]
    as_of: AwareDatetime
    text: str


class RatedByOut(BaseModel):
    """The Party organization that covered the organization on 31 December of the rated year."""

    id: UUID
    name: str
    form: Form


class StandingStarOut(BaseModel):
    """The latest published, final star: null where there is none (not rated), which is not no star (0)."""

    value: Star | None
    year: int | None
    total: str | None
    day: date | None
    source: str | None
    party_organization: RatedByOut | None
    reasons: list[RuleReasonOut]


class StandingScoreOut(BaseModel):
    """What the total counts in the civil-affairs assessment: `value` of at most `points`, of `of` in all (H23)."""

    value: str | None
    points: str | None
    of: str | None
    day: date | None
    source: str | None


class StandingGradeOut(BaseModel):
    """The assessment grade in force."""

    value: Grade | None
    valid_from: date | None
    valid_until: date | None
    day: date | None
    source: str | None


class StandingCeilingOut(BaseModel):
    """The highest grade that may be given today: null where any may, `none` where no grade may (H24)."""

    value: Grade | Literal["none"] | None
    day: date
    source: str | None
    reasons: list[RuleReasonOut]


class StandingProcurementOut(BaseModel):
    """What follows for government procurement: the strictest of the reasons (H25)."""

    value: Effect
    day: date
    source: str | None
    reasons: list[RuleReasonOut]


class StandingOut(BaseModel):
    """What civil affairs and procurement ask of an organization: each with its day, its source and its reasons."""

    organization_id: UUID
    uscc: str
    name: str
    division: str
    status: Status
    on: date
    as_of: AwareDatetime
    star: StandingStarOut
    score: StandingScoreOut
    grade: StandingGradeOut
    ceiling: StandingCeilingOut
    procurement: StandingProcurementOut


class StandingLineOut(BaseModel):
    """The answer for one code: 200 with its standing; 404 where no such organization is in the caller's divisions, 422
    for what is no code, with the problem."""

    line: int
    code: str
    """As it was sent; of an overlong one its begin."""
    uscc: str | None
    status: int
    standing: StandingOut | None
    problem: dict[str, Any] | None


class StandingsOut(BaseModel):
    """An answer for each code, in the order of the request; how many were found."""

    on: date
    as_of: AwareDatetime
    found: int
    items: list[StandingLineOut]


class AssessmentScoreOut(BaseModel):
    """A final rating as it enters the civil-affairs assessment (H23): `score` is the total weighted by the policy."""

    id: UUID
    """Of the organization."""
    uscc: str
    name: str
    division: str
    year: int
    star: Star
    total: Decimal | None
    score: Decimal | None
    points: Decimal | None
    of: Decimal | None
    policy: str | None
    party_organization_id: UUID
    party_organization_name: str
    final_on: date
