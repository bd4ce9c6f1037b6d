"""What waits of affiliations: Party organizations that belong to no body (S21)."""

from sqlalchemy import text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_NONE = columns(
    text(
        "SELECT p.id, p.name, p.division, CAST(COALESCE(p.refounded_on, p.established_on) AS timestamp) "
        "AT TIME ZONE 'Asia/Shanghai' AS since, CAST(NULL AS date) AS due_on, CAST('{}' AS text[]) AS barred "
        "FROM party_organizations AS p WHERE p.dissolved_on IS NULL AND NOT EXISTS "
        "(SELECT FROM affiliations AS a WHERE a.party_organization_id = p.id AND a.until IS NULL)"
    )
)
WAITING = (
    Waiting(
        kind="affiliation.missing",
        of="party_organization",
        title=Text(zh="确定“{name}”的隶属关系", en="Say which body '{name}' belongs to"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/party-organizations/{id}/affiliation",
        select=lambda _: _NONE,
    ),
)
