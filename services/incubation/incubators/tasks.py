"""What waits of incubators: their activation, and a Party-member social worker where there is none (H6)."""

from typing import Any

from sqlalchemy import ARRAY, Integer, SelectBase, String, bindparam, text

from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_ACTIVATION = columns(
    text(
        "SELECT id, name, division, created_at AS since, CAST(NULL AS date) AS due_on, ARRAY("
        "SELECT one ->> 'by' FROM jsonb_array_elements(steps) AS one WHERE one ->> 'step' = 'recording') AS barred "
        "FROM incubators WHERE state = 'preparing'"
    )
)
# The policy of the nearest region around an incubator.
_WORKERS = """
SELECT i.id, i.name, i.division, CAST(i.activated_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since,
    CAST(NULL AS date) AS due_on, CAST('{}' AS text[]) AS barred
FROM incubators AS i
JOIN LATERAL (
    SELECT r.least FROM unnest(CAST(:regions AS text[]), CAST(:least AS integer[])) AS r(region, least)
    WHERE starts_with(i.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
) AS r ON true
WHERE i.state = 'active' AND i.party_social_workers < r.least
"""


def _workers(state: Any) -> SelectBase:
    found = state.incubator_policies.by_region(china_day(utc_now()))
    return columns(
        text(_WORKERS).bindparams(
            bindparam("regions", [one.region for one in found], ARRAY(String), unique=True),
            bindparam("least", [one.parameters.party_social_workers_min for one in found], ARRAY(Integer), unique=True),
        )
    )


WAITING = (
    Waiting(
        kind="incubator.activation",
        of="incubator",
        title=Text(zh="启用孵化器“{name}”", en="Activate the incubator '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/incubators/{id}",
        select=lambda _: _ACTIVATION,
    ),
    Waiting(
        kind="incubator.party_social_worker",
        of="incubator",
        title=Text(zh="为“{name}”配备党员社工", en="Give '{name}' a social worker who is a Party member"),
        waits_for=Role.INCUBATOR_WORKER,
        link="/v1/incubators/{id}",
        select=_workers,
    ),
)
