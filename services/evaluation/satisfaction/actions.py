"""Records the counts of a mass satisfaction test, with the points that the policy makes of them."""

from datetime import datetime
from uuid import UUID

from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import stored_as
from services.evaluation.evaluations.stepping import check_rater, lock_for
from services.evaluation.satisfaction.rules import Counts, find_errors, work_out
from services.evaluation.satisfaction.schemas import SatisfactionBody
from shared.db.session import Transaction
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions, check_names_version, check_version


async def put(
    tx: Transaction, evaluation_id: UUID, body: SatisfactionBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Write the counts; the same again change nothing, others must name the version that they replace.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, SameHand,
    ConflictOfInterest, InvalidInput.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    given = body.model_dump()
    counts = Counts(**given)
    errors = find_errors(counts)
    if errors:
        raise InvalidInput(errors)
    await check_rater(tx, evaluation, "group")
    stored = evaluation.satisfaction
    if stored is not None:
        if all(stored[name] == count for name, count in given.items()):
            return
        check_version(if_match, evaluation.version, required=True)
    points, reason = work_out(counts, evaluation.policy.parameters.satisfaction, now)
    satisfaction = {
        **given,
        "points": None if points is None else str(points),
        "reason": reason.model_dump(mode="json"),
        "put_at": now.isoformat(),
        "by": tx.access.actor,
    }
    steps = queries.with_step(tx, "satisfaction", now)
    await queries.save(tx, evaluation_id, {**stored_as(state), "satisfaction": satisfaction, "steps": steps})
