"""Policies on where Party organizations belong, who rates them, and which bodies there must be (`affiliation.yaml`).

The registry gives affiliations by them; incubation foresees by them whose approval a founding needs.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from shared.contracts.bodies import AffiliationKind, BodyKind, BodyLevel
from shared.field.policies import Policy, PolicyBook, read_or_shipped

AFFILIATION_KIND = "affiliation"
Department = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
"""Of whose field a body is (`justice`, `civil_affairs`): the role, whatever the department is called by now."""
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


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
    without it, it is the department's committee of one of `kinds`, or of the policy's kinds where it has none: a
    federation builds in its member bodies (S14).
    """

    rule: str
    organization_kinds: frozenset[str] = frozenset()
    evaluation_types: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    department: Department
    body: BodyCode | None = None
    kinds: tuple[BodyKind, ...] = ()
    affiliation: AffiliationKind = "competent_unit"
    """As what a Party organization belongs to it."""


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


AffiliationPolicies = PolicyBook[AffiliationPolicy]


def read_affiliation_policies(folder: Path, shipped: Path) -> AffiliationPolicies:
    """Every policy of the active folder; of one from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, AFFILIATION_KIND, AffiliationPolicy)


def policy_on(policies: AffiliationPolicies, division: str, on: date, today: date) -> Policy[AffiliationPolicy] | None:
    """The policy of a day; for one before there was any, that of today."""
    return policies.in_force(division, on) or policies.in_force(division, today)
