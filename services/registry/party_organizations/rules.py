"""Which form of Party organization gives which coverage, and which follows its organization. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.base import Coverage, Form

COVERAGE_OF_FORM: dict[Form, Coverage] = {
    "standalone": "standalone",
    "temporary": "standalone",
    "joint": "joint",
    "area": "area",
}
"""The coverage that a Party organization of this form gives; a functional one covers none by itself
(one affiliation, several activity venues, S21)."""

FOLLOWING: tuple[Form, ...] = ("standalone", "temporary")
"""The forms that are where the one organization is that they cover."""


@dataclass(frozen=True, slots=True)
class Placing:
    """One organization is placed under one Party organization."""

    organization_id: UUID
    party_organization_id: UUID
    coverage: Coverage | None
    since: date


def coverage_of(form: Form) -> Coverage | None:
    """The coverage of an organization under a Party organization of this form, None when it gives none."""
    return COVERAGE_OF_FORM.get(form)
