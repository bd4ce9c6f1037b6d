"""What waits in funding: grants, each for the next in the chain of duties."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import SelectBase, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.funding.grants.actions import separate_duties
from services.funding.grants.noticing.actions import required_by
from services.funding.grants.noticing.queries import PUBLISHED
from services.funding.grants.queries import ACTOR_COLUMNS
from services.funding.grants.rules import BARRED_BY, TRANSITIONS, Step, duty_of
from services.funding.policies import Duty
from shared.problems.language import Text as Words
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_WAITS_FOR: Mapping[Step, tuple[Role, Words]] = {
    "release": (Role.REVIEWER, Words(zh="解除“{name}”补助的暂缓", en="Release the held grant of '{name}'")),
    "review": (Role.REVIEWER, Words(zh="审核“{name}”的补助", en="Review the grant of '{name}'")),
    "approval": (Role.APPROVER, Words(zh="批准“{name}”的补助", en="Approve the grant of '{name}'")),
    "payment": (Role.PAYER, Words(zh="拨付“{name}”的补助", en="Pay the grant of '{name}'")),
}


_DRAFTERS = (
    "SELECT s.taken_by FROM grant_steps s WHERE s.grant_id = grants.id AND s.step IN ('release', 'amendment') "
    "AND s.taken_by IS NOT NULL"
)


def _pending(before: str, step: Step, state: Any) -> SelectBase:
    """Barred are those whose earlier step bars this one, under the policies that keep both duties apart."""
    separate = separate_duties(state.schemes)
    earlier: list[tuple[Duty, str]] = [("drafting", "raised_by")]
    earlier += [(duty_of(one), ACTOR_COLUMNS[one]) for one in BARRED_BY[step]]
    hands, values = [], []
    for place, (duty, column) in enumerate(earlier):
        together = [policy for policy, duties in separate.items() if not {duty, duty_of(step)} <= {*duties}]
        hands.append(f"CASE WHEN policy <> ALL(:together_{place}) THEN {column} END")
        values.append(bindparam(f"together_{place}", together, ARRAY(Text), unique=True))
    drafters = "CAST('{}' AS text[])"
    if BARRED_BY[step]:  # as the first of the hands, all who drafted
        drafters = f"CASE WHEN policy <> ALL(:together_0) THEN ARRAY({_DRAFTERS}) END"
    sql = (
        "SELECT id, recipient_name AS name, division, raised_at AS since, CAST(NULL AS date) AS due_on, "  # noqa: S608 - fixed
        f"array_remove(ARRAY[{', '.join(hands)}] || {drafters}, NULL) AS barred FROM grants WHERE state = '{before}' "
        "AND order_state IS DISTINCT FROM 'ordered'"
    )
    if step == "approval":
        sql += f" AND (policy <> ALL(:noticed) OR {PUBLISHED})"
        values.append(bindparam("noticed", [*required_by(state.schemes)], ARRAY(Text), unique=True))
    return columns(text(sql).bindparams(*values))


# By the last decision on the evaluation that raised it: another amount is due, none, or the star holds it now. People
# decide what follows (decision 70), until it is paid.
_HELD, _RELEASED = (
    f"""CAST('[{{"rule": "R-hold", "outcome": "{outcome}"}}]' AS jsonb)""" for outcome in ("held", "released")
)
_CORRECTED = text(
    "SELECT g.id, g.recipient_name AS name, g.division, d.decided_at AS since, CAST(NULL AS date) AS due_on, "  # noqa: S608 - fixed
    "CAST('{}' AS text[]) AS barred FROM grants g CROSS JOIN LATERAL ("
    "SELECT * FROM grant_decisions d WHERE (d.recipient_id, d.year) = (g.recipient_id, COALESCE(g.of_year, g.year)) "
    "AND (d.evaluation_id, d.scheme) = (g.evaluation_id, g.scheme) ORDER BY d.as_of DESC, d.id DESC LIMIT 1) AS d "
    "WHERE g.state IN ('held', 'raised', 'reviewed', 'approved') AND g.amends IS NULL "
    "AND d.outcome NOT IN ('raised', 'held') AND (d.amount_fen IS DISTINCT FROM g.amount_fen "
    f"OR g.state <> 'held' AND d.reasons @> {_HELD} AND NOT d.reasons @> {_RELEASED} AND NOT EXISTS ("
    "SELECT FROM closed_rectifications c WHERE c.evaluation_id = g.evaluation_id))"
)


def _corrected(_: Any) -> SelectBase:
    return columns(_CORRECTED)


_STEPS = tuple(
    Waiting(
        kind=f"grant.{step}",
        of="grant",
        title=_WAITS_FOR[step][1],
        waits_for=_WAITS_FOR[step][0],
        link="/v1/grants/{id}",
        select=partial(_pending, before, step),
    )
    for before, step in TRANSITIONS
)
WAITING = (
    *_STEPS,
    Waiting(
        kind="grant.correction",
        of="grant",
        title=Words(
            zh="“{name}”的评定已更正，请核对其补助", en="The rating of '{name}' was corrected: check its grant"
        ),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/grants/{id}",
        select=_corrected,
    ),
)
