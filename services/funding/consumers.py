"""Funding's event handlers."""

from functools import partial

from services.funding.coverage.projecting import take_over
from services.funding.grants import raising
from services.funding.members import projecting as members
from services.funding.policies import Schemes
from services.funding.runs.starting import follow_and_start
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationChanged,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)


def make_handlers(schemes: Schemes) -> Handlers:
    """The handlers, bound to the schemes that decisions go by."""
    follow = partial(follow_and_start, schemes=schemes)
    return Handlers(
        {
            OrganizationRegistered: members.take_over,
            OrganizationChanged: members.take_over,
            OrganizationDeregistered: members.take_over,
            EvaluationCompleted: partial(raising.raise_annual, schemes=schemes),
            PartyOrganizationEstablished: follow,
            PartyOrganizationChanged: follow,
            PartyOrganizationChangedV2: follow,
            PartyOrganizationDissolved: follow,
        }
    )


PROJECTIONS = (
    Projection(
        "party-organizations",
        ("party_organizations",),
        Handlers(
            {
                PartyOrganizationEstablished: take_over,
                PartyOrganizationChanged: take_over,
                PartyOrganizationChangedV2: take_over,
                PartyOrganizationDissolved: take_over,
            }
        ),
    ),
    Projection(
        "organizations",
        ("organizations",),
        Handlers(
            {
                OrganizationRegistered: members.take_over,
                OrganizationChanged: members.take_over,
                OrganizationDeregistered: members.take_over,
            }
        ),
    ),
)
"""What a replay may rebuild. What grants stand for is not among it: it was decided."""
