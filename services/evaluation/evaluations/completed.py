"""What is published of a completed evaluation."""

from datetime import datetime
from uuid import UUID

from services.evaluation.evaluations.rules import Evaluation
from services.evaluation.ratings.rules import Rating
from shared.contracts.evaluation import EvaluationCompleted


def completed_payload(
    evaluation: Evaluation, rating: Rating, organization_ids: list[UUID], now: datetime
) -> EvaluationCompleted:
    """The payload, with all reasons that the evaluation has."""
    return EvaluationCompleted(
        id=evaluation.id,
        cycle_id=evaluation.cycle_id,
        year=evaluation.year,
        party_organization_id=evaluation.party_organization_id,
        party_organization_name=evaluation.party_organization_name,
        party_organization_kind=evaluation.party_organization_kind,
        form=evaluation.form,
        division=evaluation.division,
        type=evaluation.type,
        total=rating.total,
        star=rating.star,
        reasons=[*evaluation.reasons, *rating.reasons],
        completed_at=now,
        organization_ids=organization_ids,
    )
