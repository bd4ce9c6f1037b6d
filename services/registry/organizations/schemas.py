"""What is registered of a social organization, and how it is shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.claim_terms.parts import REGISTERING, DataSource
from services.registry.organizations.organization import EvaluationType, Kind, Organization, Status
from shared.contracts.base import Coverage
from shared.field import uscc
from shared.field.datums import Datum, to_wgs84
from shared.problems.inputs import Body, Day, Instant, NoValueIsNone

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class LocationIn(Body):
    """Degrees of a datum; what is not in WGS 84 is stored in it, and remembers its datum."""

    lon: Annotated[float, Field(ge=-180, le=180, strict=True)]
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)]
    datum: Datum = "WGS84"

    def columns(self) -> dict[str, Any]:
        """As it is stored: in WGS 84."""
        lon, lat = to_wgs84(self.lon, self.lat, self.datum)
        return {"lon": lon, "lat": lat, "datum": None if self.datum == "WGS84" else self.datum}


class RegistrationBody(Body):
    """A registration as civil affairs (or the source named in it) knows it, as of an instant.

    Counts only: full-time staff; full members among them (S10); full members in all; probationary members; and, where
    forms know it, full members employed full- or part-time together (D7).
    """

    name: Line
    kind: Kind
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    street: Line
    address: Line
    carrier: Annotated[Line | None, NoValueIsNone] = None
    """The building, park or market that houses it (S13)."""
    location: Annotated[LocationIn | None, NoValueIsNone] = None
    registered_on: Day
    full_time_staff: Count
    full_members_full_time: Count
    full_members: Count
    probationary_members: Count
    full_members_full_or_part_time: Count | None = None
    evaluation_type: Annotated[EvaluationType | None, NoValueIsNone] = None
    source: Annotated[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None, NoValueIsNone] = None
    """Who registers it; default: the department that the code names (decision 8)."""
    status: Status = "registered"
    as_of: Instant
    data_source: DataSource = REGISTERING
    """Where these data come from; what a stronger or later source said of a part stays (rule R-precedence)."""

    def count_keys(self) -> int:
        """Those of the location too."""
        return len(self.model_fields_set) + (self.location.count_keys() if self.location is not None else 0)

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        if self.full_members_full_time > self.full_time_staff:
            raise _contradiction(
                "full_members_full_time",
                "专职工作人员中的正式党员数不能多于专职工作人员数。",
                "There cannot be more full members among full-time staff than full-time staff.",
            )
        together = self.full_members_full_or_part_time
        if together is not None and not self.full_members_full_time <= together <= self.full_members:
            raise _contradiction(
                "full_members_full_or_part_time",
                "专兼职正式党员数不能少于专职工作人员中的正式党员数，也不能多于正式党员总数。",
                "Full members employed full- or part-time are no fewer than those full-time, and no more than all.",
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
    former_names: list[str]
    """Names that it had before, the oldest first."""
    kind: str
    division: str
    street: str
    address: str
    carrier: str | None
    location: LocationOut | None
    location_datum: Datum | None
    """The datum in which the location was given."""
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    full_members_full_or_part_time: int | None
    evaluation_type: str | None
    source: str
    status: Status
    coverage: Coverage
    code_excepted: bool
    """Its authority issued the code with wrong check digits (the register of exceptions)."""
    as_of: AwareDatetime
    version: int


class WarningOut(BaseModel):
    """What was taken, but hardly fits: for a person to look at."""

    code: str
    pointer: str
    detail: str
    facts: dict[str, Any]


class RegisteredOut(OrganizationOut):
    """An organization as a registration left it; with `warnings` where there are any."""

    warnings: list[WarningOut] = []


def registered_out(organization: Organization, warnings: Sequence[dict[str, Any]]) -> OrganizationOut:
    """An organization and what a person should look at; without any, the organization as it is shown elsewhere."""
    if not warnings:
        return organization_out(organization)
    return RegisteredOut.model_validate({**organization_out(organization).model_dump(), "warnings": warnings})


def organization_out(organization: Organization) -> OrganizationOut:
    """An organization as clients see it."""
    content = organization.content
    excepted = uscc.breaks_check_digits(organization.uscc)
    return OrganizationOut.model_validate(
        {
            **organization.columns(),
            **location_out(content.lon, content.lat, content.datum),
            "code_excepted": excepted,
        }
    )


def location_out(lon: float | None, lat: float | None, datum: Datum | None) -> dict[str, Any]:
    """A stored position as clients see it."""
    if lon is None or lat is None:
        return {"location": None, "location_datum": None}
    return {"location": {"lon": lon, "lat": lat}, "location_datum": datum or "WGS84"}
