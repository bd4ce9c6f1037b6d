"""What waits among payees: accounts, each for somebody else than entered it."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _entered(_: Any) -> SelectBase:
    sql = (
        "SELECT y.recipient_id AS id, COALESCE(p.name, y.recipient_id::text) AS name, y.division, "
        "y.entered_at AS since, CAST(NULL AS date) AS due_on, ARRAY[y.entered_by] AS barred "
        "FROM payees y LEFT JOIN party_organizations p ON p.id = y.recipient_id WHERE y.state = 'entered'"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="payee.verification",
        of="payee",
        title=Text(zh="核对“{name}”的收款账户", en="Verify the account of '{name}'"),
        waits_for=Role.PAYER,
        link="/v1/payees/{id}",
        select=_entered,
    ),
)
