"""What a street files, and how it is shown."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.filed_bodies.filed_body import CONTENT, FiledBody, FiledKind
from services.registry.organizations.schemas import Line, LocationIn, LocationOut, WarningOut, location_out
from shared.contracts.base import Reason
from shared.field.datums import Datum
from shared.problems.inputs import Body, Day, Instant, NoValueIsNone
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.reasons import ReasonOut

Named = Annotated[Line, AfterValidator(check_no_personal_number)]
People = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class FilingBody(Body):
    """A body that a street files and that needs no code, as of an instant. Counts only, and only where they are known.

    It is filed from `filed_on` to before `until`, where that is known.
    """

    name: Named
    kind: FiledKind
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    street: Line
    community: Annotated[Named | None, NoValueIsNone] = None
    address: Annotated[Named | None, NoValueIsNone] = None
    location: Annotated[LocationIn | None, NoValueIsNone] = None
    people: People | None = None
    full_members: People | None = None
    probationary_members: People | None = None
    filed_on: Day
    until: Day | None = None
    as_of: Instant

    def count_keys(self) -> int:
        """Those of the location too."""
        return len(self.model_fields_set) + (self.location.count_keys() if self.location is not None else 0)

    @model_validator(mode="after")
    def _counts_agree(self) -> Self:
        members = (self.full_members or 0) + (self.probationary_members or 0)
        if self.people is not None and members > self.people:
            facts = {
                "zh": "正式党员与预备党员之和不能多于成员数。",
                "en": "There cannot be more full and probationary members than people.",
                "pointer": "/full_members",
            }
            raise PydanticCustomError("counts_contradict", "{en}", facts)
        return self


class Filing(FilingBody):
    """The same with its number."""

    number: Annotated[str, Field(min_length=1, max_length=60)]


class FiledBodyFields(BaseModel):
    """A filed body as it was filed."""

    id: UUID
    number: str
    name: str
    kind: FiledKind
    division: str
    street: str
    community: str | None
    address: str | None
    location: LocationOut | None
    location_datum: Datum | None
    """The datum in which the location was given."""
    people: int | None
    full_members: int | None
    probationary_members: int | None
    filed_on: date
    until: date | None
    as_of: AwareDatetime
    version: int


class FiledBodyOut(FiledBodyFields):
    """A filed body with the area that it is in, by its code, and since when; null: in none."""

    area: str | None
    since: date | None


class FiledBodyDetailOut(FiledBodyOut):
    """The same, with why it is covered or not."""

    reasons: list[ReasonOut]


class FiledOut(FiledBodyFields):
    """A filed body as it was just filed, with what a person should look at."""

    warnings: list[WarningOut]


class FilingResult(BaseModel):
    """What became of one line; `line` counts from 1, `problem` is a problem document; `warnings` if there are any."""

    line: int
    number: str | None
    status: int
    problem: dict[str, Any] | None
    warnings: list[WarningOut] = []


def listed_body_out(body: FiledBody, area: str | None, since: date | None) -> FiledBodyOut:
    """A filed body as clients see it in a list."""
    return FiledBodyOut.model_validate({**_shown(body), "area": area, "since": since})


def filed_body_out(body: FiledBody, area: str | None, since: date | None, reasons: list[Reason]) -> FiledBodyDetailOut:
    """A filed body as clients see it."""
    shown = {**_shown(body), "area": area, "since": None if area is None else since}
    return FiledBodyDetailOut.model_validate({**shown, "reasons": [ReasonOut.model_validate(one) for one in reasons]})


def filed_out(body: FiledBody, warnings: Sequence[dict[str, Any]]) -> FiledOut:
    """The same, with warnings."""
    return FiledOut.model_validate({**_shown(body), "warnings": warnings})


def _shown(body: FiledBody) -> dict[str, Any]:
    content = {name: getattr(body.content, name) for name in CONTENT}
    content |= location_out(*(content.pop(name) for name in ("lon", "lat", "datum")))
    return {"id": body.id, "number": body.number, **content, "as_of": body.as_of, "version": body.version}
