"""Who operates, and the record of what was done: `operator_actions` in the database of each service concerned."""

import os
from collections.abc import Mapping
from getpass import getuser
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text

from shared.db.access import Access, system_access
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction

_INSERT = text(
    "INSERT INTO operator_actions (id, at, operator, command, arguments, outcome, figures) VALUES "
    "(:id, :at, :operator, :command, CAST(:arguments AS jsonb), :outcome, CAST(:figures AS jsonb))"
)


def operator_name() -> str:
    """SHUANGFU_OPERATOR, else the account that runs the command (a container's account says little)."""
    return os.environ.get("SHUANGFU_OPERATOR", "").strip() or getuser()


def operator_access(service: str) -> Access:
    """The system's scope for a command; the audit shows `cli:<operator>` as its authority and in its column `door`."""
    return system_access(service, f"cli:{operator_name()}")


async def record_action(
    tx: Transaction,
    command: str,
    *,
    arguments: Mapping[str, Any],
    figures: Mapping[str, Any],
    outcome: Literal["done", "failed"] = "done",
    operator: str | None = None,
) -> UUID:
    """Record a command in the transaction that does its work (a failed one in a transaction of its own).

    `arguments` as given, without secrets: no URL of a database, no key. Dry runs are not recorded. `operator` is given
    where it is not this process's (`operator_name`).
    Returns the record's id.
    """
    action_id = new_id()
    await tx.execute(
        _INSERT,
        {
            "id": action_id,
            "at": utc_now(),
            "operator": operator or operator_name(),
            "command": command,
            "arguments": to_json(dict(arguments)),
            "outcome": outcome,
            "figures": to_json(dict(figures)),
        },
    )
    return action_id


_LAST = text(
    "SELECT at, operator, outcome, figures FROM operator_actions WHERE command = :command "
    "ORDER BY at DESC, id DESC LIMIT 1"
)


async def last_action(tx: Transaction, command: str) -> Record | None:
    """The last record of a command: `at`, `operator`, `outcome`, `figures`. Actions have no division."""
    return await tx.record(_LAST, {"command": command})
