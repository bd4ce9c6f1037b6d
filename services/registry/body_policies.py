"""Policies on superior bodies: where a Party organization belongs by default, who rates it, which bodies there must be
(`affiliation.yaml`), and the bodies that a region begins with (`bodies.yaml`)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt

from shared.contracts.base import PartyOrganizationKind
from shared.contracts.bodies import BodyKind, BodyLevel, ConferenceRole
from shared.field.names import normalize_line
from shared.field.policies import Policy, PolicyBook
from shared.problems.inputs import Body, Day, NoValueIsNone

AFFILIATION_KIND = "affiliation"
BODIES_KIND = "bodies"
Department = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
"""Of whose field a body is (`justice`, `civil_affairs`): the role, whatever the department is called by now."""
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Name = Annotated[str, Field(max_length=200), AfterValidator(normalize_line)]


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Parameters):
    """Bodies of a level, of any of these kinds."""

    level: BodyLevel
    kinds: tuple[BodyKind, ...] = Field(min_length=1)


class Industry(_Parameters):
    """Whose Party organizations belong under one industry committee: organizations of these kinds or types.

    Where `names` are given, only those whose name has one of these words. `body` names the committee by its code;
    without it, it is the industry committee of the department.
    """

    rule: str
    organization_kinds: frozenset[str] = frozenset()
    evaluation_types: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    department: Department
    body: BodyCode | None = None


class AffiliationPolicy(_Parameters):
    """Defaults of affiliation, raters, working bodies and the joint conference of a region."""

    departments: Mapping[Department, tuple[str, ...]]
    """Words by which a body's name shows whose field it is of."""
    industry_kinds: tuple[BodyKind, ...]
    industries: tuple[Industry, ...]
    territories: tuple[Place, ...]
    """Where else a Party organization belongs, first to last."""
    raters: tuple[Place, ...]
    """Who rates (H18): the first of these that an affiliation leads up to."""
    working_bodies: tuple[Place, ...]
    """What counts as a working body of a city and of a district (S2)."""
    civil_affairs: Department
    """Whose committee an incubator's is (H5)."""
    conference_leads: PositiveInt
    conference_min_bodies: PositiveInt
    """Bodies of a joint conference, the lead included (S4)."""


class DatedName(Body):
    """What a body is called from a day on."""

    name: Name
    from_: Annotated[Day, Field(alias="from")]


class ConferenceSeat(Body):
    """A city's joint conference: whether the body leads it or takes part, and from when to when."""

    role: ConferenceRole
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None


class BodyBody(Body):
    """A superior Party body or working body, in force from a day to before `until`: role fixed, names dated."""

    names: Annotated[list[DatedName], Field(min_length=1, max_length=20)]
    level: BodyLevel
    kind: BodyKind
    structure: PartyOrganizationKind | None = None
    department: Annotated[Department | None, NoValueIsNone] = None
    division: DivisionCode
    street: Annotated[Name | None, NoValueIsNone] = None
    parent: Annotated[BodyCode | None, NoValueIsNone] = None
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    conference: ConferenceSeat | None = None

    def count_keys(self) -> int:
        """Those of the names and of the seat too."""
        inside = [*self.names, *([self.conference] if self.conference else [])]
        return len(self.model_fields_set) + sum(len(one.model_fields_set) for one in inside)


class BodyEntry(BodyBody):
    """A body with its code."""

    code: BodyCode


class BodiesPolicy(_Parameters):
    """The bodies that a region begins with, until they are recorded otherwise."""

    bodies: tuple[BodyEntry, ...]


AffiliationPolicies = PolicyBook[AffiliationPolicy]
BodiesPolicies = PolicyBook[BodiesPolicy]


def policy_on(policies: AffiliationPolicies, division: str, on: date, today: date) -> Policy[AffiliationPolicy] | None:
    """The policy of a day; for one before there was any, that of today."""
    return policies.in_force(division, on) or policies.in_force(division, today)
