"""Records what a catalogue names: bonuses, vetoes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.errors import NoCatalogue
from services.evaluation.catalogues.queries import entries_of, save_entries
from services.evaluation.catalogues.rules import Kind, read_entries
from services.evaluation.cycles.rules import rated_on
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import stored_as
from services.evaluation.evaluations.stepping import check_rater, check_seat, lock_for, put_by_interested
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions, check_names_version, check_version


async def put_entries(
    tx: Transaction,
    evaluation_id: UUID,
    kind: Kind,
    given: Sequence[Mapping[str, Any]],
    *,
    bodies: Collection[str] = (),
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Record all bonuses or all vetoes of an evaluation; the same again changes nothing.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, NoCatalogue, SameHand,
    ConflictOfInterest, NotTheRatingBody, and InvalidInput with all faults.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    catalogue = evaluation.policy.catalogue
    if catalogue is None:
        raise NoCatalogue(year=evaluation.year)
    items, errors = read_entries(given, kind, catalogue, rated_on(evaluation.year), china_day(now))
    if errors:
        raise InvalidInput(errors)
    await check_seat(tx, evaluation, kind, bodies, now)
    await check_rater(tx, evaluation, kind)
    rows = (await entries_of(tx, [evaluation_id]))[evaluation_id]
    stored = next((row for row in rows if row["kind"] == kind), None)
    if stored is not None:
        # The same from another actor replaces what somebody with an interest gave.
        if stored["items"] == items and not await put_by_interested(tx, evaluation, stored):
            return
        check_version(if_match, evaluation.version, required=True)
    row: dict[str, Any] = {
        "evaluation_id": evaluation.id,
        "kind": kind,
        "division": evaluation.division,
        "items": items,
    }
    row |= {"catalogue": catalogue.id, "version": catalogue.version, "put_at": now, "put_by": tx.access.actor}
    await save_entries(tx, row)
    await queries.save(tx, evaluation.id, {**stored_as(state), "steps": queries.with_step(tx, kind, now)})
