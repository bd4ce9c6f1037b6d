"""What waits of incubatees: decisions, agreements, visits, ends of agreements, and tracks that lag (H2, D15)."""

from typing import Any

from sqlalchemy import ARRAY, BindParameter, Integer, SelectBase, String, bindparam, text

from services.incubation.incubatees.knowing import LAGGING
from services.incubation.organizations.queries import ENDED
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

# The figure of the nearest region around an incubatee.
_FIGURES = """
JOIN LATERAL (
    SELECT r.decision, r.visit, r.follow_up, r.reminder, r.lag, string_to_array(r.moments, ',') AS moments
    FROM unnest(CAST(:regions AS text[]), CAST(:decisions AS integer[]), CAST(:visits AS integer[]),
                CAST(:follow_ups AS integer[]), CAST(:reminders AS integer[]), CAST(:lags AS integer[]),
                CAST(:moments AS text[]))
        AS r(region, decision, visit, follow_up, reminder, lag, moments)
    WHERE starts_with(i.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
) AS r ON true
"""
_NOBODY = "CAST('{}' AS text[]) AS barred"
_DECISION = f"""
SELECT i.id, i.name, i.division, i.created_at AS since, i.applied_on + r.decision AS due_on,
    ARRAY[i.applied_by] AS barred
FROM incubatees AS i {_FIGURES} WHERE i.state = 'applied'
"""  # noqa: S608 - fixed statements
_AGREEMENT = f"""
SELECT i.id, i.name, i.division, CAST(i.decided_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
    i.decided_on + r.decision AS due_on, {_NOBODY}
FROM incubatees AS i {_FIGURES} WHERE i.state = 'admitted'
"""  # noqa: S608 - fixed statements
# From the last visit on, or the entry, or the graduation: the next one, until the follow-up ends, or the organization.
_VISIT = f"""
SELECT i.id, i.name, i.division, CAST(v.last AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since, v.due_on, {_NOBODY}
FROM incubatees AS i {_FIGURES}
CROSS JOIN LATERAL (
    SELECT GREATEST(COALESCE(i.graduated_on, i.entered_on), max(one.visited_on)) AS last
    FROM visits AS one WHERE one.incubatee_id = i.id AND one.withdrawn_at IS NULL
) AS l
CROSS JOIN LATERAL (
    SELECT l.last, CAST(l.last + make_interval(
        months => CASE WHEN i.state = 'graduated' THEN r.follow_up ELSE r.visit END) AS date) AS due_on
) AS v
WHERE i.state = 'incubating' OR (i.state = 'graduated' AND v.due_on <= i.follow_up_until
    AND NOT EXISTS ({ENDED.format(organization="i.organization_id")}))
"""  # noqa: S608 - fixed statements
_END = f"""
SELECT i.id, i.name, i.division,
    CAST(i.ends_on - make_interval(months => r.reminder) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
    i.ends_on AS due_on,
    ARRAY(SELECT one.value->>'by' FROM jsonb_each(i.assessed) AS one) AS barred
FROM incubatees AS i {_FIGURES}
WHERE i.state = 'incubating' AND i.ends_on - make_interval(months => r.reminder) <= CAST(:today AS date)
"""  # noqa: S608 - fixed statements
# As `rules.in_step` and the maturity lists have it: moment by moment, of those alone that the region's policy names.
_LAG = f"""
SELECT i.id, i.name, i.division, CAST(g.due_on + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since, g.due_on,
    {_NOBODY}
FROM incubatees AS i {_FIGURES}
CROSS JOIN LATERAL (
    SELECT min(m.ahead + r.lag) AS due_on FROM ({LAGGING}) AS m
    WHERE m.incubatee_id = i.id AND m.moment = ANY(r.moments) AND m.ahead + r.lag < CAST(:today AS date)
) AS g
WHERE i.state = 'incubating' AND g.due_on IS NOT NULL
"""  # noqa: S608 - fixed statements


def _selected(sql: str, state: Any) -> SelectBase:
    today = china_day(utc_now())
    found = state.incubatee_policies.by_region(today)
    figures = [one.parameters for one in found]
    given = {
        "regions": ([one.region for one in found], String),
        "decisions": ([one.decision_days for one in figures], Integer),
        "visits": ([one.visit_every_months for one in figures], Integer),
        "follow_ups": ([one.follow_up_every_months for one in figures], Integer),
        "reminders": ([one.end_reminder_months for one in figures], Integer),
        "lags": ([one.lag_days for one in figures], Integer),
        "moments": ([",".join(one.moments) for one in figures], String),
    }
    named: list[BindParameter[Any]] = [
        bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in given.items()
    ]
    if ":today" in sql:
        named.append(bindparam("today", today, unique=True))
    return columns(text(sql).bindparams(*named))


def _waiting(kind: str, title: Text, waits_for: Role, sql: str, rest: str = "") -> Waiting:
    return Waiting(
        kind=f"incubatee.{kind}",
        of="incubatee",
        title=title,
        waits_for=waits_for,
        link="/v1/incubatees/{id}" + rest,
        select=lambda state: _selected(sql, state),
    )


_OFFICER, _WORKER = Role.DISTRICT_OFFICER, Role.INCUBATOR_WORKER
WAITING = (
    _waiting(
        "decision", Text(zh="评审“{name}”的入壳申请", en="Decide on the application of '{name}'"), _OFFICER, _DECISION
    ),
    _waiting(
        "agreement",
        Text(zh="与“{name}”签订入壳协议", en="Sign the agreement of entry with '{name}'"),
        _OFFICER,
        _AGREEMENT,
    ),
    _waiting("visit", Text(zh="走访“{name}”", en="Visit '{name}'"), _WORKER, _VISIT),
    _waiting(
        "graduation",
        Text(
            zh="“{name}”协议将到期，办理出壳、延期或退出",
            en="The agreement of '{name}' ends: graduate, extend or leave",
        ),
        _OFFICER,
        _END,
        "/maturity",
    ),
    _waiting(
        "lag",
        Text(zh="“{name}”的党组织孵化与组织孵化不同步", en="One track of '{name}' is behind the other"),
        _WORKER,
        _LAG,
        "/timeline",
    ),
)
