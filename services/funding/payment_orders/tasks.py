"""What waits among payment orders, for whoever pays: lines whose return is due, and returns that contradict."""

from typing import Any

from sqlalchemy import SelectBase, text

from services.funding.grants.rules import BANK_RETURN
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _ordered(_: Any) -> SelectBase:
    sql = (
        "SELECT id, number AS name, division, ordered_at AS since, CAST(NULL AS date) AS due_on, "
        "CAST('{}' AS text[]) AS barred FROM payment_orders WHERE state = 'ordered'"
    )
    return columns(text(sql))


def _contradicted(_: Any) -> SelectBase:
    sql = (
        "SELECT id, number AS name, division, ordered_at AS since, CAST(NULL AS date) AS due_on, "
        "CAST('{}' AS text[]) AS barred FROM payment_orders WHERE contradicted > 0"
    )
    return columns(text(sql))


def _refused(_: Any) -> SelectBase:
    """Accounts that the bank did not pay to, or sent a payment back from, and that are still the same."""
    since = "COALESCE(l.settled_at, CAST(g.reasons -> -1 ->> 'as_of' AS timestamptz))"
    sql = (
        "SELECT DISTINCT ON (g.recipient_id) g.recipient_id AS id, g.recipient_name AS name, g.division, "  # noqa: S608 - fixed
        f"{since} AS since, CAST(NULL AS date) AS due_on, CAST('{{}}' AS text[]) AS barred FROM grants g "
        "LEFT JOIN payment_order_lines l ON l.grant_id = g.id AND l.order_id = g.order_id "
        "LEFT JOIN payees y ON y.recipient_id = g.recipient_id WHERE g.state = 'approved' "
        f"AND (g.order_state = 'failed' OR g.order_id IS NULL AND g.reasons -> -1 ->> 'rule' = '{BANK_RETURN}') "
        f"AND (y.entered_at > {since}) IS NOT TRUE ORDER BY g.recipient_id, since"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="payee.correction",
        of="payee",
        title=Text(
            zh="更正“{name}”的收款账户：银行未付成或者退回了拨款",
            en="Correct the account of '{name}': the bank did not pay to it, or sent the payment back",
        ),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/payees/{id}",
        select=_refused,
    ),
    Waiting(
        kind="payment_order.return",
        of="payment_order",
        title=Text(zh="导入支付单“{name}”的银行回单", en="Take over the bank's return of the payment order '{name}'"),
        waits_for=Role.PAYER,
        link="/v1/payment-orders/{id}",
        select=_ordered,
    ),
    Waiting(
        kind="payment_order.contradiction",
        of="payment_order",
        title=Text(
            zh="向银行查明支付单“{name}”的回单为何与已记结果不符",
            en="Ask the bank why its return of the payment order '{name}' contradicts what it said before",
        ),
        waits_for=Role.PAYER,
        link="/v1/payment-orders/{id}",
        select=_contradicted,
    ),
)
