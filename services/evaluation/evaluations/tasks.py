"""What waits in evaluations: a stage's sheet, a supplement, the completion."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import SelectBase, text

from services.evaluation.cycles.queries import DECIDED_BY_SESSION
from services.evaluation.deadlines.due_days import DECIDES_ON, IS_RATED, SUBMITTED, SUPPLEMENTED, TODAY, due_on, put
from shared.db.session import Transaction
from shared.problems.language import Text
from shared.schema.security import IN_SCOPE
from shared.web.identity.permissions import Role
from shared.web.tasks import BodyWaitedFor, Waiting, columns

# The cycle may lie beyond the caller's divisions, where an evaluation that moved waits. Who opened it, and who put a
# sheet that is no self-assessment, are barred as far as its policy keeps the duties apart (`earlier_hand`).
_WAITING = """
SELECT e.id, p.name, e.division, {since} AS since, {due_on} AS due_on, {barred} AS barred
FROM evaluations AS e JOIN party_organizations AS p ON p.id = e.party_organization_id
LEFT JOIN cycles AS c ON c.id = e.cycle_id
WHERE e.state IN ('enrolled', 'scoring') AND (c.id IS NULL OR c.state = 'open' OR e.earlier <> '[]') AND {which}
  AND {decides}
"""
_OF_CYCLES = """
SELECT c.id, c.year || ' ' || c.division AS name, c.division, min(e.enrolled_at) AS since, {due_on} AS due_on,
    {barred} AS barred
FROM cycles AS c JOIN evaluations AS e ON e.cycle_id = c.id AND e.state = 'scoring'
WHERE (c.state = 'open' OR e.earlier <> '[]') AND {which} AND {decides} GROUP BY c.id
"""
# Who leads a Party organization that moved since sees what was decided before; who decided goes on with it.
_DECIDES = f"(e.moved_to IS NULL OR {IN_SCOPE.replace('division', 'e.division', 1)})"
NOBODY = "CAST('{}' AS text[])"
OPENER = """CASE WHEN c.policy->'parameters'->'separate_duties' @> '["opening", "{duty}"]' AND c.opened_by IS NOT NULL
    THEN ARRAY[c.opened_by] ELSE CAST('{{}}' AS text[]) END"""
HANDS = """ARRAY(SELECT hand FROM (SELECT evaluation_id, stage, hands, put_by FROM evaluation_scores
        UNION ALL SELECT evaluation_id, kind, hands, put_by FROM catalogue_entries) AS s,
    unnest(array_append(s.hands, s.put_by)) AS hand
    WHERE s.evaluation_id = e.id AND hand IS NOT NULL{more})"""
_RATERS = f"""CASE WHEN c.policy->'parameters'->'separate_duties' @> '["rating", "completion"]'
    THEN {HANDS.format(more=" AND s.stage <> 'self'")} ELSE {NOBODY} END"""
DECIDING = put(DECIDES_ON)
# One by one; as a session decided, where there is no notice; once the notice has run out.
_COMPLETABLE = f"""{IS_RATED} AND CASE
    WHEN e.phase IS NULL THEN NOT COALESCE({DECIDED_BY_SESSION}, false) AND {DECIDING} AND {SUPPLEMENTED}
    WHEN e.phase = 'decided' THEN COALESCE(c.policy->'parameters'->'notice', 'null') = 'null'
    ELSE e.phase = 'published' AND e.notice_until < {TODAY} END"""


_BODIES = text(
    "SELECT e.id, p.affiliated_to AS code, p.affiliated_name AS name FROM evaluations AS e "
    "JOIN party_organizations AS p ON p.id = e.party_organization_id WHERE e.id = ANY(CAST(:ids AS uuid[]))"
)


def select_waiting(
    which: str, *, barred: str = NOBODY, since: str = "e.enrolled_at", due: str = "CAST(NULL AS date)"
) -> Callable[[Any], SelectBase]:
    """The evaluations e, of cycles c that go on, that wait for something; the arguments are SQL."""
    statement = columns(text(_WAITING.format(which=which, barred=barred, since=since, due_on=due, decides=_DECIDES)))
    return lambda _: statement


def select_cycles(which: str, *, due: str = "CAST(NULL AS date)", barred: str = NOBODY) -> Callable[[Any], SelectBase]:
    """The cycles c of which some evaluation e waits for something; the arguments are SQL."""
    statement = columns(text(_OF_CYCLES.format(which=which, due_on=due, barred=barred, decides=_DECIDES)))
    return lambda _: statement


def of_evaluation(kind: str, title: Text, role: Role, select: Callable[[Any], SelectBase]) -> Waiting:
    """A kind of task whose subject is an evaluation."""
    link = "/v1/evaluations/{id}"
    return Waiting(kind=kind, of="evaluation", title=title, waits_for=role, link=link, select=select)


async def _industry_bodies(tx: Transaction, _: Any, ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    """The bodies that these evaluations' Party organizations belong to, as the registry stated them."""
    rows = await tx.rows(_BODIES, {"ids": list(ids)})
    return {row.id: BodyWaitedFor(row.code, row.name) for row in rows}


WAITING = (
    # Asked for only where the policy's calendar names a day for it.
    of_evaluation(
        "evaluation.self",
        Text(zh="“{name}”开展自评", en="Let '{name}' assess itself"),
        Role.SECRETARY,
        select_waiting(
            f"e.phase IS NULL AND {due_on('self')} IS NOT NULL AND NOT {SUBMITTED['self']}",
            due=due_on("self"),
        ),
    ),
    of_evaluation(
        "evaluation.satisfaction",
        Text(zh="填报“{name}”的满意度测评", en="Put the counts of the satisfaction test of '{name}'"),
        Role.RATER,
        select_waiting(
            f"e.phase IS NULL AND {due_on('satisfaction')} IS NOT NULL AND NOT {SUBMITTED['satisfaction']}",
            due=due_on("satisfaction"),
        ),
    ),
    replace(
        of_evaluation(
            "evaluation.first_check",
            Text(zh="对“{name}”进行行业初核", en="Make the first check of '{name}'"),
            Role.RATER,
            select_waiting(
                f"e.phase IS NULL AND NOT {SUBMITTED['first_check']}",
                barred=HANDS.format(more=" AND s.stage IN ('self', 'committee')"),
                due=due_on("first_check"),
            ),
        ),
        bodies=_industry_bodies,
    ),
    of_evaluation(
        "evaluation.supplement",
        Text(zh="“{name}”补充材料", en="Supplement the sheet of '{name}'"),
        Role.SECRETARY,
        select_waiting(
            "e.phase IS NULL AND e.returned->>'stage' = 'self'",
            since="CAST(e.returned->>'at' AS timestamptz)",
            due="CAST(e.returned->>'due_on' AS date)",
        ),
    ),
    of_evaluation(
        "evaluation.scoring",
        Text(zh="为“{name}”评分", en="Score '{name}'"),
        Role.RATER,
        select_waiting(
            f"e.phase IS NULL AND (NOT {DECIDING} OR e.returned->>'stage' = {DECIDES_ON}) AND {IS_RATED}",
            barred=OPENER.format(duty="rating"),
            due=due_on("committee"),
        ),
    ),
    of_evaluation(
        "evaluation.completion",
        Text(zh="完成“{name}”的评定", en="Complete the rating of '{name}'"),
        Role.RATER,
        select_waiting(_COMPLETABLE, barred=f"{OPENER.format(duty='completion')} || {_RATERS}"),
    ),
)
