"""What the registry states of Party organizations themselves: name, founding, leadership, superior body, end."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from services.incubation.tables import party_facts
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationDissolved, PartyOrganizationFacts
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

FACTS = select(party_facts).subquery("facts")
"""What the modules above may read of Party organizations where their statements join them."""
_COLUMNS = tuple(column.name for column in party_facts.c)
_FACTS = (
    "name",
    "state",
    "established_on",
    "term_since",
    "term_ends_on",
    "affiliated_to",
    "affiliated_as",
    "affiliated_since",
    "form",
)
_ESTABLISHED = text(
    "SELECT id, established_on FROM party_facts WHERE id = ANY(CAST(:ids AS uuid[])) AND established_on IS NOT NULL"
)
# A dissolution states nothing but itself: the rest stays as it was stated before.
_UPSERT = insert_list(
    party_facts,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(
        f"{name} = CASE WHEN excluded.dissolved_on IS NULL THEN excluded.{name} ELSE party_facts.{name} END"
        for name in _FACTS
    )
    + ", division = excluded.division, dissolved_on = excluded.dissolved_on, sequence = excluded.sequence "
    "WHERE party_facts.sequence < excluded.sequence",
)


async def project_facts(tx: Transaction, events: Sequence[Received[PartyOrganizationFacts]]) -> None:
    """Store the newest statement of each Party organization."""
    await _store(tx, [_stated(event) for event in events])


async def project_end(tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]) -> None:
    """Note dissolutions."""
    nothing = dict.fromkeys(_FACTS)
    await _store(
        tx,
        [
            {
                "id": event.data.id,
                "division": event.data.division,
                **nothing,
                "dissolved_on": event.data.dissolved_on,
                "sequence": event.envelope.sequence,
            }
            for event in events
        ],
    )


async def established_of(tx: Transaction, parties: Sequence[UUID]) -> dict[UUID, date]:
    """When these Party organizations were founded, wherever they are, as far as it is known."""
    if not parties:
        return {}
    async with tx.system_scope():
        rows = await tx.rows(_ESTABLISHED, {"ids": list(parties)})
    return {row.id: row.established_on for row in rows}


def _stated(event: Received[PartyOrganizationFacts]) -> Record:
    data = event.data
    return {
        "id": data.id,
        "division": data.division,
        "name": data.name,
        "state": data.state,
        "established_on": data.established_on,
        "term_since": data.term.since if data.term else None,
        "term_ends_on": data.term.ends_on if data.term else None,
        "affiliated_to": data.affiliation.body if data.affiliation else None,
        "affiliated_as": data.affiliation.kind if data.affiliation else None,
        "affiliated_since": data.affiliation.since if data.affiliation else None,
        "dissolved_on": None,
        "sequence": event.envelope.sequence,
        "form": data.form,
    }


async def _store(tx: Transaction, rows: Sequence[Record]) -> None:
    newest = {row["id"]: row for row in sorted(rows, key=lambda row: int(row["sequence"]))}
    if newest:
        stored = [newest[one] for one in sorted(newest)]
        await tx.execute(_UPSERT, columns_of(stored, _COLUMNS))
