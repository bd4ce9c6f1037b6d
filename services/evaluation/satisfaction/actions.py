"""Records the counts of a mass satisfaction test, with the points that the policy makes of them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import stored_as
from services.evaluation.evaluations.stepping import check_rater, lock_for
from services.evaluation.satisfaction.rules import Asked, Counts, find_errors, points_of, work_out
from services.evaluation.satisfaction.schemas import SatisfactionBody
from shared.db.session import Transaction
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions, check_names_version, check_version


async def put(
    tx: Transaction, evaluation_id: UUID, body: SatisfactionBody, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Write the counts; the same again change nothing, others must name the version that they replace.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, FoundedInYear, SameHand,
    ConflictOfInterest, InvalidInput.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    if (barred := evaluation.progress(()).bars("satisfaction")) is not None:
        raise barred
    given = body.model_dump()
    counts = Counts(**{one.name: given[one.name] for one in fields(Counts)})
    asked = [Asked(**one) for one in given["questions"]]
    errors = find_errors(counts, asked)
    if errors:
        raise InvalidInput(errors)
    await check_rater(tx, evaluation, "group")
    stored = evaluation.satisfaction
    if stored is not None:
        if _as_given(stored) == given:
            return
        check_version(if_match, evaluation.version, required=True)
    figures = evaluation.policy.parameters.satisfaction
    points, reason = work_out(counts, figures, now)
    # Where too few came back for points, no question has any.
    by_question = [None if points is None else points_of(one, figures) for one in asked]
    satisfaction = {
        **asdict(counts),
        "questions": [
            {**asdict(one), "points": None if worth is None else str(worth)}
            for one, worth in zip(asked, by_question, strict=True)
        ],
        "points": None if points is None else str(points),
        "reason": reason.model_dump(mode="json"),
        "put_at": now.isoformat(),
        "by": tx.access.actor,
    }
    steps = queries.with_step(tx, "satisfaction", now)
    await queries.save(tx, evaluation_id, {**stored_as(state), "satisfaction": satisfaction, "steps": steps})


def _as_given(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored, as it was sent; the version before stored no questions."""
    questions = [{of.name: one[of.name] for of in fields(Asked)} for one in stored.get("questions", ())]
    return {**{one.name: stored[one.name] for one in fields(Counts)}, "questions": questions}
