"""Public notices and objections as clients send and see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.funding.grants.noticing.rules import Notice
from services.funding.grants.schemas import Together
from shared.contracts.funding import GrantStateName
from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, Prose
from shared.problems.personal_numbers import check_no_personal_number


class GrantNoticeIn(Together):
    """Reviewed grants that are published together: since when, and where."""

    started_on: Day
    place: Annotated[
        str,
        Field(min_length=1, max_length=200),
        AfterValidator(normalize_text),
        AfterValidator(check_no_personal_number),
    ]


class GrantObjectionIn(Body):
    """What is objected, received on a day of the notice; no person is named."""

    received_on: Day
    statement: Prose


class GrantAnswerIn(Body):
    """Whether the objection is upheld, and why."""

    upheld: Annotated[bool, Field(strict=True)]
    answer: Prose


class GrantReturnIn(Body):
    """What is to be corrected."""

    reason: Prose


class GrantObjectionOut(BaseModel):
    """An objection, and its answer once there is one."""

    number: int
    received_on: date
    statement: str
    recorded_by: str
    recorded_at: AwareDatetime
    upheld: bool | None
    answer: str | None
    answered_by: str | None
    answered_at: AwareDatetime | None


class GrantNoticeOut(BaseModel):
    """A notice, from its first day to its last; `in_force` where it is of what was reviewed last."""

    started_on: date
    ends_on: date
    working_days: int
    place: str
    published_by: str
    published_at: AwareDatetime
    in_force: bool
    objections: list[GrantObjectionOut]


class GrantNoticesOut(BaseModel):
    """A grant's notices with their objections, the first first."""

    id: UUID
    state: GrantStateName
    version: int
    notices: list[GrantNoticeOut]


def notices_out(
    grant: Mapping[str, Any],
    notices: Sequence[Mapping[str, Any]],
    objections: Sequence[Mapping[str, Any]],
    current: Notice | None,
) -> GrantNoticesOut:
    """A grant's notices; each with the objections to it."""
    shown = [
        GrantNoticeOut.model_validate(
            {
                **one,
                "in_force": current is not None and grant["state"] == "reviewed" and current.version == one["version"],
                "objections": [each for each in objections if each["notice_version"] == one["version"]],
            }
        )
        for one in notices
    ]
    return GrantNoticesOut(id=grant["id"], state=grant["state"], version=grant["version"], notices=shown)
