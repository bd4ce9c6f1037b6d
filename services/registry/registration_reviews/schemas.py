"""What is applied for, what is decided, and how a review is shown."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.organizations.organization import Kind
from services.registry.organizations.schemas import Count, Line
from services.registry.registration_reviews.review import PARTS
from services.registry.uncoded.policies import HostUnit
from shared.problems.inputs import Body, Day, Note, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number
from shared.superiors.policies import BodyCode

Named = Annotated[Line, AfterValidator(check_no_personal_number)]
Division = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class Survey(Body):
    """The survey of members before the certificate: counts, and the day of it."""

    surveyed_on: Day
    full_time_staff: Count
    full_members_full_time: Count
    full_members: Count
    probationary_members: Count

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        if self.full_members_full_time > min(self.full_time_staff, self.full_members):
            raise _refused(
                "survey/full_members_full_time",
                "专职工作人员中的正式党员数不能多于专职工作人员数，也不能多于正式党员总数。",
                "There cannot be more full members among full-time staff than full-time staff, or than full members.",
            )
        return self


class Commitment(Body):
    """The commitment on Party building that goes with the application: its day, and where it is kept."""

    signed_on: Day
    reference: Annotated[Named | None, NoValueIsNone] = None


class Hosting(Body):
    """Which body hosts the Party affiliation: by its code, or described where it has none here."""

    body: BodyCode | None = None
    description: Annotated[Named | None, NoValueIsNone] = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.body is None and self.description is None:
            raise _refused("hosting", "请写明机构代码或单位名称。", "Name the body by its code, or describe it.")
        return self


class Instructor(Body):
    """The Party-building instructor by post or by a reference, never by name: a person's data are a contact's."""

    post: Named
    reference: Annotated[Named | None, NoValueIsNone] = None
    """Of the appointment, where there is one."""


class ReviewParts(Body):
    """What an application may hold beside itself; each part can come later."""

    survey: Survey | None = None
    commitment: Commitment | None = None
    hosting: Hosting | None = None
    instructor: Instructor | None = None
    charter_clause: bool | None = None
    """Whether the charter names the Party organization (S17): advocated, never blocking."""
    host_unit: HostUnit | None = None
    """What unit of the applicant would host its Party organization (S11): never blocking."""

    def count_keys(self) -> int:
        """Those of the parts too."""
        inside = [part for name in PARTS if (part := getattr(self, name)) is not None]
        return len(self.model_fields_set) + sum(len(part.model_fields_set) for part in inside)


class ReviewApplication(ReviewParts):
    """An application for registration, before there is a code."""

    name: Named
    kind: Kind
    division: Division
    street: Named
    applied_on: Day
    note: Annotated[Prose | None, NoValueIsNone] = None


class ReviewSupplement(ReviewParts):
    """What is added or replaced; what is left out stays."""

    name: Named | None = None
    kind: Kind | None = None
    street: Named | None = None
    note: Annotated[Prose | None, NoValueIsNone] = None


class ReviewReason(Body):
    """Why it is returned, refused or withdrawn."""

    reason: Prose


class ReviewApproval(Note):
    """On which day it was approved, where that was not today."""

    approved_on: Day | None = None


class ReviewCertificate(Body):
    """The code that was issued, and the day of the certificate."""

    uscc: Annotated[str, Field(max_length=64)]
    issued_on: Day


class ReviewHandOver(Body):
    """When the papers were handed over to the Party-building side, and to whom."""

    handed_over_on: Day
    handed_over_to: Named
    note: Annotated[Prose | None, NoValueIsNone] = None


def _refused(field: str, zh: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("review_part", "{en}", {"zh": zh, "en": en, "pointer": f"/{field}"})
