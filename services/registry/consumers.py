"""Which handler of the registry takes which event."""

from services.registry.party_organizations import actions as party_organizations
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed

HANDLERS = Handlers(
    {
        PartyOrganizationFormed: party_organizations.record,
        PartyOrganizationExtended: party_organizations.record,
    }
)

PROJECTIONS: tuple[Projection, ...] = ()
"""None: what incubation formed is recorded as the registry's own data."""
