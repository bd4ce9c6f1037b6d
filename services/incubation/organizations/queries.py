"""Every SELECT of the projection, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from services.incubation.tables import organizations, party_organizations
from shared.contracts.base import Coverage
from shared.db.base import columns_of, insert_list, update_list
from shared.db.session import Record, Transaction

KNOWN = select(
    organizations.c.id,
    organizations.c.uscc,
    organizations.c.name,
    organizations.c.division,
    organizations.c.street,
    organizations.c.carrier,
    organizations.c.lon,
    organizations.c.lat,
    organizations.c.full_members_full_time,
    organizations.c.full_members,
    organizations.c.probationary_members,
    organizations.c.status,
    organizations.c.coverage,
    organizations.c.covered_by,
    organizations.c.registered_on,
).subquery("known")
"""What the modules above may read of organizations where their statements join them."""

COVERING = select(
    party_organizations.c.id, party_organizations.c.division, party_organizations.c.form, party_organizations.c.kind
).subquery("covering")
"""The same of Party organizations; the form of one that is dissolved is NULL."""

_STATE = (
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "carrier",
    "lon",
    "lat",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "status",
    "sequence",
    "registered_on",
)
_COLUMNS = ("id", *_STATE, "checks")
_UPSERT_ORGANIZATIONS = insert_list(
    organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _STATE)
    + ", checks = organizations.checks + 1 WHERE organizations.sequence < excluded.sequence "
    "RETURNING new.id, new.checks, new.coverage, COALESCE(old.division <> new.division, false) AS moved",
)
_END_ORGANIZATIONS = update_list(
    organizations,
    ("id",),
    ("sequence",),
    also="status = 'deregistered'",
    where="t.sequence < u.sequence",
    tail="RETURNING t.id",
)
_UPSERT_PARTY_ORGANIZATIONS = text(
    """
    INSERT INTO party_organizations AS p (id, division, form, sequence, stated_at, kind, covers)
    SELECT DISTINCT ON (u.id) u.id, u.division, u.form, u.sequence, u.stated_at, u.kind, COALESCE(c.covers, '{}')
    FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:forms AS text[]),
                CAST(:sequences AS bigint[]), CAST(:times AS timestamptz[]), CAST(:kinds AS text[]))
         AS u(id, division, form, sequence, stated_at, kind)
    LEFT JOIN (
        SELECT party, array_agg(organization ORDER BY organization) AS covers
        FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[])) AS x(party, organization) GROUP BY party
    ) AS c ON c.party = u.id
    ORDER BY u.id, u.sequence DESC
    ON CONFLICT (id) DO UPDATE SET division = excluded.division, form = excluded.form, kind = excluded.kind,
        sequence = excluded.sequence, stated_at = excluded.stated_at, covers = excluded.covers
    WHERE p.sequence < excluded.sequence
    RETURNING new.id, ARRAY(SELECT unnest(old.covers) EXCEPT SELECT unnest(new.covers)) AS dropped
    """
)
# Locked before claims are read, so that of two transactions the second sees what the first claimed. Only rows that may
# change are locked: an area states its whole list with each organization that it takes in, and nearly all of them were
# its own before.
_LOCK_CLAIMED = text(
    """
    SELECT id FROM organizations WHERE id = ANY(ARRAY(
        SELECT k.id FROM party_organizations AS p CROSS JOIN LATERAL unnest(p.covers) AS c(id)
        JOIN organizations AS k ON k.id = c.id
        WHERE p.id = ANY(CAST(:parties AS uuid[]))
          AND (k.covered_by IS DISTINCT FROM p.id OR k.coverage IS DISTINCT FROM p.form)
        UNION (
            SELECT id FROM organizations WHERE covered_by = ANY(CAST(:parties AS uuid[]))
            EXCEPT SELECT unnest(covers) FROM party_organizations WHERE id = ANY(CAST(:parties AS uuid[]))
        )
        UNION SELECT unnest(CAST(:dropped AS uuid[]))
    )) ORDER BY id FOR UPDATE
    """
)
_DERIVE_COVERAGE = text(
    """
    UPDATE organizations AS o SET coverage = COALESCE(w.form, 'uncovered'), covered_by = w.id
    FROM organizations AS k LEFT JOIN LATERAL (
        SELECT p.id, p.form FROM party_organizations AS p
        WHERE p.covers @> ARRAY[k.id] AND p.form IN ('standalone', 'joint', 'area')
        ORDER BY p.stated_at DESC, p.id DESC LIMIT 1
    ) AS w ON true
    WHERE k.id = ANY(CAST(:ids AS uuid[])) AND o.id = k.id
      AND (o.covered_by IS DISTINCT FROM w.id OR o.coverage <> COALESCE(w.form, 'uncovered'))
    RETURNING o.id
    """
)


@dataclass(frozen=True, slots=True)
class TakenState:
    """What is known of an organization besides the state just stored.

    How many states were stored, its coverage, and whether it was in another division before.
    """

    checks: int
    coverage: Coverage
    moved: bool


@dataclass(frozen=True, slots=True)
class PartyOrganizationState:
    """What a version of a Party organization states: its form (None once dissolved) and whom it covers."""

    id: UUID
    division: str
    form: str | None
    sequence: int
    stated_at: datetime
    covers: Sequence[UUID] = ()
    kind: str | None = None


async def upsert_organizations(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, TakenState]:
    """Store states, unless a newer one is known; returns those stored, by organization."""
    found = await tx.rows(_UPSERT_ORGANIZATIONS, columns_of(rows, _COLUMNS))
    return {row.id: TakenState(row.checks, row.coverage, row.moved) for row in found}


async def end_organizations(tx: Transaction, ended: Mapping[UUID, int]) -> list[UUID]:
    """Note deregistrations (sequence by organization); returns the organizations for which they are news."""
    rows = await tx.rows(_END_ORGANIZATIONS, {"id": list(ended), "sequence": list(ended.values())})
    return [row.id for row in rows]


async def upsert_party_organizations(
    tx: Transaction, states: Sequence[PartyOrganizationState]
) -> dict[UUID, list[UUID]]:
    """Store the newest state of each Party organization; returns those that were news, with whom each dropped."""
    if not states:
        return {}
    pairs = [(one.id, organization) for one in states for organization in one.covers]
    parameters = {
        "ids": [one.id for one in states],
        "divisions": [one.division for one in states],
        "forms": [one.form for one in states],
        "sequences": [one.sequence for one in states],
        "times": [one.stated_at for one in states],
        "kinds": [one.kind for one in states],
        "parties": [party for party, _ in pairs],
        "organizations": [organization for _, organization in pairs],
    }
    return {row.id: list(row.dropped) for row in await tx.rows(_UPSERT_PARTY_ORGANIZATIONS, parameters)}


async def derive_coverage(tx: Transaction, news: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """Set the coverage of whom these Party organizations covered or cover: of several claims the latest counts.

    `news` is what `upsert_party_organizations` returns. Returns the organizations whose coverage changed. The events of
    two Party organizations may arrive in either order, so none takes an organization from another: each only withdraws
    its own claim.
    """
    dropped = sorted({organization for one in news.values() for organization in one})
    locked = await tx.rows(_LOCK_CLAIMED, {"parties": sorted(news), "dropped": dropped}) if news else []
    changed = await tx.rows(_DERIVE_COVERAGE, {"ids": [row.id for row in locked]}) if locked else []
    return [row.id for row in changed]
