"""What waits in the registry: contradicting registrations, to be resolved."""

from sqlalchemy import text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_OPEN = columns(
    text(
        "SELECT id, COALESCE(incoming->>'name', uscc) AS name, division, created_at AS since, "
        "CAST(NULL AS date) AS due_on, CAST('{}' AS text[]) AS barred FROM conflicts WHERE state = 'open'"
    )
)
WAITING = (
    Waiting(
        kind="conflict.resolution",
        of="conflict",
        title=Text(zh="处理“{name}”的登记冲突", en="Resolve the contradicting registrations of '{name}'"),
        waits_for=Role.REGISTRAR,
        link="/v1/conflicts/{id}",
        select=lambda _: _OPEN,
    ),
)
