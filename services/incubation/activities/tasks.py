"""What waits of activities: communication with the staff, where it is soon due or overdue (S22)."""

from typing import Any

from sqlalchemy import ARRAY, Date, Integer, SelectBase, String, bindparam, text

from services.incubation.routine.activity_policies import ActivitiesPolicies, asked_since
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

# As `rules.communication_of` has it: the nearest region's interval after the last one, or after the founding.
_DUE = """
SELECT found.id, found.name, found.division, found.since, found.due_on, CAST('{}' AS text[]) AS barred FROM (
    SELECT f.id, f.name, p.division, r.remind,
        CAST(COALESCE(last.on_day, GREATEST(f.established_on, r.starts)) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
            AS since,
        CAST(COALESCE(last.on_day, GREATEST(f.established_on, r.starts)) + make_interval(months => r.months) AS date)
            AS due_on
    FROM party_organizations AS p JOIN party_facts AS f ON f.id = p.id
    JOIN LATERAL (
        SELECT u.* FROM unnest(
            CAST(:regions AS text[]), CAST(:kinds AS text[]), CAST(:months AS integer[]), CAST(:reminds AS integer[]),
            CAST(:starts AS date[])
        ) AS u(region, kind, months, remind, starts)
        WHERE starts_with(p.division, u.region) ORDER BY length(u.region) DESC LIMIT 1
    ) AS r ON r.months > 0
    LEFT JOIN LATERAL (
        SELECT max(a.on_day) AS on_day FROM activity_parties AS t JOIN activities AS a ON a.id = t.activity_id
        WHERE t.party_organization_id = p.id AND a.kind = r.kind AND a.state = 'recorded'
            AND a.on_day <= CAST(:today AS date)
    ) AS last ON true
    WHERE p.form IS NOT NULL AND p.form <> 'area' AND (f.established_on IS NOT NULL OR last.on_day IS NOT NULL)
) AS found WHERE found.due_on - found.remind <= CAST(:today AS date)
"""


def _due(state: Any) -> SelectBase:
    policies: ActivitiesPolicies = state.activities
    today = china_day(utc_now())
    found = [(one, one.parameters.communication) for one in policies.by_region(today)]
    # A region without an interval keeps its place: the one around it does not reach into it.
    values: dict[str, tuple[list[Any], Any]] = {
        "regions": ([one.region for one, _ in found], String),
        "kinds": (["" if its is None else its.kind for _, its in found], String),
        "months": ([0 if its is None else its.months for _, its in found], Integer),
        "reminds": ([0 if its is None else its.remind_days for _, its in found], Integer),
        "starts": ([asked_since(policies, one.region, one) for one, _ in found], Date),
    }
    named: list[Any] = [bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in values.items()]
    return columns(text(_DUE).bindparams(*named, bindparam("today", today, Date, unique=True)))


WAITING = (
    Waiting(
        kind="staff_communication.due",
        of="party_organization",
        title=Text(zh="与职工群众定期沟通：{name}", en="Talk with the staff, and record it: {name}"),
        waits_for=Role.STREET_OFFICER,
        link="/v1/activities?party_organization={id}",
        select=_due,
    ),
)
"""It waits for the street's officer, who records what Party organizations do."""
