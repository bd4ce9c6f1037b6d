"""What waits of statistical reports: to be signed, to be locked by somebody else (D16)."""

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.schema.security import IN_SCOPE
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _tasks(states: str, since: str, barred: str) -> SelectBase:
    # A city's report is read in its districts, and signed and locked by the city alone.
    return columns(
        text(
            f"SELECT id, table_code || ' ' || division || ' ' || cut_off AS name, division, {since} AS since, due_on, "  # noqa: S608 - fixed
            f"{barred} AS barred FROM statistic_reports WHERE state IN ({states}) AND {IN_SCOPE}"
        )
    )


_SIGNATURE = _tasks("'computed', 'returned'", "computed_at", "CAST('{}' AS text[])")
_LOCKING = _tasks("'signed'", "CAST(steps -> -1 ->> 'at' AS timestamptz)", "ARRAY[signed_by]")
WAITING = (
    Waiting(
        kind="statistics.signature",
        of="statistic_report",
        title=Text(zh="核对并签署统计报告 {name}", en="Check and sign the statistical report {name}"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/statistics/{id}",
        select=lambda _: _SIGNATURE,
    ),
    Waiting(
        kind="statistics.locking",
        of="statistic_report",
        title=Text(zh="锁定统计报告 {name}", en="Lock the statistical report {name}"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/statistics/{id}",
        select=lambda _: _LOCKING,
    ),
)
