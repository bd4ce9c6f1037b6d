"""What waits in the registry: pairs of organizations that may be one."""

from sqlalchemy import text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_OPEN = columns(
    text(
        "SELECT d.id, COALESCE(o.name, d.uscc) AS name, d.division, d.proposed_at AS since, "
        "CAST(NULL AS date) AS due_on, CAST('{}' AS text[]) AS barred "
        "FROM duplicates AS d LEFT JOIN organizations AS o ON o.id = d.organization_id WHERE d.state = 'open'"
    )
)
WAITING = (
    Waiting(
        kind="duplicate.resolution",
        of="duplicate",
        title=Text(zh="核实“{name}”是否重复登记", en="Say whether '{name}' is registered twice"),
        waits_for=Role.REGISTRAR,
        link="/v1/duplicates/{id}",
        select=lambda _: _OPEN,
    ),
)
