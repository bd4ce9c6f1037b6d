"""How a grant that is paid stands to its payment order. Pure."""

from dataclasses import replace
from uuid import UUID

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.rules import Grant


def pay_by(grant: Grant, order_id: UUID | None) -> Grant:
    """A grant that is paid, through its order (`order_id`) or past any, which it then does not show: that it failed in
    one stays in its history. Raises GrantOrdered (409)."""
    if grant.order_state == "ordered":
        if grant.order_id != order_id:
            raise GrantOrdered(order=grant.order_id)
        return replace(grant, order_state="paid")
    return replace(grant, order_id=None, order_state=None)
