"""Decides what a registration does to what is stored. Pure: no I/O, the clock comes in."""

from collections.abc import Mapping
from datetime import UTC
from enum import Enum
from typing import Any

from services.registry.organizations.schemas import Registration
from shared.field import divisions, uscc
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError


class Effect(Enum):
    """What a registration does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"
    HIDDEN = "hidden"
    """The code is registered where the caller does not reach."""


CONTENT = (
    "name",
    "kind",
    "division",
    "street",
    "address",
    "carrier",
    "lon",
    "lat",
    "registered_on",
    "full_time_staff",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "evaluation_type",
    "source",
    "status",
)
"""The columns that make a difference; another `as_of` alone does not."""


def find_errors(registration: Registration, *, allow_sample_codes: bool) -> list[FieldError]:
    """What the field's standards find wrong (domain 4.1, 4.2), beyond the shape."""
    errors = []
    try:
        uscc.check(registration.uscc, allow_sample_codes=allow_sample_codes)
    except BrokenValue as broken:
        errors.append(field_error("/uscc", broken))
    try:
        divisions.check_division(registration.division, registration.as_of.date())
    except BrokenValue as broken:
        errors.append(field_error("/division", broken))
    return errors


def to_columns(registration: Registration) -> dict[str, Any]:
    """A registration as columns."""
    columns = {name: getattr(registration, name) for name in CONTENT if name not in ("lon", "lat", "source")}
    location = registration.location
    return {
        **columns,
        "lon": location.lon if location else None,
        "lat": location.lat if location else None,
        "source": registration.source or uscc.registering_source(registration.uscc),
        "as_of": registration.as_of.astimezone(UTC),
    }


def decide(stored: Mapping[str, Any] | None, incoming: Mapping[str, Any]) -> Effect:
    """Compare what is stored with what comes; older news than what is stored is stale."""
    if stored is None:
        return Effect.NEW
    if incoming["as_of"] < stored["as_of"]:
        return Effect.STALE
    if all(stored[name] == incoming[name] for name in CONTENT):
        return Effect.SAME
    return Effect.CHANGED
