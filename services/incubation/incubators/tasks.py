"""What waits of incubators: their activation, and whatever one that works has lost of what it needs (H5, H6, D15)."""

from typing import Any

from sqlalchemy import SelectBase, text

from services.incubation.incubators.queries import LACKS, NEEDS, needs_of
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
# Its committee has ended, perhaps since it began to work.
_SINCE = """CAST(GREATEST(i.activated_on, (SELECT max(b.until) FROM bodies AS b WHERE b.code = i.committee
    AND b.until <= r.today)) AS timestamp)"""
_LACKING = f"""
SELECT i.id, i.name, i.division, {{since}} AT TIME ZONE 'Asia/Shanghai' AS since,
    CAST(NULL AS date) AS due_on, CAST('{{{{}}}}' AS text[]) AS barred
FROM incubators AS i {NEEDS} WHERE i.state = 'active' AND {{lacks}}
"""  # noqa: S608 - fixed statements


def _lacking(state: Any, need: str) -> SelectBase:
    since = _SINCE if need == "committee" else "CAST(i.activated_on AS timestamp)"
    sql = _LACKING.format(since=since, lacks=LACKS[need])
    return columns(text(sql).bindparams(*needs_of(state.incubator_policies, china_day(utc_now()))))


def _waiting(need: str, title: Text, waits_for: Role = Role.DISTRICT_OFFICER) -> Waiting:
    return Waiting(
        kind=f"incubator.{need}",
        of="incubator",
        title=title,
        waits_for=waits_for,
        link="/v1/incubators/{id}",
        select=lambda state: _lacking(state, need),
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
    _waiting(
        "party_social_worker",
        Text(zh="为“{name}”配备党员社工", en="Give '{name}' a social worker who is a Party member"),
        Role.INCUBATOR_WORKER,
    ),
    _waiting(
        "committee",
        Text(
            zh="“{name}”没有隶属民政部门的有效党委或党总支，请予明确",
            en="'{name}' has no Party committee or general branch in force under civil affairs: name one",
        ),
    ),
    _waiting(
        "premises",
        Text(
            zh="“{name}”的场地面积未达到规定标准，请予解决",
            en="The premises of '{name}' are smaller than the standard asks for: mend it",
        ),
    ),
    _waiting(
        "operator",
        Text(
            zh="“{name}”外部运营机构的评估等级未达到规定标准，请予解决",
            en="The operator of '{name}' has not the grade that the standard asks for: mend it",
        ),
    ),
    _waiting(
        "capacity",
        Text(
            zh="“{name}”在孵组织超过可容纳数，请核实容量或分流",
            en="'{name}' has more incubatees than places: correct its capacity, or let some move",
        ),
    ),
)
