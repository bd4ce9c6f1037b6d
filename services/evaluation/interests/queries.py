"""Every SELECT of declared interests, and the writes beside them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction
from shared.problems.duties import same_person


async def declare(tx: Transaction, row: Record) -> Record:
    """Insert a declaration; where the subject declared the interest before, the first declaration stands."""
    found = await tx.record(
        text(
            "INSERT INTO interests AS i (id, subject, party_organization_id, division, reason, declared_at) "
            "VALUES (:id, :subject, :party_organization_id, :division, :reason, :declared_at) "
            "ON CONFLICT (subject, party_organization_id) DO UPDATE SET reason = i.reason RETURNING *"
        ),
        row,
    )
    assert found is not None
    return found


async def divisions_deciding(tx: Transaction, party_organization_id: UUID) -> list[str]:
    """The divisions that decide on ratings of a Party organization that moved away since, the latest year first."""
    statement = text(
        "SELECT division FROM evaluations WHERE party_organization_id = :p AND moved_to IS NOT NULL ORDER BY year DESC"
    )
    return [row.division for row in await tx.rows(statement, {"p": party_organization_id})]


async def declared_interest(tx: Transaction, subject: str, party_organization_id: UUID) -> bool:
    """Whether the subject declared an interest in the Party organization, however it was written then."""
    rows = await tx.rows(
        text("SELECT subject FROM interests WHERE party_organization_id = :p"), {"p": party_organization_id}
    )
    return any(same_person(row.subject, subject) for row in rows)


async def interests_among(tx: Transaction, subject: str, party_organization_ids: Sequence[UUID]) -> set[UUID]:
    """In which of these Party organizations the subject declared an interest, however it was written then."""
    declared = await declared_in(tx, party_organization_ids)
    return {party for party, subjects in declared.items() if any(same_person(one, subject) for one in subjects)}


async def declared_in(tx: Transaction, party_organization_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Who declared an interest in these Party organizations, by Party organization; without anybody it is left out."""
    statement = text(
        "SELECT party_organization_id AS id, array_agg(subject ORDER BY subject) AS subjects FROM interests "
        "WHERE party_organization_id = ANY(CAST(:ids AS uuid[])) GROUP BY 1"
    )
    return {row.id: row.subjects for row in await tx.rows(statement, {"ids": list(party_organization_ids)})}


async def list_interests(tx: Transaction, subject: str) -> list[Record]:
    """What a subject declared."""
    return await tx.records(
        text("SELECT * FROM interests WHERE subject = :s ORDER BY declared_at, id LIMIT 500"), {"s": subject}
    )
