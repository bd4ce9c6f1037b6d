"""What evaluation does with which event: one handler for all three, so that a list stays one list."""

from services.evaluation.party_organizations import actions as party_organizations
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)

HANDLERS = Handlers(
    {
        PartyOrganizationEstablished: party_organizations.project,
        PartyOrganizationChanged: party_organizations.project,
        PartyOrganizationDissolved: party_organizations.project,
    }
)

PROJECTIONS = (
    Projection(
        "party-organizations",
        ("party_organizations",),
        Handlers(
            {
                PartyOrganizationEstablished: party_organizations.take_over,
                PartyOrganizationChanged: party_organizations.take_over,
                PartyOrganizationDissolved: party_organizations.take_over,
            }
        ),
    ),
)
"""What a replay may rebuild. Who was enrolled, and how, is a decision."""
