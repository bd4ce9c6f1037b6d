"""The stages of an evaluation beside each other: where they diverge, and which of these lack a word."""

from collections.abc import Sequence
from datetime import datetime

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
