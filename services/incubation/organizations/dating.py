"""Dates what the registry states: where an organization was, and who covered it, from when to when.

Only what is newer than what a row rests on changes it, so events that are applied once more change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

_STATES = (
    "unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:registered AS date[]), CAST(:days AS date[]), "
    "CAST(:sequences AS bigint[])) AS u(id, division, registered, day, sequence)"
)
_NEWEST = "NOT EXISTS (SELECT FROM organization_stays n WHERE n.organization_id = u.id AND n.sequence >= u.sequence)"
_LEAVE = text(
    "UPDATE organization_stays AS s SET until = GREATEST(u.day, s.since), sequence = u.sequence "  # noqa: S608 - fixed
    f"FROM {_STATES} WHERE s.organization_id = u.id AND s.until IS NULL AND s.division <> u.division AND {_NEWEST} "
    "RETURNING s.organization_id AS id, u.division, s.until AS day"
)
# A first day that was stated otherwise before was an error.
_CORRECT = text(
    "UPDATE organization_stays AS s SET since = LEAST(u.registered, COALESCE(s.until, u.registered)), "  # noqa: S608
    f"sequence = u.sequence FROM {_STATES} WHERE s.organization_id = u.id AND s.since <> u.registered "
    f"AND s.until IS NULL AND s.sequence < u.sequence AND NOT EXISTS (SELECT FROM organization_stays n "
    "WHERE n.organization_id = u.id AND n.id <> s.id)"
)
_INTO = (
    "INSERT INTO organization_stays AS t (id, organization_id, division, since, sequence) "
    "SELECT md5(u.id::text || u.division || u.sequence)::uuid, u.id, u.division, "
)
# It reads nothing of what there is: a plan for the table as it was when it was small would compare all with all.
_ENTER_NEW = text(f"{_INTO}u.registered, u.sequence FROM {_STATES} ON CONFLICT (id) DO NOTHING")
# Who has none has been there since its registration; who has ended ones is registered again.
_ENTER = text(
    f"{_INTO}COALESCE((SELECT max(GREATEST(u.day, n.until)) FROM organization_stays n "  # noqa: S608 - fixed
    f"WHERE n.organization_id = u.id), u.registered), u.sequence FROM {_STATES} "
    "WHERE NOT EXISTS (SELECT FROM organization_stays n WHERE n.organization_id = u.id "
    "AND (n.until IS NULL OR n.sequence > u.sequence)) "
    "ON CONFLICT (id) DO NOTHING"
)
_END = text(
    "UPDATE organization_stays AS s SET until = GREATEST(u.day, s.since), sequence = u.sequence "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[]), CAST(:sequences AS bigint[])) AS u(id, day, sequence) "
    "WHERE s.organization_id = u.id AND s.until IS NULL AND s.sequence < u.sequence"
)
# Whom a Party organization covered before its organization was known was put where the Party organization is.
_PLACE_SPANS = text(
    "UPDATE coverage_spans AS s SET division = u.division "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
    "WHERE s.organization_id = u.id AND s.until IS NULL AND s.division <> u.division"
)
_KEY = "md5(concat_ws(' ', party, organization, division, form, since))::uuid"
_MOVE_SPANS = text(
    "WITH gone AS (UPDATE coverage_spans AS s SET until = GREATEST(u.day, s.since) "  # noqa: S608 - fixed
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:days AS date[])) AS u(id, division, day) "
    "WHERE s.organization_id = u.id AND s.until IS NULL AND s.division <> u.division "
    "RETURNING s.party_organization_id AS party, s.organization_id AS organization, u.division, s.form, "
    "s.until AS since, s.sequence) "
    "INSERT INTO coverage_spans AS t (id, party_organization_id, organization_id, division, form, since, sequence) "
    f"SELECT {_KEY}, party, organization, division, form, since, sequence FROM gone "
    "ON CONFLICT (id) DO UPDATE SET until = NULL"
)
_CLAIMED = (
    "EXISTS (SELECT FROM coverage_claims c WHERE c.organization_id = {organization} "
    "AND c.party_organization_id = p.id AND c.covered AND p.form IS NOT NULL)"
)
_RELEASE = text(
    "UPDATE coverage_spans AS s SET until = GREATEST(u.day, s.since), sequence = u.sequence "  # noqa: S608 - fixed
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:newest AS bigint[]), CAST(:days AS date[])) AS u(id, sequence, day) "
    "JOIN party_organizations AS p ON p.id = u.id "
    "WHERE s.organization_id = ANY(CAST(:touched AS uuid[])) AND s.party_organization_id = u.id AND s.until IS NULL "
    "AND s.sequence < u.sequence "
    f"AND (s.form IS DISTINCT FROM p.form OR NOT {_CLAIMED.format(organization='s.organization_id')})"
)
_COVERS = (
    "unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[]), CAST(:sequences AS bigint[]), "
    "CAST(:since AS date[]), CAST(:divisions AS text[])) AS u(party, organization, sequence, since, division)"
)
# Stated otherwise before: an error, unless it goes on from a span that ended (a move, another form).
_RESTATE = text(
    "UPDATE coverage_spans AS s SET since = u.since, sequence = u.sequence "  # noqa: S608 - fixed
    f"FROM {_COVERS} WHERE s.organization_id = u.organization AND s.party_organization_id = u.party "
    "AND s.until IS NULL AND s.sequence < u.sequence AND u.since <> s.since AND NOT EXISTS (SELECT FROM coverage_spans "
    "n WHERE n.organization_id = s.organization_id AND n.party_organization_id = s.party_organization_id "
    "AND n.id <> s.id)"
)
_COVER = text(
    "INSERT INTO coverage_spans AS t "  # noqa: S608 - fixed
    "(id, party_organization_id, organization_id, division, form, since, sequence) "
    f"SELECT {_KEY}, party, organization, division, form, since, sequence FROM (SELECT u.party, u.organization, "
    "COALESCE(o.division, u.division, p.division) AS division, p.form, GREATEST(u.since, (SELECT max(n.until) "
    "FROM coverage_spans n WHERE n.organization_id = u.organization AND n.party_organization_id = u.party)) AS since, "
    f"u.sequence FROM {_COVERS} JOIN party_organizations AS p ON p.id = u.party "
    "LEFT JOIN organizations AS o ON o.id = u.organization "
    f"WHERE {_CLAIMED.format(organization='u.organization')} "
    "AND NOT EXISTS (SELECT FROM coverage_spans n WHERE n.organization_id = u.organization "
    "AND n.party_organization_id = u.party AND (n.until IS NULL OR n.sequence > u.sequence))) AS x "
    "ON CONFLICT (id) DO UPDATE SET until = NULL, sequence = excluded.sequence"
)


@dataclass(frozen=True, slots=True)
class Stay:
    """What a state says of where an organization is: of a day in China, by the organization's event `sequence`."""

    id: UUID
    division: str
    registered_on: date
    day: date
    sequence: int
    new: bool
    """Whether it was not known before: it has been nowhere."""
    claimed: bool = False
    """Whether a Party organization claimed it before it was known."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A Party organization covers an organization since a day, by its event `sequence`."""

    party: UUID
    organization: UUID
    sequence: int
    since: date
    division: str | None = None


async def date_states(tx: Transaction, stays: Sequence[Stay]) -> None:
    """Note where these organizations are, and since when; coverage goes on where they are now."""
    if not stays:
        return
    known, left = _columns(one for one in stays if not one.new), []
    if known["ids"]:
        left = list(await tx.rows(_LEAVE, known))
        await tx.execute(_CORRECT, known)
        await tx.execute(_ENTER, known)
    new = _columns(one for one in stays if one.new)
    if new["ids"]:
        await tx.execute(_ENTER_NEW, new)
    claimed = [one for one in stays if one.claimed]
    if claimed:
        placed = {"ids": [one.id for one in claimed], "divisions": [one.division for one in claimed]}
        await tx.execute(_PLACE_SPANS, placed)
    if left:
        moved = {name + "s": [getattr(row, name) for row in left] for name in ("id", "division", "day")}
        await tx.execute(_MOVE_SPANS, moved)


def _columns(stays: Iterable[Stay]) -> dict[str, list[object]]:
    listed = list(stays)
    return {
        "ids": [one.id for one in listed],
        "divisions": [one.division for one in listed],
        "registered": [one.registered_on for one in listed],
        "days": [one.day for one in listed],
        "sequences": [one.sequence for one in listed],
    }


async def date_ends(tx: Transaction, ended: Mapping[UUID, tuple[date, int]]) -> None:
    """Note the day from which on these organizations were deregistered, by the event's sequence."""
    if ended:
        days, sequences = zip(*ended.values(), strict=True)
        await tx.execute(_END, {"ids": list(ended), "days": list(days), "sequences": list(sequences)})


async def date_coverage(
    tx: Transaction, stated: Mapping[UUID, tuple[date, int]], touched: Iterable[UUID], covers: Sequence[Cover]
) -> None:
    """Note which of the organizations `touched` these Party organizations cover no longer, and whom they cover.

    `stated` are the day and the sequence of each one's newest event. Call it when the claims are written.
    """
    if not stated:
        return
    days, newest = zip(*stated.values(), strict=True)
    released = {"ids": list(stated), "days": list(days), "newest": list(newest), "touched": sorted(touched)}
    await tx.execute(_RELEASE, released)
    if not covers:
        return
    named = {
        "parties": [one.party for one in covers],
        "organizations": [one.organization for one in covers],
        "sequences": [one.sequence for one in covers],
        "since": [one.since for one in covers],
        "divisions": [one.division for one in covers],
    }
    for statement in (_RESTATE, _COVER):
        await tx.execute(statement, named)
