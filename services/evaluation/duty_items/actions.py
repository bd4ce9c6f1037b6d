"""Takes duty items along their life: reported by the body, appraised by the body above, taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.evaluation.bodies import queries as body_queries
from services.evaluation.bodies.body import Body
from services.evaluation.bodies.queries import body_of
from services.evaluation.double_reports import queries as double_reports
from services.evaluation.double_reports.rules import Place, reason_of
from services.evaluation.duty_items import queries, rules
from services.evaluation.duty_items.policies import DutyItemPolicies, DutyItemPolicy, Terms, reference_day
from services.evaluation.duty_items.rules import Acting, Step
from services.evaluation.duty_items.schemas import AppraisalBody, DutyReopeningBody, DutyReportBody
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version
from shared.superiors.policies import AffiliationPolicies


@dataclass(frozen=True, slots=True)
class Books:
    """What decides on duty items, and on which body is above."""

    items: DutyItemPolicies
    affiliations: AffiliationPolicies

    def of(self, division: str, year: int) -> Policy[DutyItemPolicy]:
        """The policy of a year's items. Raises NotFound where a division has none."""
        found = self.items.in_force(division, reference_day(year))
        if found is None:
            raise NotFound(what="duty item")
        return found


def place_of(row: Record) -> Place:
    """Where an item's body is."""
    return Place(row["code"], row["division"], row["street"], row["year"])


async def report(
    tx: Transaction,
    code: str,
    year: int,
    body: DutyReportBody,
    books: Books,
    acting: Acting,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Record that a body reported; a report that is there already is replaced, and kept in the history.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, NotTheDutyBody, InvalidInput.
    """
    row, state, _ = await _take(tx, code, year, "report", books, acting, if_match, now)
    policy = books.of(row["division"], year)
    opens_on = policy.parameters.terms(year).opens_on
    terms = Terms(opens_on, row["report_due"], row["appraisal_due"])
    rules.check_report(body.reported_on, year, terms, china_day(now))
    reason = rules.reported(body_of(row), year, body.reported_on, terms.report_due, policy, now)
    values = {"state": state, **body.model_dump()}
    if row["state"] != "due":
        await _save(tx, row, "report", values, (reason,), now, body.note)
        return
    new = {
        "id": new_id(),
        "body_id": row["id"],
        **{name: row[name] for name in ("year", "division", "level", "street", "report_due", "appraisal_due")},
        "policy": policy.id,
        **values,
        "reasons": [reason.model_dump(mode="json")],
        "steps": [_step(tx, "report", now, body.note)],
        "version": 1,
    }
    await queries.insert_new(tx, new)


async def appraise(
    tx: Transaction,
    code: str,
    year: int,
    body: AppraisalBody,
    books: Books,
    acting: Acting,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Grade a body, by the body above and by another actor than who reported.

    What its Party organizations had of S23 in the year is read, and kept among the reasons. Raises NotFound,
    PreconditionFailed, IllegalTransition, NotTheAppraisingBody, NoAppraisingBody, SameHand, InvalidInput.
    """
    row, state, above = await _take(tx, code, year, "appraisal", books, acting, if_match, now)
    assert above is not None
    policy = books.of(row["division"], year)
    grade = rules.check_appraisal(body.grade, body.appraised_on, row["reported_on"], policy.parameters, china_day(now))
    place = place_of(row)
    counted = await double_reports.count_at(tx, [place], china_day(now))
    read = reason_of(place.body, year, counted[place.body, year], now)
    reason = rules.appraised(above, grade, body.appraised_on, row["appraisal_due"], policy.id, now)
    values = {
        "state": state,
        "grade": grade.code,
        "ground": body.ground,
        "appraised_on": body.appraised_on,
        "appraised_by": above.code,
        "appraisal_reference": body.reference,
    }
    await _save(tx, row, "appraisal", values, (read, reason), now, body.ground)


async def reopen(
    tx: Transaction,
    code: str,
    year: int,
    body: DutyReopeningBody,
    books: Books,
    acting: Acting,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Take an appraisal back, with the reason; its grade stays in the reasons. Raises as `appraise`."""
    row, state, _ = await _take(tx, code, year, "reopening", books, acting, if_match, now)
    values: dict[str, Any] = {"state": state}
    values |= dict.fromkeys(("grade", "ground", "appraised_on", "appraised_by", "appraisal_reference"))
    await _save(tx, row, "reopening", values, (rules.reopened(row["grade"], body.reason, now),), now, body.reason)


async def _take(
    tx: Transaction,
    code: str,
    year: int,
    step: Step,
    books: Books,
    acting: Acting,
    if_match: Preconditions | None,
    now: datetime,
) -> tuple[Record, rules.State, Body | None]:
    """The item, its place locked, its state after the step, and the body above."""
    division = await queries.place_of(tx, code)
    if division is None:
        raise NotFound(what="duty item")
    await queries.lock_place(tx, division, year)
    row = await queries.get(tx, books.items, code, year)
    if row is None:  # it owes none, or another body of the place has reported
        raise NotFound(what="duty item")
    check_version(if_match, row["version"], required=step == "report" and row["state"] == "reported")
    after = move(rules.TRANSITIONS, row["state"], step)
    today = china_day(now)
    body = body_of(row)
    bodies = await body_queries.around(tx, [code]) if step != "report" else {}
    above = rules.appraising(body, bodies, books.affiliations, today) if bodies else None
    barred = rules.bar_step(step, body, above, acting, row["steps"], today)
    if barred is not None:
        raise barred
    return row, after, above


async def _save(
    tx: Transaction,
    row: Record,
    step: Step,
    values: Mapping[str, Any],
    more: Sequence[Reason],
    now: datetime,
    note: str | None,
) -> None:
    reasons = queries.more_reasons([reason.model_dump(mode="json") for reason in more])
    await queries.save(tx, row, {**values, "reasons": reasons}, _step(tx, step, now, note))


def _step(tx: Transaction, step: Step, now: datetime, note: str | None) -> Record:
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}
