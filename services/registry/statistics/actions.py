"""Draws up statistical reports, has them explained, signed, locked and returned (D16)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.statistic_tables.policies import (
    StatisticTable,
    StatisticTablesPolicies,
    StatisticTablesPolicy,
    read_frozen_policy,
    read_frozen_table,
)
from services.registry.statistics import queries, rules
from services.registry.statistics.errors import StatisticsExist
from services.registry.statistics.report import Figures, ReportStep, figures_of
from services.registry.statistics.schemas import ReportOpening
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.working_days import WorkingDaysBook
from shared.problems.access import check_reach
from shared.problems.duties import SameHand, same_person
from shared.problems.inputs import Note
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def open_report(
    tx: Transaction,
    body: ReportOpening,
    policies: StatisticTablesPolicies,
    working_days: WorkingDaysBook,
    now: datetime,
) -> Record:
    """Draw a report up: computed at once. Raises OutsideScope, InvalidInput, StatisticsExist."""
    check_reach(tx.access, body.division)
    today = china_day(now)
    policy = policies.of_day(body.division, min(body.cut_off, today), today)
    if errors := rules.opening_errors(body.table, policy.parameters, body.cut_off, today):
        raise InvalidInput(errors)
    key = {
        "table_code": body.table,
        "division": body.division,
        "cut_off": body.cut_off,
        "lower_levels": body.lower_levels,
    }
    await queries.hold(tx, "/".join(map(str, key.values())))
    if found := await queries.find(tx, key):
        raise StatisticsExist(report_id=str(found["id"]))
    table = policy.parameters.tables[body.table]
    row: Record = {
        "id": new_id(),
        **key,
        "policy": policy.id,
        "due_on": working_days.at(body.division, today).due_date(body.cut_off, table.due_days),
        "definition": {**table.model_dump(mode="json"), "policy": _frozen(policy.parameters)},
        "words": {},
        "signed_by": None,
        "steps": [],
        "version": 1,
    }
    row |= await _computed(tx, row, now)
    row["steps"] = [_step("computation", tx, now, body.note)]
    await queries.insert_one(tx, row)
    return row


def _frozen(policy: StatisticTablesPolicy) -> dict[str, int]:
    return policy.model_dump(include={"eligible_min_full_members", "change_bp", "change_least"})


def _definition(row: Mapping[str, Any]) -> tuple[StatisticTable, StatisticTablesPolicy]:
    """The table and the bounds as they were when the report was drawn up."""
    return read_frozen_table(row["definition"]), read_frozen_policy(row["table_code"], row["definition"])


async def _count(tx: Transaction, row: Mapping[str, Any]) -> Figures:
    table, policy = _definition(row)
    day, enough = row["cut_off"], policy.eligible_min_full_members
    facts = await queries.count(tx, row["division"], {day: enough}, lower_levels=row["lower_levels"])
    return rules.fill(table, facts[day])


async def _computed(tx: Transaction, row: Mapping[str, Any], now: datetime) -> Record:
    """The figures as they are counted now, and what rules and the last report show of them."""
    table, policy = _definition(row)
    figures = await _count(tx, row)
    found = rules.findings(table, policy, figures, await queries.last_locked(tx, row))
    counted = rules.why_counted(row["policy"], row["cut_off"], figures, lower_levels=row["lower_levels"], now=now)
    return {
        "state": "computed",
        "figures": figures.plain(),
        "findings": found,
        "reasons": [counted.model_dump(mode="json")],
        "computed_at": now,
        "signed_by": None,
    }


async def compute(
    tx: Transaction, report_id: UUID, note: Note, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Count again from the same cut-off day, by the same definitions. Raises as `_take` does."""
    row = await _take(tx, report_id, "computation", if_match)
    return await _save(tx, row | await _computed(tx, row, now), "computation", note.note, now)


async def explain(
    tx: Transaction, report_id: UUID, words: Mapping[str, str], now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Say why totals changed. Raises as `_take` does, InvalidInput for a column that the table does not have."""
    row = await _take(tx, report_id, "explanation", if_match)
    if errors := rules.word_errors(_definition(row)[0], words):
        raise InvalidInput(errors)
    return await _save(tx, row | {"words": {**row["words"], **words}}, "explanation", None, now)


async def sign(
    tx: Transaction, report_id: UUID, note: Note, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Sign what is fit. Raises as `_take` does, StatisticsUnfit."""
    row = await _take(tx, report_id, "signature", if_match)
    reason = rules.check_signable(row["findings"], row["words"], now)
    reasons = [*row["reasons"], reason.model_dump(mode="json")]
    changed = {"state": "signed", "signed_by": tx.access.actor, "reasons": reasons}
    return await _save(tx, row | changed, "signature", note.note, now)


async def lock(
    tx: Transaction, report_id: UUID, note: Note, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Lock what another actor signed. Raises as `_take` does, SameHand."""
    row = await _take(tx, report_id, "locking", if_match)
    if same_person(row["signed_by"], tx.access.actor):
        raise SameHand(what="statistic_report", earlier="signature", step="locking")
    return await _save(tx, row | {"state": "locked"}, "locking", note.note, now)


async def send_back(
    tx: Transaction, report_id: UUID, reason: str, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Return a signed or locked report for correction. Raises as `_take` does."""
    row = await _take(tx, report_id, "return", if_match)
    return await _save(tx, row | {"state": "returned", "signed_by": None}, "return", reason, now)


async def reproduce(tx: Transaction, row: Record) -> list[dict[str, Any]]:
    """What comes out differently when a report is computed again from its cut-off day; nothing is stored."""
    return rules.differences(figures_of(row["figures"]), await _count(tx, row))


async def _take(tx: Transaction, report_id: UUID, step: ReportStep, if_match: Preconditions | None) -> Record:
    """The report, held, where a step is possible.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition.
    """
    await queries.hold(tx, str(report_id))
    row = await queries.get(tx, report_id)
    if row is None:
        raise NotFound(what="statistic_report")
    check_reach(tx.access, row["division"])
    check_version(if_match, row["version"])
    move(rules.TRANSITIONS, row["state"], step)
    return row


async def _save(tx: Transaction, row: Record, step: ReportStep, note: str | None, now: datetime) -> Record:
    row["steps"] = [*row["steps"], _step(step, tx, now, note)]
    await queries.write(tx, row)
    return row | {"version": row["version"] + 1}


def _step(step: ReportStep, tx: Transaction, now: datetime, note: str | None) -> dict[str, Any]:
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}
