"""Joint branches that exist, with the organizations that they cover or are about to (S13)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, literal_column, select, text

from services.incubation.formation.queries.conditions import IDS, OF_ORGANIZATION
from services.incubation.organizations.queries import COVERING, KNOWN
from services.incubation.tables import formation_cases
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_CASE, _LATER = formation_cases.c, formation_cases.alias("later")
_COLUMNS = (
    COVERING.c.id.label("branch"),
    COVERING.c.division.label("home"),
    KNOWN.c.division,
    KNOWN.c.id,
    KNOWN.c.uscc,
    KNOWN.c.full_members_full_time,
    KNOWN.c.full_members,
    KNOWN.c.street,
    KNOWN.c.carrier,
    KNOWN.c.lon,
    KNOWN.c.lat,
    (KNOWN.c.full_members + KNOWN.c.probationary_members).label("total_members"),
    KNOWN.c.kind.label("sector"),
)
_COVERED = select(*_COLUMNS).join(KNOWN, KNOWN.c.covered_by == COVERING.c.id)
# Approved for a branch, and not yet recorded there: whoever left it again has a newer case. Outcome and state are as in
# the partial index.
_ON_THEIR_WAY = (
    select(*_COLUMNS)
    .join(formation_cases, _CASE.party_organization_id == COVERING.c.id)
    .join(KNOWN, OF_ORGANIZATION)
    .where(
        _CASE.outcome == literal_column("'joint'"),
        _CASE.state == literal_column("'approved'"),
        KNOWN.c.status == literal_column("'registered'"),
        KNOWN.c.covered_by.is_distinct_from(COVERING.c.id),
        ~exists().where(_LATER.c.organization_id == _CASE.organization_id, _LATER.c.id > _CASE.id),
    )
)


def _both(*conditions: Any) -> Any:
    """One statement, so that both parts see the same moment: nobody is between the two."""
    parts: list[Select[Any]] = [
        part.where(COVERING.c.form == literal_column("'joint'"), *conditions) for part in (_COVERED, _ON_THEIR_WAY)
    ]
    return prepare(parts[0].union(parts[1]).order_by(literal_column("branch"), literal_column("uscc")))


_LIST_BRANCHES = _both(COVERING.c.division.like(bindparam("scope")))
_LIST_BRANCH = _both(COVERING.c.id == IDS)
# By the lock's number, so that no two wait for each other.
_ONE_APPROVAL = text(
    "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtext('joint branch ' || u.id) AS k "
    "FROM unnest(CAST(:ids AS uuid[])) AS u(id) ORDER BY k) AS keys"
)


async def lock_branches(tx: Transaction, branches: Sequence[UUID]) -> None:
    """Wait until no other transaction approves units for these branches: the limits are of all of them together.

    Lock order: before the case rows. No row is locked: the registry's news of a branch is not kept waiting.
    """
    if branches:
        await tx.rows(_ONE_APPROVAL, {"ids": list(branches)})


async def list_joint_branches(tx: Transaction, prefix: str) -> list[Record]:
    """The organizations of a division's joint branches, a row each, with the `branch` and its `home` division."""
    return await tx.records(_LIST_BRANCHES, {"scope": prefix + "%"})


async def list_units_of(tx: Transaction, branches: Sequence[UUID]) -> list[Record]:
    """The same of these joint branches."""
    return await tx.records(_LIST_BRANCH, {"ids": list(branches)}) if branches else []
