"""Which form of Party organization gives which coverage, follows its organization, elects a leadership. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.base import Coverage, Form, PartyOrganizationKind, PartyState

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

ELECTING: tuple[Form, ...] = ("standalone", "joint")
"""The forms that elect their leadership: they are being founded until it is approved (D9).

A temporary Party organization holds no elections (domain 4.3), nor do areas and functional ones: theirs is appointed,
without a term.
"""


@dataclass(frozen=True, slots=True)
class Placing:
    """One organization is placed under one Party organization."""

    organization_id: UUID
    party_organization_id: UUID
    coverage: Coverage | None
    since: date


@dataclass(frozen=True, slots=True)
class Led:
    """What a Party organization has from its leadership.

    A term (None: appointed), and whether its secretary is the head of the organization too (S31; None: not known).
    """

    since: date | None
    ends_on: date | None
    secretary_is_head: bool | None


Structure = Literal[
    "committee",
    "general_branch",
    "branch",
    "joint_committee",
    "joint_general_branch",
    "joint_branch",
    "temporary_branch",
    "functional",
    "area",
]
"""What forms call the structure (D8): kind and form in one code."""
_NAMES: Mapping[PartyOrganizationKind, Literal["committee", "general_branch", "branch"]] = {
    "COMMITTEE": "committee",
    "GENERAL": "general_branch",
    "BRANCH": "branch",
}
_JOINT: Mapping[PartyOrganizationKind, Structure] = {
    "COMMITTEE": "joint_committee",
    "GENERAL": "joint_general_branch",
    "BRANCH": "joint_branch",
}


def structure_of(kind: PartyOrganizationKind, form: Form) -> Structure:
    """The structure's code (D8)."""
    match form:
        case "joint":
            return _JOINT[kind]
        case "temporary":
            return "temporary_branch"
        case "functional" | "area":
            return form
        case "standalone":
            return _NAMES[kind]


def state_of_new(form: Form) -> PartyState:
    """The state of a Party organization whose founding was approved, and of one that is founded again."""
    return "founding" if form in ELECTING else "active"


def coverage_of(form: Form) -> Coverage | None:
    """The coverage of an organization under a Party organization of this form, None when it gives none."""
    return COVERAGE_OF_FORM.get(form)
