"""What waits of leaderships: first elections, approvals, and the next elections as terms end (D9)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, Date, Integer, SelectBase, String, bindparam, text

from services.registry.affiliations import queries as affiliations
from services.registry.affiliations.timelines import affiliation_on
from services.registry.bodies import queries as bodies
from services.registry.party_organizations.rules import ELECTING
from services.registry.policies import RegistrationPolicies
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import BodyWaitedFor, Waiting, columns

_LOOK_BACK = timedelta(days=2 * 366)
"""How long ago a rest day may lie that moves a due day: one before it is overdue all the same."""
# The policy of the nearest region around a Party organization.
_POLICY = """
JOIN LATERAL (
    SELECT r.region, r.first_days, r.approval_days, CAST(string_to_array(r.months, ',') AS integer[]) AS months
    FROM unnest(CAST(:regions AS text[]), CAST(:firsts AS integer[]), CAST(:approvals AS integer[]),
                CAST(:reminders AS text[])) AS r(region, first_days, approval_days, months)
    WHERE starts_with(p.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
) AS r ON true
"""
# A due day that is a rest day moves to the next working day, as for the founding.
_MOVED = """
LEFT JOIN unnest(CAST(:places AS text[]), CAST(:rests AS date[]), CAST(:workings AS date[])) AS w(place, rest, working)
    ON w.place = r.region AND w.rest ="""
_NO_REPORT = "NOT EXISTS (SELECT FROM leaderships AS l WHERE l.party_organization_id = p.id AND l.state = 'reported')"
_FIRST = f"""
SELECT p.id, p.name, p.division, CAST(f.day AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
    COALESCE(w.working, f.day + r.first_days) AS due_on, CAST('{{}}' AS text[]) AS barred
FROM party_organizations AS p {_POLICY}
CROSS JOIN LATERAL (SELECT COALESCE(p.refounded_on, p.established_on) AS day) AS f
{_MOVED} f.day + r.first_days
WHERE p.state = 'founding' AND p.dissolved_on IS NULL AND {_NO_REPORT}
"""  # noqa: S608 - fixed statements
_APPROVAL = f"""
SELECT p.id, p.name, p.division, t.at AS since,
    COALESCE(w.working, t.day + r.approval_days) AS due_on, ARRAY[l.reported_by] AS barred
FROM leaderships AS l JOIN party_organizations AS p ON p.id = l.party_organization_id {_POLICY}
CROSS JOIN LATERAL (
    SELECT f.at, CAST(f.at AT TIME ZONE 'Asia/Shanghai' AS date) AS day
    FROM (SELECT CAST(l.steps->0->>'at' AS timestamptz) AS at) AS f
) AS t
{_MOVED} t.day + r.approval_days
WHERE l.state = 'reported' AND p.dissolved_on IS NULL
"""  # noqa: S608 - fixed statements
# `since` is the day of the reminder that was reached last: the task returns to mind with each of them.
_NEXT = f"""
SELECT p.id, p.name, p.division, CAST(m.day AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
    p.term_ends_on AS due_on, CAST('{{}}' AS text[]) AS barred
FROM party_organizations AS p {_POLICY}
CROSS JOIN LATERAL (
    SELECT max(CAST(p.term_ends_on - make_interval(months => month) AS date)) AS day FROM unnest(r.months) AS month
    WHERE CAST(p.term_ends_on - make_interval(months => month) AS date) <= CAST(:today AS date)
) AS m
WHERE p.state = 'active' AND p.dissolved_on IS NULL AND p.form = ANY(CAST(:electing AS text[]))
  AND m.day IS NOT NULL AND {_NO_REPORT}
"""  # noqa: S608 - fixed statements


def _selected(sql: str, state: Any) -> SelectBase:
    today: date = china_day(utc_now())
    policies: RegistrationPolicies = state.policies
    # A region with a list of working days of its own is one here, with the policy of the region around it.
    listed = [one.region for one in policies.working_days.by_region(today)]
    own = {one.region: one.parameters for one in policies.leaderships.by_region(today)}
    found = {
        region: own[max(around, key=len)]
        for region in sorted({*own, *listed})
        if (around := [one for one in own if region.startswith(one)])
    }
    parameters = list(found.values())
    until = today + timedelta(
        days=max((max(one.first_election_days, one.approval_days) for one in parameters), default=0)
    )
    moved = [
        (region, rest, working)
        for region in found
        for rest, working in policies.working_days.at(region, today).moved(today - _LOOK_BACK, until)
    ]
    values = {
        "regions": (list(found), String),
        "firsts": ([one.first_election_days for one in parameters], Integer),
        "approvals": ([one.approval_days for one in parameters], Integer),
        "reminders": ([",".join(map(str, one.reminder_months)) for one in parameters], String),
        "electing": (list(ELECTING), String),
        "places": ([place for place, _, _ in moved], String),
        "rests": ([rest for _, rest, _ in moved], Date),
        "workings": ([working for _, _, working in moved], Date),
    }
    named: list[BindParameter[Any]] = [
        bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in values.items() if f":{name}" in sql
    ]
    if ":today" in sql:
        named.append(bindparam("today", today, unique=True))
    return columns(text(sql).bindparams(*named))


async def _bodies(tx: Transaction, _: Any, party_ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    """The bodies that these Party organizations belong to today; they may lie elsewhere, and are no secret."""
    today = china_day(utc_now())
    async with tx.system_scope():
        found = await affiliations.timelines(tx, party_ids)
        belongs = {one: it.body for one, timeline in found.items() if (it := affiliation_on(timeline, today))}
        known = await bodies.by_code(tx, belongs.values())
    return {one: BodyWaitedFor(code, known[code].name_on(today)) for one, code in belongs.items()}


WAITING = (
    Waiting(
        kind="leadership.first_election",
        of="party_organization",
        title=Text(zh="选举“{name}”的首届班子并上报结果", en="Elect the first leadership of '{name}' and report it"),
        waits_for=Role.STREET_OFFICER,
        link="/v1/party-organizations/{id}/leadership",
        select=lambda state: _selected(_FIRST, state),
        bodies=_bodies,
    ),
    Waiting(
        kind="leadership.approval",
        of="party_organization",
        title=Text(zh="批复“{name}”的班子", en="Approve the leadership of '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/party-organizations/{id}/leadership",
        select=lambda state: _selected(_APPROVAL, state),
        bodies=_bodies,
    ),
    Waiting(
        kind="leadership.next_election",
        of="party_organization",
        title=Text(zh="“{name}”任期将满，按期换届", en="Elect the next leadership of '{name}' before its term ends"),
        waits_for=Role.STREET_OFFICER,
        link="/v1/party-organizations/{id}/leadership",
        select=lambda state: _selected(_NEXT, state),
        bodies=_bodies,
    ),
)
