"""Lets incubatees graduate once they are mature (H8), or leave without (D15: 出壳)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.incubation.incubatees.errors import NotMature
from services.incubation.incubatees.incubatee import TRANSITIONS
from services.incubation.incubatees.judging import judge_row
from services.incubation.incubatees.rules import maturity_reasons
from services.incubation.incubatees.schemas import Exit
from services.incubation.incubatees.steps.taking import code_of, lock, save, stated
from services.incubation.incubating.days import faults_of_day
from services.incubation.incubating.incubatee_policies import IncubateePolicies
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.incubation import IncubateeExited, IncubateeGraduated
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day, months_after
from shared.problems.problems import InvalidInput
from shared.problems.transitions import move
from shared.problems.versions import Preconditions


async def graduate(
    tx: Transaction,
    incubatee_id: UUID,
    graduated_on: date | None,
    note: str | None,
    policies: IncubateePolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Let one graduate whose maturity lists both pass (H8). Raises as `decide` does, and NotMature."""
    row = await lock(tx, incubatee_id, if_match, "graduation")
    state = move(TRANSITIONS, row["state"], "graduation")
    today = china_day(now)
    day = graduated_on or today
    faults = faults_of_day("graduated_on", day, today, earliest=row["entered_on"])
    if faults:
        raise InvalidInput(faults)
    maturity = await judge_row(tx, row, policies, now, day)
    missing = maturity.missing()
    if missing:
        raise NotMature(maturity.errors(), missing=[one.code for one in missing])
    reasons = maturity_reasons(maturity.judged, maturity.policy, now)
    changed = {
        **row,
        "state": state,
        "graduated_on": day,
        "follow_up_until": months_after(day, maturity.policy.parameters.follow_up_months),
        "reasons": [one.model_dump(mode="json") for one in reasons],
        "policy": maturity.policy.id,
    }
    saved = await save(tx, changed, "graduation", now, note)
    event = IncubateeGraduated(
        **stated(saved, await code_of(tx, saved)),
        entered_on=saved["entered_on"],
        graduated_on=day,
        party_organization_id=maturity.then.party_id,
        reasons=reasons,
    )
    await emit(tx, [NewEvent(saved["id"], saved["version"], event, saved["division"], now)])
    return saved


async def leave(
    tx: Transaction, incubatee_id: UUID, body: Exit, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Let one leave that has not graduated. Raises as `decide` does."""
    row = await lock(tx, incubatee_id, if_match, "exit")
    state = move(TRANSITIONS, row["state"], "exit")
    day = body.exited_on or china_day(now)
    earliest = row["entered_on"] or row["decided_on"] or row["applied_on"]
    faults = faults_of_day("exited_on", day, china_day(now), earliest=earliest)
    if faults:
        raise InvalidInput(faults)
    changed = {**row, "state": state, "exited_on": day, "exit_cause": body.cause}
    saved = await save(tx, changed, "exit", now, body.reason)
    await announce_exits(tx, [saved], {saved["incubator_id"]: await code_of(tx, saved)}, now)
    return saved


async def announce_exits(tx: Transaction, rows: Sequence[Record], codes: Mapping[UUID, str], now: datetime) -> None:
    """Emit that these left."""
    events = [
        IncubateeExited(**stated(row, codes[row["incubator_id"]]), exited_on=row["exited_on"], cause=row["exit_cause"])
        for row in rows
    ]
    await emit(
        tx,
        [
            NewEvent(row["id"], row["version"], event, row["division"], now)
            for row, event in zip(rows, events, strict=True)
        ],
    )
