"""Decides what a registration does to what is stored. Pure: no I/O."""

from datetime import datetime
from enum import Enum

from services.registry.organizations.organization import Content, Organization
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
    """The code is registered in a division outside the caller's scope."""


def find_errors(registration: Registration, *, allow_sample_codes: bool) -> list[FieldError]:
    """What is wrong with the code and the division (domain 4.1, 4.2); the shape was validated before."""
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


def content_of(registration: Registration) -> Content:
    """The content of a registration. The source defaults to the department that the code names (decision 8)."""
    location = registration.location
    return Content(
        name=registration.name,
        kind=registration.kind,
        division=registration.division,
        street=registration.street,
        address=registration.address,
        carrier=registration.carrier,
        lon=location.lon if location else None,
        lat=location.lat if location else None,
        registered_on=registration.registered_on,
        full_time_staff=registration.full_time_staff,
        full_members_full_time=registration.full_members_full_time,
        full_members=registration.full_members,
        probationary_members=registration.probationary_members,
        evaluation_type=registration.evaluation_type,
        source=registration.source or uscc.registering_source(registration.uscc),
        status=registration.status,
    )


def decide(stored: Organization | None, content: Content, as_of: datetime) -> Effect:
    """Compare the stored organization with an incoming content as of an instant. Older than stored is stale."""
    if stored is None:
        return Effect.NEW
    if as_of < stored.as_of:
        return Effect.STALE
    return Effect.SAME if content == stored.content else Effect.CHANGED
