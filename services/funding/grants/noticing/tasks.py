"""What waits before an approval: reviewed grants that are to be published, and objections to be answered."""

from typing import Any

from sqlalchemy import SelectBase, bindparam, text
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY

from services.funding.grants.noticing.actions import required_by
from services.funding.grants.noticing.queries import IN_FORCE
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_SINCE = "COALESCE((SELECT max(s.at) FROM grant_steps s WHERE s.grant_id = g.id AND s.step = 'review'), g.raised_at)"


def _publication(state: Any) -> SelectBase:
    sql = (
        f"SELECT g.id, g.recipient_name AS name, g.division, {_SINCE} AS since, CAST(NULL AS date) AS due_on, "  # noqa: S608 - fixed
        "CAST('{}' AS text[]) AS barred FROM grants g WHERE g.state = 'reviewed' AND g.policy = ANY(:noticed) "
        f"AND NOT EXISTS (SELECT FROM grant_notices n WHERE n.grant_id = g.id AND {IN_FORCE})"
    )
    noticed = [*required_by(state.schemes)]
    return columns(text(sql).bindparams(bindparam("noticed", noticed, ARRAY(SqlText), unique=True)))


def _objection(_: Any) -> SelectBase:
    """Not of who recorded one that is open, nor of who reviewed the grant."""
    sql = (
        "SELECT g.id, g.recipient_name AS name, g.division, min(o.recorded_at) AS since, CAST(NULL AS date) AS due_on, "
        "array_remove(array_agg(o.recorded_by) || g.reviewed_by, NULL) AS barred "
        "FROM grant_objections o JOIN grants g ON g.id = o.grant_id "
        "WHERE o.answered_at IS NULL AND g.state = 'reviewed' GROUP BY g.id"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="grant.public_notice",
        of="grant",
        title=Text(zh="公示“{name}”的补助", en="Publish the grant of '{name}'"),
        waits_for=Role.REVIEWER,
        link="/v1/grants/{id}",
        select=_publication,
    ),
    Waiting(
        kind="grant.objection",
        of="grant",
        title=Text(zh="答复对“{name}”补助的异议", en="Answer the objection to the grant of '{name}'"),
        waits_for=Role.APPROVER,
        link="/v1/grants/{id}/notices",
        select=_objection,
    ),
)
