"""Files evidence for a stage and an indicator of an evaluation, and withdraws it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations.stepping import check_rater, check_seat, lock_for
from services.evaluation.evidence import errors as e
from services.evaluation.evidence import queries
from services.evaluation.evidence.store import EvidenceStore
from services.evaluation.on_site.queries import checks_of, findings_of
from services.evaluation.policies import Stage
from services.evaluation.sheets.errors import NOT_FOR_THEM
from services.evaluation.sheets.rules import current_facts, facts_from
from services.evaluation.uploads.schemas import Described
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.problems.problems import FieldError, InvalidInput, NotFound


async def file_evidence(
    tx: Transaction,
    evaluation_id: UUID,
    described: Described,
    content: bytes,
    media_type: str,
    *,
    store: EvidenceStore,
    bodies: Collection[str],
    now: datetime,
) -> tuple[Record, bool]:
    """Keep a content and what it shows; returns the row, and whether it is new.

    By who may put the stage's sheet. Raises NotFound, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest,
    NoFirstCheck, NotTheIndustryBody, NotTheRatingBody, InvalidInput for an indicator that the system does not have, or
    that is not for this Party organization.
    """
    evaluation, _ = await lock_for(tx, evaluation_id, "scoring", None)
    await check_seat(tx, evaluation, described.stage, bodies, now)
    await check_rater(tx, evaluation, described.stage)
    if described.code not in evaluation.system.points():
        facts = (("type", evaluation.type), ("code", described.code))
        raise InvalidInput([FieldError("/code", e.UNKNOWN_INDICATOR, facts)])
    if described.code in evaluation.system.not_for(evaluation.rated()):
        raise InvalidInput([FieldError("/code", NOT_FOR_THEM, (("code", described.code),))])
    row = {
        "id": new_id(),
        "evaluation_id": evaluation_id,
        "division": evaluation.division,
        "stage": described.stage,
        "code": described.code,
        "title": described.title,
        "sha256": await store.keep(content),
        "media_type": media_type,
        "bytes": len(content),
        "filed_at": now,
        "filed_by": tx.access.actor,
    }
    return await queries.file(tx, row)


async def withdraw_evidence(
    tx: Transaction, file_id: UUID, reason: str, *, bodies: Collection[str], now: datetime
) -> Record:
    """Withdraw a file while its evaluation is scored: it is neither listed nor given out any more.

    By who may put the stage's sheet. Raises as `file_evidence`, and EvidenceNamed where facts or findings name it.
    """
    found = await find_evidence(tx, file_id)
    evaluation, _ = await lock_for(tx, found["evaluation_id"], "scoring", None)
    stage: Stage = found["stage"]
    await check_seat(tx, evaluation, stage, bodies, now)
    await check_rater(tx, evaluation, stage)
    await _check_not_named(tx, evaluation.id, file_id)
    values = {"withdrawn_at": now, "withdrawn_by": tx.access.actor, "reason": reason}
    await queries.withdraw(tx, file_id, values)
    return {**found, **values}


async def _check_not_named(tx: Transaction, evaluation_id: UUID, file_id: UUID) -> None:
    sheets = (await evaluations.sheets(tx, [evaluation_id]))[evaluation_id]
    check = (await checks_of(tx, [evaluation_id])).get(evaluation_id)
    named = {sheet["stage"]: facts_from(current_facts(sheet)) for sheet in sheets} | {"on_site": findings_of(check)}
    for stage, facts in named.items():
        for code, fact in facts.items():
            if str(file_id) in fact.files:
                raise e.EvidenceNamed(stage=stage, code=code)


async def find_evidence(tx: Transaction, file_id: UUID) -> Record:
    """A file that the caller sees. Raises NotFound."""
    found = await queries.get(tx, file_id)
    if found is None:
        raise NotFound(what="evidence file")
    return found
