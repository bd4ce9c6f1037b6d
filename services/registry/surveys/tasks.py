"""What waits of survey rounds: returns by street, confirmations of units, and the locking (D7)."""

from sqlalchemy import SelectBase, text

from services.registry.survey_terms.due import whom
from shared.problems.language import Text
from shared.schema.security import IN_SCOPE
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_FEW = 5
"""Streets that a task names, those with most outstanding first."""
_WHOM = whom("o", "s.division", "s.reference_day")


def _tasks(sql: str) -> SelectBase:
    return columns(text(sql))


# By street, since a round waits for each of them.
_OUTSTANDING = _tasks(
    f"""
    SELECT s.id, s.period || '（' || o.division_streets || '）' AS name, s.division, s.created_at AS since, s.due_on,
        CAST('{{}}' AS text[]) AS barred
    FROM surveys AS s CROSS JOIN LATERAL (
        SELECT string_agg(street || ' ' || n, '，' ORDER BY n DESC, street) FILTER (WHERE place <= {_FEW})
            || CASE WHEN count(*) > {_FEW} THEN '，…' ELSE '' END AS division_streets
        FROM (
            SELECT o.street, count(*) AS n, row_number() OVER (ORDER BY count(*) DESC, o.street) AS place
            FROM organizations AS o
            WHERE {_WHOM}
                AND NOT EXISTS (
                    SELECT FROM survey_returns AS r WHERE r.survey_id = s.id AND r.organization_id = o.id
                        AND (r.word IS NOT NULL OR NOT r.jump)
                )
            GROUP BY o.street
        ) AS streets
    ) AS o WHERE s.state = 'open' AND o.division_streets IS NOT NULL
    """  # noqa: S608 - a number and names of our own
)
# One of a round: to a secretary, what its own units entered, for nothing else is seen. Whom the round is for no more
# (it was founded later, or had ended, as is known by now) has nothing to confirm.
_CONFIRMATION = _tasks(
    f"""
    SELECT s.id, s.period || '（' || count(*) || '）' AS name, s.division, min(r.entered_at) AS since, s.due_on,
        CAST('{{}}' AS text[]) AS barred
    FROM surveys AS s JOIN survey_returns AS r ON r.survey_id = s.id JOIN organizations AS o ON o.id = r.organization_id
    WHERE s.state = 'open' AND r.confirmed_at IS NULL AND (r.word IS NOT NULL OR NOT r.jump) AND {_WHOM}
    GROUP BY s.id
    """  # noqa: S608 - names of our own
)
# A city's round is read in its districts, and locked by the city alone.
_LOCKING = _tasks(
    f"""
    SELECT id, period || ' ' || division AS name, division, created_at AS since, due_on,
        CAST('{{}}' AS text[]) AS barred
    FROM surveys
    WHERE state = 'open' AND reference_day <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND {IN_SCOPE}
    """  # noqa: S608 - fixed
)
WAITING = (
    Waiting(
        kind="survey.returns",
        of="survey",
        title=Text(zh="填报 {name} 的统计数据", en="Enter the outstanding returns of the round {name}"),
        waits_for=Role.STREET_OFFICER,
        link="/v1/surveys/{id}/returns",
        select=lambda _: _OUTSTANDING,
    ),
    Waiting(
        kind="survey.confirmation",
        of="survey",
        title=Text(zh="确认 {name} 的统计数据", en="Confirm the returns of the round {name}"),
        waits_for=Role.SECRETARY,
        link="/v1/surveys/{id}/returns?state=entered",
        select=lambda _: _CONFIRMATION,
    ),
    Waiting(
        kind="survey.locking",
        of="survey",
        title=Text(zh="锁定统计轮次 {name}", en="Lock the survey round {name}"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/surveys/{id}",
        select=lambda _: _LOCKING,
    ),
)
