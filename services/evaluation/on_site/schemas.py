"""How an on-site check is shown beside the stages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.on_site.queries import findings_of
from services.evaluation.on_site.rules import compare
from services.evaluation.policies import RatingParameters
from services.evaluation.sheets.rules import from_json
from services.evaluation.sheets.schemas import FactsOut, facts_shown


class DifferenceOut(BaseModel):
    """A leaf that was found otherwise than the deciding stage has it; null: left out, or not scored."""

    code: str
    given: str | None
    found: str | None


class OnSiteOut(BaseModel):
    """An on-site check: drawn, and once it was made, who was there, what was found, and where that differs."""

    sample_id: UUID | None
    """Null where it was visited without being drawn."""
    visited_on: date | None
    team: list[str]
    findings: FactsOut
    differences: list[DifferenceOut]
    note: str | None
    put_at: datetime | None
    put_by: str | None


def on_site_out(
    check: Mapping[str, Any] | None, sheets: Sequence[Mapping[str, Any]], policy: RatingParameters | None
) -> OnSiteOut | None:
    """A stored check, compared with the sheet of the deciding stage."""
    if check is None:
        return None
    deciding = next((one for one in sheets if policy is not None and one["stage"] == policy.deciding_stage), None)
    found = [] if deciding is None else compare(from_json(deciding), findings_of(check))
    return OnSiteOut.model_validate(
        {
            **check,
            "findings": facts_shown(check["findings"], check["put_at"]),
            "differences": [
                {
                    "code": one.code,
                    "given": None if one.given is None else f"{one.given:.2f}",
                    "found": None if one.found is None else f"{one.found:.2f}",
                }
                for one in found
            ],
        }
    )
