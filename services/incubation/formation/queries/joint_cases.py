"""Joint cases with what is known of their organizations (S13): whom a plan may join, and whom its approval finds."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, literal_column, select, text

from services.incubation.formation.queries.cases import lock_pending_cases
from services.incubation.formation.queries.conditions import IDS, OF_ORGANIZATION, PENDING
from services.incubation.formation.rules import JointCase
from services.incubation.organizations.queries import KNOWN
from services.incubation.tables import case_occasions, formation_cases, formation_checks
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

# A joint branch whose kind is due to change has its members already.
_JOINT = and_(
    formation_cases.c.outcome == literal_column("'joint'"),
    ~exists().where(
        case_occasions.c.case_id == formation_cases.c.id, case_occasions.c.occasion == literal_column("'kind'")
    ),
    KNOWN.c.status == literal_column("'registered'"),
)
_LOCK_JOINT = prepare(
    select(
        formation_cases.c.id,
        formation_cases.c.organization_id,
        KNOWN.c.division,
        KNOWN.c.street,
        KNOWN.c.carrier,
        KNOWN.c.full_members_full_time,
        KNOWN.c.full_members,
        KNOWN.c.probationary_members,
        KNOWN.c.lon,
        KNOWN.c.lat,
        KNOWN.c.registered_on,
        KNOWN.c.kind,
        KNOWN.c.name,
        KNOWN.c.evaluation_type,
    )
    .join(KNOWN, OF_ORGANIZATION)
    .where(formation_cases.c.organization_id == IDS, _JOINT, text(PENDING))
    .order_by(formation_cases.c.id)
    .with_for_update(of=formation_cases)
)
_LIST_JOINT = prepare(
    select(
        KNOWN.c.id,
        KNOWN.c.uscc,
        formation_checks.c.counted_full_members.label("full_members"),
        KNOWN.c.street,
        KNOWN.c.carrier,
        KNOWN.c.lon,
        KNOWN.c.lat,
        (KNOWN.c.full_members + KNOWN.c.probationary_members).label("total_members"),
        KNOWN.c.kind.label("sector"),
        KNOWN.c.full_members.label("all_full_members"),
    )
    .select_from(formation_cases)
    .join(KNOWN, OF_ORGANIZATION)
    .join(formation_checks, formation_checks.c.id == formation_cases.c.check_id)
    .where(
        formation_cases.c.division.like(bindparam("scope")),
        _JOINT,
        formation_cases.c.state == literal_column("'open'"),
    )
    .order_by(KNOWN.c.uscc)
)


async def lock_joint_cases(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, JointCase]:
    """Pending joint cases of these organizations, locked in one order, with what the organizations are now.

    Read after the locks are held: a check that we waited for has changed the organizations in the meantime.
    """
    await lock_pending_cases(tx, organization_ids)
    rows = await tx.records(_LOCK_JOINT, {"ids": list(organization_ids)})
    return {row["organization_id"]: JointCase(**row) for row in rows}


async def list_joint_candidates(tx: Transaction, prefix: str) -> list[Record]:
    """Organizations of a division whose open case asks for a joint branch (S13): counted full members and place."""
    return await tx.records(_LIST_JOINT, {"scope": prefix + "%"})
