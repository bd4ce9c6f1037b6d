"""Every SELECT of a run: whom it may concern, a list in one statement."""

from sqlalchemy import select, text

from services.funding.coverage.queries import party_of
from services.funding.coverage.rules import PartyOrganization
from services.funding.entries.rules import Entry
from services.funding.tables import party_organizations
from shared.db.paging import where_within
from shared.db.session import Transaction

_ENTRIES = text(
    "SELECT e.* FROM scheme_entries e WHERE e.scheme = :scheme AND e.state = 'confirmed' "
    "AND starts_with(e.division, :division) ORDER BY e.id"
)


async def parties_within(tx: Transaction, division: str) -> list[PartyOrganization]:
    """The Party organizations of a division, given as a prefix, those dissolved too."""
    statement = where_within(select(party_organizations), party_organizations.c.division, division)
    return [party_of(row) for row in await tx.records(statement.order_by(party_organizations.c.id))]


async def entries_within(tx: Transaction, scheme: str, division: str) -> list[Entry]:
    """The confirmed entries of a scheme's list, of a division given as a prefix."""
    return [Entry(**row) for row in await tx.records(_ENTRIES, {"scheme": scheme, "division": division})]


async def wait_for_runs(tx: Transaction, scheme: str) -> None:
    """One run of a scheme at a time: the second sees what the first raised."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('scheme_runs/' || :scheme))"), {"scheme": scheme})
