"""Every SELECT of the projection, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, text

from services.incubation.organizations.standing import Standing
from services.incubation.tables import organizations, party_organizations
from shared.contracts.base import Coverage
from shared.db.base import columns_of, insert_list, update_list
from shared.db.session import Record, Transaction
from shared.field.uscc import normalize

KNOWN = select(
    organizations.c.id,
    organizations.c.uscc,
    organizations.c.name,
    organizations.c.kind,
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
    organizations.c.evaluation_type,
).subquery("known")
"""What the modules above may read of organizations where their statements join them."""

COVERING = select(
    party_organizations.c.id, party_organizations.c.division, party_organizations.c.form, party_organizations.c.kind
).subquery("covering")
"""The same of Party organizations; the form of one that is dissolved is NULL."""

ENDED = "SELECT FROM organizations AS ended WHERE ended.id = {organization} AND ended.status = 'deregistered'"
"""As SQL: whether an organization is deregistered, for the modules above."""
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
    "evaluation_type",
)
_COLUMNS = ("id", *_STATE, "checks")
_UPSERT_ORGANIZATIONS = insert_list(
    organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _STATE)
    + ", checks = organizations.checks + 1 WHERE organizations.sequence < excluded.sequence "
    "RETURNING new.id, new.checks, new.coverage, old.division AS left, COALESCE(old.sequence, 0) AS before, "
    "COALESCE(old.division <> new.division, false) AS moved, "
    # The registry's two topics may come in either order.
    "old.id IS NULL AND EXISTS (SELECT FROM coverage_claims c WHERE c.organization_id = new.id AND c.covered) "
    "AS claimed",
)
_END_ORGANIZATIONS = update_list(
    organizations,
    ("id",),
    ("sequence",),
    also="status = 'deregistered'",
    where="t.sequence < u.sequence",
    tail="RETURNING t.id",
)

_LOCK = text("SELECT FROM organizations WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
_COUNT_CHECKS = text(
    "UPDATE organizations SET checks = checks + 1 WHERE id = ANY(CAST(:ids AS uuid[])) RETURNING id, checks, sequence"
)


@dataclass(frozen=True, slots=True)
class TakenState:
    """What is known of an organization besides the state just stored.

    How many states were stored, its coverage, the division that it was in before (`left`, None for a new one), and
    whether that was another one. `before`: the sequence of the state that it replaces. `claimed`: it is new, and a
    Party organization claimed it before it was known.
    """

    checks: int
    coverage: Coverage
    left: str | None
    moved: bool
    before: int = 0
    claimed: bool = False


# Of several that cover it on a day, the last one counts.
_STANDING = text(
    """
    SELECT EXISTS (SELECT FROM organization_stays AS s WHERE s.organization_id = o.id) AS stays,
        (SELECT s.division FROM organization_stays AS s WHERE s.organization_id = o.id
            AND s.since <= :day AND (s.until IS NULL OR s.until > :day) ORDER BY s.since DESC LIMIT 1) AS stayed,
        o.coverage = 'uncovered' OR EXISTS (SELECT FROM coverage_spans AS s WHERE s.organization_id = o.id
            AND s.party_organization_id = o.covered_by AND s.until IS NULL) AS spans,
        c.form, c.party_organization_id, f.name, f.established_on, f.state, f.term_since, f.term_ends_on
    FROM organizations AS o
    LEFT JOIN LATERAL (SELECT s.form, s.party_organization_id FROM coverage_spans AS s
        WHERE s.organization_id = o.id AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
        ORDER BY s.since DESC, s.party_organization_id DESC LIMIT 1) AS c ON true
    LEFT JOIN party_facts AS f ON f.id = c.party_organization_id
    WHERE o.id = :id
    """
)


async def upsert_organizations(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, TakenState]:
    """Store states, unless a newer one is known; returns those stored, by organization."""
    found = await tx.rows(_UPSERT_ORGANIZATIONS, columns_of(rows, _COLUMNS))
    return {row.id: TakenState(row.checks, row.coverage, row.left, row.moved, row.before, row.claimed) for row in found}


@dataclass(frozen=True, slots=True)
class CountedCheck:
    """The sequence of the check that the caller owes, and of the state that it reads."""

    checks: int
    sequence: int


async def find_organization(tx: Transaction, reference: str) -> Record | None:
    """An organization that the caller sees, by its code or its id."""
    condition = KNOWN.c.uscc == normalize(reference)
    with suppress(ValueError):  # most references are codes
        condition = or_(condition, KNOWN.c.id == UUID(reference))
    return await tx.record(select(KNOWN).where(condition))


async def lock_organizations(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock these organizations, in one order."""
    await tx.execute(_LOCK, {"ids": list(organization_ids)})


async def count_checks(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, CountedCheck]:
    """Count a further check of each of these organizations; the caller holds their locks."""
    rows = await tx.rows(_COUNT_CHECKS, {"ids": list(organization_ids)})
    return {row.id: CountedCheck(row.checks, row.sequence) for row in rows}


async def end_organizations(tx: Transaction, ended: Mapping[UUID, int]) -> list[UUID]:
    """Note deregistrations (sequence by organization); returns the organizations for which they are news."""
    rows = await tx.rows(_END_ORGANIZATIONS, {"id": list(ended), "sequence": list(ended.values())})
    return [row.id for row in rows]


async def standing_on(tx: Transaction, organization_id: UUID, day: date) -> Standing | None:
    """How it stood on a day, wherever it was; None for one that is not known."""
    async with tx.system_scope():
        row = await tx.record(_STANDING, {"id": organization_id, "day": day})
    if row is None:
        return None
    return Standing(
        registered=row["stayed"] is not None if row["stays"] else None,
        division=row["stayed"],
        coverage=(row["form"] or "uncovered") if row["spans"] else None,
        party_id=row["party_organization_id"],
        party_name=row["name"],
        established_on=row["established_on"],
        party_state=row["state"],
        term_since=row["term_since"],
        term_ends_on=row["term_ends_on"],
    )
