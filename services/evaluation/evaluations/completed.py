"""What is kept and what is published of a completed evaluation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.schemas import basis_of
from services.evaluation.evaluations.rules import Evaluation
from services.evaluation.ratings.rules import Rating
from services.evaluation.sheets.rules import Sheet
from shared.contracts.evaluation import EvaluationCompleted


def frozen_basis(evaluation: Evaluation, sheet: Sheet, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What it was rated by: the deciding stage's sheet, the catalogue's entries, and the versions of its rules."""
    return {
        "stage": evaluation.policy.parameters.deciding_stage,
        "type": evaluation.system.type,
        "system_version": evaluation.system.version,
        "policy": evaluation.policy.id,
        **sheet.to_json(),
        "catalogue": basis_of(entries),
    }


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
