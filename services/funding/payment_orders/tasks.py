"""What waits among payment orders, for whoever pays: lines whose return is due, and returns that contradict."""

from typing import Any

from sqlalchemy import SelectBase, text

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


WAITING = (
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
