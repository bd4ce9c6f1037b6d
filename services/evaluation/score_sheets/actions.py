"""Takes a workbook of score sheets in: each evaluation as a whole, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.evaluation.bodies.body import Body
from services.evaluation.catalogues.queries import entries_of
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.queries import hold_open
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import Evaluation, check_step, earlier_hand, hands_of
from services.evaluation.evaluations.stepping import bar_industry
from services.evaluation.interests.queries import declared_in
from services.evaluation.raters.finding import find_raters
from services.evaluation.raters.rules import RATED, bar_rater
from services.evaluation.score_sheets import errors as e
from services.evaluation.score_sheets.layout import Head
from services.evaluation.score_sheets.queries import save_sheets
from services.evaluation.score_sheets.reading import Fault, Given
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import NOT_APPLICABLE, Sheet
from shared.db.access import Access
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import ConflictOfInterest, SameHand, same_person
from shared.problems.problems import IllegalTransition, NotFound, Problem


@dataclass(slots=True)
class Report:
    """What became of each evaluation of the workbook, and the faults of its rows."""

    saved: list[UUID] = field(default_factory=list)
    unchanged: list[UUID] = field(default_factory=list)
    empty: list[UUID] = field(default_factory=list)
    refused: list[UUID] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was stored before the import: by evaluation, but interests by Party organization."""

    sheets: Mapping[UUID, Sequence[Record]]
    entries: Mapping[UUID, Sequence[Record]]
    interested: Mapping[UUID, Sequence[str]]
    raters: Mapping[UUID, Body | None]

    def sheet(self, evaluation_id: UUID, stage: str) -> Record | None:
        return next((one for one in self.sheets.get(evaluation_id, ()) if one["stage"] == stage), None)

    def is_interested(self, subject: str | None, party_organization_id: UUID) -> bool:
        return any(same_person(subject, one) for one in self.interested.get(party_organization_id, ()))


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who imports: what it sees, the bodies that it acts for, on which day."""

    access: Access
    bodies: Collection[str]
    today: date


async def import_sheets(
    tx: Transaction,
    head: Head,
    given: Sequence[Given],
    frozen: Record,
    *,
    bodies: Collection[str],
    dry_run: bool,
    now: datetime,
) -> Report:
    """Save the sheets of all evaluations whose rows have no fault.

    What is stored already changes nothing. Raises NotFound where none of the evaluations is seen, CycleNotOpen.
    """
    await hold_open(tx, head.cycle)
    # The cycle may have been closed while the workbook was read.
    frozen = await evaluations.frozen_of(tx, head.cycle, head.type) or frozen
    ids = [one.evaluation_id for one in given]
    locked = {one.id: one for one in await together.lock_list(tx, ids, frozen)}
    # What was reopened is corrected after the cycle closed too.
    if frozen["cycle_state"] != "open" and not any(one.earlier for one in locked.values()):
        raise CycleNotOpen(state=frozen["cycle_state"], cycle_id=str(head.cycle))
    if given and not locked:
        raise NotFound(what="evaluation")
    parties = [one.party_organization_id for one in locked.values()]
    today = china_day(now)
    raters = await find_raters(tx, {one.id: (one.belongs_to(), one.policy.raters) for one in locked.values()}, today)
    declared = await declared_in(tx, parties)
    known = _Known(await evaluations.sheets(tx, ids), await entries_of(tx, ids), declared, raters)
    report, sheets, caller = Report(), [], _Caller(tx.access, bodies, today)
    for one in given:
        evaluation = locked.get(one.evaluation_id)
        if evaluation is None:
            one.complain(one.row, None, "", e.NOT_IN_CYCLE, type=head.type)
        sheet = None if evaluation is None else _read(one, evaluation, head, known, caller)
        report.faults += one.faults
        if one.faults:
            report.refused.append(one.evaluation_id)
        elif sheet is None:
            (report.unchanged if one.facts else report.empty).append(one.evaluation_id)
        else:
            sheets.append((one.evaluation_id, sheet))
            report.saved.append(one.evaluation_id)
    if not dry_run:
        await save_sheets(tx, head.stage, sheets, state="scoring", now=now)
    return report


def _read(given: Given, evaluation: Evaluation, head: Head, known: _Known, caller: _Caller) -> Sheet | None:
    """The sheet to be saved; None where nothing is, or where `given` has faults then."""
    left_out = evaluation.system.not_for(evaluation.rated())
    for code in left_out:  # shown as not applicable, and locked
        if given.facts.get(code, {}).get("value") == NOT_APPLICABLE:
            del given.facts[code]
    if not given.facts:
        return None
    stored = known.sheet(evaluation.id, head.stage)
    # A workbook has no place for files: those that a fact named stay with it.
    named = {code: one["files"] for code, one in ((stored or {}).get("facts") or {}).items() if one.get("files")}
    facts = {code: {**one, "files": named.get(code, ())} for code, one in given.facts.items()}
    sheet, errors = read_facts(
        facts,
        evaluation.system,
        evaluation.rated(),
        bonus=stored["bonus"] if stored else (),
        vetoes=stored["vetoes"] if stored else (),
        supplemented=evaluation.is_supplemented(caller.today),
    )
    given.complain_of(errors)
    if errors or given.faults:
        return None
    content = sheet.to_json()
    party = evaluation.party_organization_id
    same = stored is not None and all((stored[name] or {}) == content[name] for name in ("scores", "facts"))
    answers = evaluation.is_returned(head.stage) or (stored and known.is_interested(stored["put_by"], party))
    if stored is not None and same and not answers:
        return None
    barred = _bar(evaluation, head.stage, known, caller)
    if barred is not None:
        given.complain_whole(barred)
    elif stored is not None and not same and _is_newer(stored, head, caller.access.actor):
        given.complain(given.row, None, "", e.CHANGED_MEANWHILE)
    return None if given.faults else sheet


def _bar(evaluation: Evaluation, stage: str, known: _Known, caller: _Caller) -> Problem | None:
    """What bars the actor from putting this stage, as where one sheet is put."""
    try:
        check_step(evaluation, "scoring")
    except (IllegalTransition, CycleNotOpen) as problem:
        return problem
    barred = bar_industry(evaluation, stage, caller.bodies)
    if barred is None and stage in RATED:
        barred = bar_rater(known.raters[evaluation.id], caller.bodies, caller.access, caller.today)
    if barred is not None:
        return barred
    if stage != "self" and known.is_interested(caller.access.actor, evaluation.party_organization_id):
        return ConflictOfInterest()
    earlier = earlier_hand(
        stage,
        hands_of(known.sheets.get(evaluation.id, ()), known.entries.get(evaluation.id, ())),
        caller.access.actor,
        opened_by=evaluation.opened_by,
        separate_duties=evaluation.policy.parameters.separate_duties,
    )
    if earlier is None:
        return evaluation.progress(known.sheets.get(evaluation.id, ())).waits_for(stage, caller.today)
    return SameHand(what="cycle" if earlier == "opening" else "evaluation", earlier=earlier, step=stage)


def _is_newer(stored: Record, head: Head, actor: str) -> bool:
    """Whether somebody else put the stage since the workbook was written."""
    written = datetime.fromisoformat(head.written_at)
    return bool(stored["put_at"] > written) and not same_person(stored["put_by"], actor)
