"""The areas' Party organizations, by place: a drawn area's code, a street, or a division. Every statement on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from shared.db.base import new_id
from shared.db.session import Record, Transaction

Place = tuple[str, str]
"""A division, and what the area is known by in it."""

_UPSERT = text(
    "INSERT INTO areas AS a (party_organization_id, division, street, version) "
    "SELECT id, division, place, raised FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), "
    "CAST(:places AS text[]), CAST(:raised AS bigint[])) AS u(id, division, place, raised) ORDER BY division, place "
    "ON CONFLICT (division, street) DO UPDATE SET version = a.version + excluded.version "
    "RETURNING party_organization_id, division, street, version"
)
_DRAWN = text(
    "SELECT b.body_id AS id, r.code, r.name FROM area_bodies b JOIN area_records r ON r.code = b.area "
    "WHERE b.body_id = ANY(CAST(:ids AS uuid[]))"
)
_MISPLACED = text(
    """
    SELECT k.id, k.division, k.street, r.id AS area_id, r.code, r.name
    FROM organizations AS k
    LEFT JOIN area_bodies AS b ON b.body_id = k.id
    LEFT JOIN area_records AS r ON r.code = b.area
    LEFT JOIN areas AS t ON t.division = k.division AND t.street = r.code
    LEFT JOIN areas AS c ON c.party_organization_id = k.covered_by
    WHERE k.id = ANY(CAST(:ids AS uuid[])) AND k.status = 'registered' AND k.coverage = 'area'
      AND CASE WHEN r.code IS NULL THEN EXISTS (SELECT FROM area_records AS o WHERE o.code = c.street)
              AND NOT EXISTS (SELECT FROM areas AS s WHERE s.party_organization_id = b.asked AND s.division = k.division
                  AND s.street <> CAST(s.party_organization_id AS text)
                  AND NOT EXISTS (SELECT FROM area_records AS o WHERE o.code = s.street))
          ELSE t.party_organization_id IS DISTINCT FROM k.covered_by
              AND (b.asked IS NULL OR b.asked IS DISTINCT FROM t.party_organization_id) END
    ORDER BY k.id
    """
)
_ANSWERED = text(
    "UPDATE area_bodies AS b SET asked = NULL FROM organizations AS k "
    "WHERE b.body_id = ANY(CAST(:ids AS uuid[])) AND k.id = b.body_id AND k.covered_by = b.asked"
)
_ASK = text(
    "UPDATE area_bodies AS b SET asked = u.branch "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:branches AS uuid[])) AS u(id, branch) WHERE b.body_id = u.id"
)
_LINK = text(
    "INSERT INTO areas AS a (party_organization_id, division, street, version) VALUES (:id, :division, :place, 1) "
    "ON CONFLICT (party_organization_id) DO UPDATE SET street = excluded.street WHERE a.street <> excluded.street"
)
# The row stays, under its own id: its version numbers the Party organization's events, should it be linked again.
_UNLINK = text(
    "UPDATE areas SET street = CAST(party_organization_id AS text) "
    "WHERE division = :division AND street = :place AND party_organization_id <> :id"
)
_BRANCHES = text(
    "SELECT division, street, party_organization_id FROM areas WHERE (division, street) IN "
    "(SELECT division, place FROM unnest(CAST(:divisions AS text[]), CAST(:places AS text[])) AS u(division, place))"
)
_KNOWN = text("SELECT FROM party_organizations WHERE id = :id AND division = :division AND form = 'area'")


@dataclass(frozen=True, slots=True)
class Branch:
    """The Party organization of an area. Its events get the last numbers up to `version`; up to 1 is a new one."""

    party_organization_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn area, as far as its Party organization is named after it."""

    code: str
    name: str


async def upsert_branches(tx: Transaction, raised: Mapping[Place, int]) -> dict[Place, Branch]:
    """The Party organizations of places, each version raised by a number of events; one that is missing is created.

    Their rows stay locked.
    """
    places = sorted(raised)
    rows = await tx.rows(
        _UPSERT,
        {
            "ids": [new_id() for _ in places],
            "divisions": [division for division, _ in places],
            "places": [place for _, place in places],
            "raised": [raised[place] for place in places],
        },
    )
    return {(row.division, row.street): Branch(row.party_organization_id, row.version) for row in rows}


async def find_drawn(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, Drawn]:
    """In which drawn area these organizations are, by their positions."""
    rows = await tx.rows(_DRAWN, {"ids": list(organization_ids)})
    return {row.id: Drawn(row.code, row.name) for row in rows}


async def list_misplaced(tx: Transaction, organization_ids: Sequence[UUID]) -> list[Record]:
    """Those of these organizations that another area's Party organization covers than that of where they are.

    `area_id`, `code` and `name` are of the drawn area that they are in; they have none where the area that covers them
    is drawn elsewhere by now. Whom the registry was asked to move already is not among them.
    """
    await tx.execute(_ANSWERED, {"ids": list(organization_ids)})
    return await tx.records(_MISPLACED, {"ids": list(organization_ids)})


async def note_asked(tx: Transaction, branches: Mapping[UUID, UUID]) -> None:
    """By organization, the Party organization that the registry was asked to cover it by."""
    await tx.execute(_ASK, {"ids": list(branches), "branches": list(branches.values())})


async def link(tx: Transaction, place: Place, party_organization_id: UUID) -> bool:
    """Make an area Party organization that stands that of a place; False where the division has no such one."""
    named = {"id": party_organization_id, "division": place[0], "place": place[1]}
    if await tx.row(_KNOWN, {"id": party_organization_id, "division": place[0]}) is None:
        return False
    await tx.execute(_UNLINK, named)
    await tx.execute(_LINK, named)
    return True


async def branches_of(tx: Transaction, places: Sequence[Place]) -> dict[Place, UUID]:
    """By place, the Party organizations of those that have one."""
    divisions, names = [division for division, _ in places], [place for _, place in places]
    rows = await tx.rows(_BRANCHES, {"divisions": divisions, "places": names})
    return {(row.division, row.street): row.party_organization_id for row in rows}


async def delete_areas(tx: Transaction, party_organization_ids: Sequence[UUID]) -> None:
    """Delete those of these Party organizations that are areas': their places have none then."""
    await tx.execute(
        text("DELETE FROM areas WHERE party_organization_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(party_organization_ids)},
    )
