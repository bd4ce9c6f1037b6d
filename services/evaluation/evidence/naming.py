"""Which files facts may name as their evidence."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.evaluation.evidence.errors import UNKNOWN_FILE
from services.evaluation.evidence.queries import known_files
from services.evaluation.policies import Stage
from shared.db.session import Transaction
from shared.problems.problems import FieldError
from shared.problems.validation import pointer


async def find_unknown_files(
    tx: Transaction, evaluation_id: UUID, stage: Stage | None, facts: Mapping[str, Mapping[str, Any]]
) -> list[FieldError]:
    """Files that facts name and that were not filed for that indicator and stage; without a stage, for any of them."""
    named = [(code, place, one) for code, fact in facts.items() for place, one in enumerate(fact.get("files", ()))]
    if not named:
        return []
    known = await known_files(tx, evaluation_id, stage, {one for _, _, one in named})
    return [
        FieldError(pointer((code, "files", place)), UNKNOWN_FILE)
        for code, place, one in named
        if (code, one) not in known
    ]
