"""The stages of an evaluation beside each other: where they diverge, which of these lack a word, what was done when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from services.evaluation.evaluations.errors import DIVERGES
from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem
from services.evaluation.policies import RatingParameters
from services.evaluation.ratings.divergences import Divergence, find_divergences
from services.evaluation.sheets.rules import from_json
from shared.db.session import Record
from shared.problems.problems import FieldError


def divergences_of(
    sheets: Sequence[Record], rated: Rated, policy: RatingParameters, system: ScoringSystem, as_of: datetime
) -> Sequence[Divergence]:
    """Of the stored sheets of one evaluation."""
    if policy.divergence_max is None:
        return ()
    read = {sheet["stage"]: from_json(sheet) for sheet in sheets}
    words = {sheet["stage"]: sheet["word"] for sheet in sheets}
    return find_divergences(read, words, policy, system, system.not_for(rated), as_of)


def unexplained(divergences: Sequence[Divergence]) -> list[FieldError]:
    """Those whose later stage has said nothing, each named."""
    return [
        FieldError(
            f"/stages/{one.later}/word",
            DIVERGES,
            (("stage", one.later), ("other_stage", one.earlier), ("apart", one.apart), ("bound", one.bound)),
        )
        for one in divergences
        if not one.word
    ]


def put_as(row: Mapping[str, Any], sheet: Mapping[str, Any]) -> str | None:
    """Whether the unit's own seat put a sheet; None where its step was kept by a release that did not say so."""
    steps: Sequence[Mapping[str, Any]] = row["steps"]
    last = next((step for step in reversed(steps) if step["step"] == sheet["stage"]), None)
    return last.get("as") if last is not None and last["by"] == sheet["put_by"] else None


def history_of(row: Mapping[str, Any], sheets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps that were kept; before them, as far as the row says, those from before steps were."""
    kept = list(row["steps"])
    if kept and kept[0]["step"] == "enrolment":
        return kept
    known = {step["step"] for step in kept}
    earlier: list[tuple[str, datetime | None, str | None, str | None]] = [
        ("enrolment", row["enrolled_at"], None, None),
        *sorted(((one["stage"], one["put_at"], one["put_by"], None) for one in sheets), key=itemgetter(1)),
        ("completion", row["completed_at"], row["completed_by"], row["note"]),
        ("withdrawal", row["withdrawn_at"], None, None),
    ]
    names = ("step", "at", "by", "note")
    return [dict(zip(names, one, strict=True)) for one in earlier if one[1] is not None and one[0] not in known] + kept
