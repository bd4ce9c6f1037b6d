"""What waits of meetings: to be held, to be minuted, and what they resolved (H7, S4)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, SelectBase, String, bindparam, text

from services.incubation.bodies import queries as bodies
from services.incubation.meetings.queries import owners_of
from services.incubation.routine.policies import MeetingLevel, MeetingsPolicies
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.schema.security import IN_SCOPE
from shared.web.identity.permissions import Role
from shared.web.tasks import Bodies, BodyWaitedFor, Waiting, columns

_NAME = """
(SELECT n->>'name' FROM jsonb_array_elements(b.names) WITH ORDINALITY AS x(n, place)
 WHERE CAST(n->>'from' AS date) <= CAST(:today AS date) OR place = 1 ORDER BY place DESC LIMIT 1)
"""
# As `rules.convened` and `rules.due` have it: the nearest region's round of a level, the body of the kind that it names
# first, and the last meeting of its place that counts. Bodies of the divisions above are read too, and are not ours.
_DUE = f"""
SELECT found.id, found.name, found.division, found.since, found.due_on, CAST('{{}}' AS text[]) AS barred FROM (
    SELECT DISTINCT ON (b.division, p.street) b.id, {_NAME} AS name, b.division, r.remind,
        CAST(COALESCE(last.held_on, GREATEST(b.since, r.starts)) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
        CAST(COALESCE(last.held_on, GREATEST(b.since, r.starts)) + make_interval(months => r.months) AS date) AS due_on
    FROM (SELECT * FROM bodies WHERE {IN_SCOPE}) AS b
    JOIN LATERAL (
        SELECT u.* FROM unnest(
            CAST(:regions AS text[]), CAST(:kinds AS text[]), CAST(:months AS integer[]), CAST(:reminds AS integer[]),
            CAST(:starts AS date[])
        ) AS u(region, kinds, months, remind, starts)
        WHERE starts_with(b.division, u.region) ORDER BY length(u.region) DESC LIMIT 1
    ) AS r ON r.months > 0
    CROSS JOIN LATERAL (SELECT array_position(string_to_array(r.kinds, ','), b.kind) AS rank,
        CASE WHEN :level = 'street' THEN b.street END AS street) AS p
    LEFT JOIN LATERAL (
        SELECT max(m.held_on) AS held_on FROM meetings AS m WHERE m.level = :level AND m.counts
            AND m.division = b.division AND m.street IS NOT DISTINCT FROM p.street
            AND m.held_on <= CAST(:today AS date)
    ) AS last ON true
    WHERE b.since <= CAST(:today AS date) AND (b.until IS NULL OR b.until > CAST(:today AS date))
        AND CASE WHEN :level = 'conference'
            THEN b.conference->>'role' = 'lead' AND CAST(b.conference->>'from' AS date) <= CAST(:today AS date)
                AND COALESCE(CAST(b.conference->>'until' AS date) > CAST(:today AS date), true)
            ELSE b.level = :level AND p.rank IS NOT NULL END
    ORDER BY b.division, p.street, p.rank, b.code
) AS found WHERE found.due_on - found.remind <= CAST(:today AS date)
"""  # noqa: S608 - fixed statements
_MINUTES = """
SELECT m.id, m.planned_on || ' ' || COALESCE(m.street, '') || (m.agenda->0->>'title') AS name, m.division,
    m.created_at AS since, m.planned_on AS due_on, CAST('{}' AS text[]) AS barred
FROM meetings AS m WHERE m.state = 'planned' AND (m.level = 'street') = CAST(:street AS boolean)
"""
_RESOLUTIONS = """
SELECT r.id, r.what AS name, r.division, r.created_at AS since, r.due_on, CAST('{}' AS text[]) AS barred
FROM resolutions AS r
WHERE r.state = 'open' AND (r.owner_level IN ('street', 'community')) = CAST(:street AS boolean)
"""


def _due(policies: MeetingsPolicies, level: MeetingLevel) -> SelectBase:
    today = china_day(utc_now())
    found = [(one, one.parameters.round_of(level)) for one in policies.by_region(today)]
    # A region without the round keeps its place: the one around it does not reach into it.
    values: dict[str, tuple[list[Any], Any]] = {
        "regions": ([one.region for one, _ in found], String),
        "kinds": (["" if its is None else ",".join(its.kinds) for _, its in found], String),
        "months": ([0 if its is None else its.months or 0 for _, its in found], Integer),
        "reminds": ([one.parameters.remind_days for one, _ in found], Integer),
        "starts": ([one.effective_from for one, _ in found], Date),
    }
    named = [bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in values.items()]
    fixed: list[Any] = [bindparam("today", today, Date, unique=True), bindparam("level", level, String, unique=True)]
    return columns(text(_DUE).bindparams(*named, *fixed))


def _select(sql: str, *, street: bool) -> SelectBase:
    return columns(text(sql.replace("CAST(:street AS boolean)", "true" if street else "false")))


async def _owners(tx: Transaction, _: Any, resolution_ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    """The bodies that are to do what was resolved."""
    owners, today = await owners_of(tx, resolution_ids), china_day(utc_now())
    known = await bodies.by_code(tx, owners.values())
    return {one: BodyWaitedFor(code, known[code].name_on(today)) for one, code in owners.items() if code in known}


_HOLD = Text(zh="按期召开例会：{name}", en="Hold the regular meeting: {name}")
_RECORD = Text(zh="登记会议纪要：{name}", en="Record the minutes: {name}")
_DO = Text(zh="落实议定事项：{name}", en="Do what was resolved: {name}")
_OFFICERS = ((False, "", Role.DISTRICT_OFFICER), (True, "street_", Role.STREET_OFFICER))
_LEVELS: tuple[tuple[str, MeetingLevel, Role], ...] = (
    ("city_meeting.due", "city", Role.DISTRICT_OFFICER),
    ("district_meeting.due", "district", Role.DISTRICT_OFFICER),
    ("street_meeting.due", "street", Role.STREET_OFFICER),
    ("joint_conference.due", "conference", Role.DISTRICT_OFFICER),
)


def _waiting_due(kind: str, level: MeetingLevel, role: Role) -> Waiting:
    return Waiting(
        kind=kind,
        of="body",
        title=_HOLD,
        waits_for=role,
        link="/v1/meeting-calendar/{id}",
        select=lambda state: _due(state.meetings, level),
    )


def _waiting(
    kind: str, of: str, title: Text, link: str, sql: str, *, street: bool, role: Role, by: Bodies | None = None
) -> Waiting:
    found = _select(sql, street=street)
    return Waiting(kind=kind, of=of, title=title, waits_for=role, link=link, select=lambda _: found, bodies=by)


WAITING = (
    *(_waiting_due(*one) for one in _LEVELS),
    *(
        waiting
        for street, prefix, role in _OFFICERS
        for waiting in (
            _waiting(
                f"{prefix}meeting.minutes",
                "meeting",
                _RECORD,
                "/v1/meetings/{id}",
                _MINUTES,
                street=street,
                role=role,
            ),
            _waiting(
                f"{prefix}resolution.completion",
                "resolution",
                _DO,
                "/v1/resolutions/{id}",
                _RESOLUTIONS,
                street=street,
                role=role,
                by=_owners,
            ),
        )
    ),
)
"""A street's are its officers', every other one's are those of the district or the city."""
