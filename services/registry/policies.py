"""The registry's policies: what a registration is checked against (`registration.yaml`), with those on bodies
(`body_policies`). The words of files are in `import_words`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from services.registry.body_policies import BODIES_KIND, BodiesPolicies, BodiesPolicy
from services.registry.claim_terms.policies import PrecedencePolicies, read_precedence_policies
from services.registry.leadership_policies import LEADERSHIP_KIND, LeadershipPolicies, LeadershipPolicy
from services.registry.uncoded.policies import (
    FILED_BODIES_KIND,
    REVIEWS_KIND,
    FiledBodiesPolicies,
    FiledBodiesPolicy,
    ReviewPolicies,
    ReviewPolicy,
)
from shared.field.figures.policies import StatisticsPolicies, read_statistics_policies
from shared.field.policies import Day, PolicyBook, read_or_shipped
from shared.field.working_days import WorkingDaysBook, read_working_days
from shared.superiors.policies import AffiliationPolicies, read_affiliation_policies

REGISTRATION_KIND = "registration"
WarningCode = Literal[
    "kind_category", "evaluation_type_category", "street_unknown", "location_meaningless", "kind_source"
]
Category = Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")]
"""The first two characters of a code: the registering department and the category (domain 4.1)."""
Source = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class RegistrationPolicy(BaseModel):
    """Bounds of days, what fits together, and what does not only warn but refuses.

    Read from authors' files only: no row keeps a copy of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    earliest_registered_on: Day
    as_of_leeway_seconds: NonNegativeInt
    """How far ahead of this server's the sender's clock may be."""
    kind_categories: Mapping[str, tuple[Category, ...]]
    """The categories of codes that fit a kind; a kind without an entry fits any."""
    evaluation_type_categories: Mapping[str, tuple[Category, ...]]
    """The same of an evaluation type (domain 7)."""
    kind_sources: Mapping[str, Annotated[tuple[Source, ...], Field(min_length=1)]] = {}
    """The departments that keep the register of a kind; the first one where a registration names none. For a kind
    without an entry it is the department that the code names."""
    streets: Mapping[DivisionCode, frozenset[str]]
    """The streets and towns of a division; one without an entry may have any."""
    refuse: frozenset[WarningCode]
    """What is refused instead of warned of."""


@dataclass(frozen=True, slots=True)
class RegistrationPolicies(PolicyBook[RegistrationPolicy]):
    """What registrations and filings are checked against, where Party organizations belong, which figures are shown."""

    affiliations: AffiliationPolicies
    leaderships: LeadershipPolicies
    filed_bodies: FiledBodiesPolicies
    reviews: ReviewPolicies
    working_days: WorkingDaysBook
    statistics: StatisticsPolicies
    precedence: PrecedencePolicies


def read_registration_policies(folder: Path, shipped: Path) -> RegistrationPolicies:
    """Every registration policy of the active folder; for one from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    own = read_or_shipped(folder, shipped, REGISTRATION_KIND, RegistrationPolicy)
    return RegistrationPolicies(
        own.policies,
        read_affiliation_policies(folder, shipped),
        read_leadership_policies(folder, shipped),
        read_or_shipped(folder, shipped, FILED_BODIES_KIND, FiledBodiesPolicy),
        read_or_shipped(folder, shipped, REVIEWS_KIND, ReviewPolicy),
        read_working_days(folder, shipped),
        read_statistics_policies(folder, shipped),
        read_precedence_policies(folder, shipped),
    )


def read_leadership_policies(folder: Path, shipped: Path) -> LeadershipPolicies:
    """The same of leaderships. Raises as `read_policies` does."""
    return read_or_shipped(folder, shipped, LEADERSHIP_KIND, LeadershipPolicy)


def read_bodies_policies(folder: Path, shipped: Path) -> BodiesPolicies:
    """The same of the bodies that regions begin with. Raises as `read_policies` does."""
    return read_or_shipped(folder, shipped, BODIES_KIND, BodiesPolicy)
