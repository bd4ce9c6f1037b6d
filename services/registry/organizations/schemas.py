"""What is registered of a social organization, and how it is shown."""

from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.organizations.organization import EvaluationType, Kind, Organization, Status
from shared.contracts.base import Coverage
from shared.problems.inputs import Body

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


def _in_the_calendar(instant: datetime) -> datetime:
    try:
        instant.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError(
            "instant_out_of_range",
            "The instant lies outside the calendar.",
            {"zh": "时刻超出日历范围。", "en": "The instant lies outside the calendar."},
        ) from error
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_in_the_calendar)]
"""With a zone, and an instant in UTC too: the last hours of year 9999 are not everywhere."""


class LocationIn(Body):
    """Degrees, WGS 84."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class RegistrationBody(Body):
    """A registration as civil affairs (or the source named in it) knows it, as of an instant.

    Counts only: full-time staff; full members among them (S10); full members in all; probationary members.
    """

    name: Line
    kind: Kind
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    street: Line
    address: Line
    carrier: Line | None = None
    """The building, park or market that houses it (S13)."""
    location: LocationIn | None = None
    registered_on: date
    full_time_staff: Count
    full_members_full_time: Count
    full_members: Count
    probationary_members: Count
    evaluation_type: EvaluationType | None = None
    source: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    """Who registers it; default: the department that the code names (decision 8)."""
    status: Status = "registered"
    as_of: Instant

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        if self.full_members_full_time > self.full_time_staff:
            raise _contradiction(
                "full_members_full_time",
                "专职工作人员中的正式党员数不能多于专职工作人员数。",
                "There cannot be more full members among full-time staff than full-time staff.",
            )
        if self.full_members_full_time > self.full_members:
            raise _contradiction(
                "full_members_full_time",
                "专职工作人员中的正式党员数不能多于正式党员总数。",
                "There cannot be more full members among full-time staff than full members in all.",
            )
        return self


def _contradiction(field: str, zh: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("counts_contradict", "{en}", {"zh": zh, "en": en, "pointer": f"/{field}"})


class Registration(RegistrationBody):
    """A registration with its code."""

    uscc: str


class LocationOut(BaseModel):
    """Degrees, WGS 84."""

    lon: float
    lat: float


class OrganizationOut(BaseModel):
    """A social organization."""

    id: UUID
    uscc: str
    name: str
    kind: str
    division: str
    street: str
    address: str
    carrier: str | None
    location: LocationOut | None
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    evaluation_type: str | None
    source: str
    status: Status
    coverage: Coverage
    as_of: AwareDatetime
    version: int


def organization_out(organization: Organization) -> OrganizationOut:
    """An organization as clients see it."""
    content = organization.content
    location = None if content.lon is None else {"lon": content.lon, "lat": content.lat}
    return OrganizationOut.model_validate({**organization.columns(), "location": location})
