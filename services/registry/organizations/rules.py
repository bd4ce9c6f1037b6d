"""Decides what a registration does to what is stored. Pure: no I/O."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any

from services.registry.organizations.organization import Content, Organization
from services.registry.organizations.schemas import Registration
from services.registry.organizations.terms import Terms
from services.registry.policies import RegistrationPolicy
from shared.field import divisions, uscc
from shared.field.days import DayError
from shared.field.errors import FieldError as BrokenValue
from shared.field.names import normalize_line
from shared.field.places import has_position, street_name
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError

NOWHERE: Mapping[str, Any] = {"lon": None, "lat": None, "datum": None}
"""The columns of a position that is not known."""


class Effect(Enum):
    """What a registration does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"
    CONTRADICTED = "contradicted"
    """Another content as of the same instant: neither is newer, so people decide."""
    HIDDEN = "hidden"
    """The code is registered in a division outside the caller's scope."""


def find_errors(registration: Registration, terms: Terms, policy: RegistrationPolicy) -> list[FieldError]:
    """What is wrong with the code, the days and the division (domain 4.1, 4.2); the shape was validated before."""
    errors = []
    try:
        uscc.check(registration.uscc, allow_sample_codes=terms.allow_sample_codes, excepted=terms.excepted)
    except BrokenValue as broken:
        errors.append(field_error("/uscc", broken))
    day = terms.day_of(registration.as_of, policy)
    if day is None:
        ahead = DayError("instant_in_the_future", {"latest": terms.latest_as_of(policy)})
        return [*errors, field_error("/as_of", ahead)]  # what depends on the instant says nothing then
    if registration.registered_on < policy.earliest_registered_on:
        facts = {"earliest": policy.earliest_registered_on}
        errors.append(field_error("/registered_on", DayError("date_before", facts)))
    elif registration.registered_on > day:
        errors.append(field_error("/registered_on", DayError("date_after_as_of", {"as_of": day})))
    try:
        divisions.check_division(registration.division, day)
    except BrokenValue as broken:
        errors.append(field_error("/division", broken))
    return errors


def content_of(registration: Registration) -> Content:
    """The content of a registration. The source defaults to the department that the code names (decision 8)."""
    place = registration.location.columns() if registration.location else NOWHERE
    return Content(
        name=registration.name,
        kind=registration.kind,
        division=registration.division,
        street=registration.street,
        address=registration.address,
        carrier=registration.carrier,
        registered_on=registration.registered_on,
        full_time_staff=registration.full_time_staff,
        full_members_full_time=registration.full_members_full_time,
        full_members=registration.full_members,
        probationary_members=registration.probationary_members,
        evaluation_type=registration.evaluation_type,
        source=registration.source or uscc.registering_source(registration.uscc),
        status=registration.status,
        full_members_full_or_part_time=registration.full_members_full_or_part_time,
        **place,
    )


def decide(stored: Organization | None, content: Content, as_of: datetime, unwritten: Content) -> Effect:
    """Compare the stored organization with an incoming content as of an instant.

    Older than stored is stale; another content of the same instant contradicts what is stored, unless that is how it
    would be stored now (`unwritten`).
    """
    if stored is None:
        return Effect.NEW
    if as_of < stored.as_of:
        return Effect.STALE
    if content == stored.content:
        return Effect.SAME
    if as_of > stored.as_of or content == unwritten:
        return Effect.CHANGED
    return Effect.CONTRADICTED


def stored_now(stored: Organization, registration: Registration) -> Content:
    """What is stored as it would be stored now (`stored_form`).

    Where nobody names a department, now or then, it is the one that keeps the kind's register.
    """
    found = stored_form(stored.content)
    named = registration.source is None or "source" in registration.model_fields_set
    if named or found.kind != registration.kind or found.source != uscc.registering_source(stored.uscc):
        return found
    return replace(found, source=content_of(registration).source)


def stored_form(content: Content) -> Content:
    """A content as it would be stored now: rows from before texts had one form hold them as they were sent."""
    texts: dict[str, str | None] = {}
    for name in ("name", "street", "address", "carrier"):
        written = getattr(content, name)
        try:
            texts[name] = written and stored_text(name, written, content.division)
        except BrokenValue:
            texts[name] = None if name == "carrier" else written
    measured = content.lon is not None and content.lat is not None and has_position(content.lon, content.lat)
    return replace(content, **texts, **({} if measured else NOWHERE))  # type: ignore[arg-type]


def stored_text(name: str, written: str, division: str) -> str:
    """One of a registration's texts as it is stored. Raises NameFormatError."""
    return street_name(written, division) if name == "street" else normalize_line(written)
