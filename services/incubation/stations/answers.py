"""Stations and managed units as clients see them."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.db.session import Record
from shared.problems.reasons import ReasonOut
from shared.web.steps import StepOut

_FROM = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class StationOut(BaseModel):
    """A station; `units` are managed there today."""

    model_config = _FROM

    id: UUID
    code: str
    name: str
    division: str
    street: str
    community: str
    committee: str
    from_: date = Field(alias="from")
    until: date | None
    units: int
    created_at: AwareDatetime
    version: int


class ManagedUnitOut(BaseModel):
    """Who manages a unit's members together, from when to before when."""

    model_config = _FROM

    id: UUID
    station: str
    organization_id: UUID
    uscc: str
    name: str
    division: str
    committee: str
    territorial: str
    from_: date = Field(alias="from")
    until: date | None
    reasons: list[ReasonOut]
    history: list[StepOut]
    version: int


def station_out(row: Record) -> StationOut:
    """A stored station."""
    return StationOut.model_validate({**_dated(row)})


def unit_out(row: Record) -> ManagedUnitOut:
    """A stored management of a unit."""
    return ManagedUnitOut.model_validate({**_dated(row), "history": row["steps"]})


def _dated(row: Record) -> dict[str, Any]:
    return {**row, "from": row["since"]}
