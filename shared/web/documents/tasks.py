"""What waits of documents: each for the next in its life, and issued ones for the scan of their sealed copies."""

from sqlalchemy import text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_CHECK = columns(
    text(
        "SELECT id, title || '：' || name AS name, division, drafted_at AS since, CAST(NULL AS date) AS due_on, "
        "ARRAY[drafted_by] AS barred FROM documents WHERE state = 'drafted'"
    )
)
_ISSUE = columns(
    text(
        "SELECT id, title || '：' || name AS name, division, checked_at AS since, CAST(NULL AS date) AS due_on, "
        "ARRAY[drafted_by, checked_by] AS barred FROM documents WHERE state = 'checked'"
    )
)
_SCAN = columns(
    text(
        "SELECT id, title || '：' || name AS name, division, issued_at AS since, CAST(NULL AS date) AS due_on, "
        "CAST('{}' AS text[]) AS barred FROM documents AS d WHERE state = 'issued' "
        "AND NOT EXISTS (SELECT FROM document_scans AS s WHERE s.document_id = d.id)"
    )
)
WAITING = (
    Waiting(
        kind="document.check",
        of="document",
        title=Text(zh="核稿：{name}", en="Check the document: {name}"),
        waits_for=Role.REVIEWER,
        link="/v1/documents/{id}",
        select=lambda _: _CHECK,
    ),
    Waiting(
        kind="document.issue",
        of="document",
        title=Text(zh="印发：{name}", en="Issue the document: {name}"),
        waits_for=Role.APPROVER,
        link="/v1/documents/{id}",
        select=lambda _: _ISSUE,
    ),
    Waiting(
        kind="document.scan",
        of="document",
        title=Text(zh="归档盖章件：{name}", en="File the sealed copy: {name}"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/documents/{id}",
        select=lambda _: _SCAN,
    ),
)
