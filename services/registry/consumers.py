"""What the registry does with which event."""

from services.registry.party_organizations import actions as party_organizations
from shared.bus.handlers import Handlers
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed

HANDLERS = Handlers(
    {
        PartyOrganizationFormed: party_organizations.establish,
        PartyOrganizationExtended: party_organizations.extend,
    }
)
