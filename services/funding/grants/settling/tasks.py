"""What waits after a payment: reports of use, settlements, and money that is to come back."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _waiting(due_on: str, steps: str, barred: str, condition: str) -> SelectBase:
    sql = (
        f"SELECT g.id, g.recipient_name AS name, g.division, COALESCE((SELECT max(s.at) FROM grant_steps s "  # noqa: S608 - fixed
        f"WHERE s.grant_id = g.id AND s.step IN ({steps})), g.raised_at) AS since, {due_on} AS due_on, "
        f"{barred} AS barred FROM grants g WHERE {condition}"
    )
    return columns(text(sql))


def _use_report(_: Any) -> SelectBase:
    return _waiting(
        "g.use_report_due_on",
        "'payment'",
        "CAST('{}' AS text[])",
        "g.settlement_state = 'open' AND g.state = 'paid' AND g.use_report_due_on IS NOT NULL",
    )


def _settlement(_: Any) -> SelectBase:
    """Not of those who paid or reported."""
    return _waiting(
        "g.settlement_due_on",
        "'payment', 'use_report'",
        "array_remove(ARRAY(SELECT r.reported_by FROM grant_use_reports r WHERE r.grant_id = g.id) || g.paid_by, NULL)",
        "g.state = 'paid' AND g.settlement_due_on IS NOT NULL AND (g.settlement_state = 'use_reported' "
        "OR g.settlement_state = 'open' AND g.use_report_due_on IS NULL)",
    )


def _balance_return(_: Any) -> SelectBase:
    """Not of whoever said what is to be returned."""
    return _waiting(
        "g.return_due_on",
        "'final_settlement', 'reversal', 'amendment', 'balance_return'",
        "ARRAY(SELECT s.taken_by FROM grant_steps s WHERE s.grant_id = g.id AND s.taken_by IS NOT NULL AND "
        "s.step = CASE WHEN g.state = 'reversed' THEN 'reversal' ELSE 'final_settlement' END) || "
        "ARRAY(SELECT a.amended_by FROM grant_amendments a WHERE a.grant_id = g.id AND g.state = 'paid' "
        "AND a.state_before = 'paid' AND a.to_fen < a.from_fen)",
        "g.return_due_fen > g.returned_fen",
    )


WAITING = (
    Waiting(
        kind="grant.use_report",
        of="grant",
        title=Text(zh="报告“{name}”补助的使用情况", en="Report the use of the grant of '{name}'"),
        waits_for=Role.SECRETARY,
        link="/v1/grants/{id}/settlement",
        select=_use_report,
    ),
    Waiting(
        kind="grant.settlement",
        of="grant",
        title=Text(zh="办理“{name}”补助的决算和绩效评价", en="Settle and grade the grant of '{name}'"),
        waits_for=Role.REVIEWER,
        link="/v1/grants/{id}/settlement",
        select=_settlement,
    ),
    Waiting(
        kind="grant.balance_return",
        of="grant",
        title=Text(zh="收回“{name}”补助的应退款项", en="Get back what is to be returned of the grant of '{name}'"),
        waits_for=Role.PAYER,
        link="/v1/grants/{id}/settlement",
        select=_balance_return,
    ),
)
