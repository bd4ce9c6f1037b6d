"""Which handler of the registry takes which event."""

from services.registry.party_organizations.recording import record
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.incubation import (
    PartyOrganizationExtended,
    PartyOrganizationFormed,
    PartyOrganizationReorganized,
)

HANDLERS = Handlers(
    {
        PartyOrganizationFormed: record,
        PartyOrganizationExtended: record,
        PartyOrganizationReorganized: record,
    }
)

PROJECTIONS: tuple[Projection, ...] = ()
"""None: what incubation formed is recorded as the registry's own data."""
