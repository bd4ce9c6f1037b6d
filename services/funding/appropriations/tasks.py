"""What waits among budgets: amounts to be confirmed, appropriations that are nearly or all used up, years to close."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_HEAD = "SELECT id, code || ' (' || purpose || ', ' || year || ')' AS name, division, "
_YEAR = "EXTRACT(year FROM now() AT TIME ZONE 'Asia/Shanghai')"
_USED = "state = 'open' AND amount_fen + carried_fen > 0 AND year >= " + _YEAR


def _proposed(_: Any) -> SelectBase:
    return columns(
        text(
            f"{_HEAD} proposed_at AS since, CAST(NULL AS date) AS due_on, ARRAY[proposed_by] AS barred "
            "FROM appropriations WHERE proposed_by IS NOT NULL AND state <> 'closed'"
        )
    )


def _low(_: Any) -> SelectBase:
    return _used(
        "committed_fen < amount_fen + carried_fen AND "
        "committed_fen::numeric * 10000 >= warn_from_bp::numeric * (amount_fen + carried_fen)"
    )


def _exhausted(_: Any) -> SelectBase:
    return _used("committed_fen = amount_fen + carried_fen")


def _used(condition: str) -> SelectBase:
    """Without a change that is on its way already."""
    return columns(
        text(
            f"{_HEAD} changed_at AS since, CAST(NULL AS date) AS due_on, CAST('{{}}' AS text[]) AS barred "
            f"FROM appropriations WHERE {_USED} AND proposed_by IS NULL AND {condition}"
        )
    )


def _over(_: Any) -> SelectBase:
    return columns(
        text(
            f"{_HEAD} changed_at AS since, CAST(NULL AS date) AS due_on, array_remove(ARRAY[proposed_by], NULL) "
            f"AS barred FROM appropriations WHERE state = 'open' AND year < {_YEAR}"
        )
    )


WAITING = (
    Waiting(
        kind="appropriation.confirmation",
        of="appropriation",
        title=Text(zh="确认预算指标“{name}”的金额", en="Confirm the amount of the appropriation '{name}'"),
        waits_for=Role.APPROVER,
        link="/v1/appropriations/{id}",
        select=_proposed,
    ),
    Waiting(
        kind="appropriation.low",
        of="appropriation",
        title=Text(zh="预算指标“{name}”即将用尽", en="The appropriation '{name}' is nearly used up"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/appropriations/{id}",
        select=_low,
    ),
    Waiting(
        kind="appropriation.exhausted",
        of="appropriation",
        title=Text(zh="预算指标“{name}”已用尽", en="The appropriation '{name}' is used up"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/appropriations/{id}",
        select=_exhausted,
    ),
    Waiting(
        kind="appropriation.closing",
        of="appropriation",
        title=Text(zh="办理预算指标“{name}”的年终结账", en="Close the year of the appropriation '{name}'"),
        waits_for=Role.APPROVER,
        link="/v1/appropriations/{id}",
        select=_over,
    ),
)
