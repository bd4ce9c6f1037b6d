"""What of a need no appropriation pays: by the line of the budget that would be charged. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.funding.forecasts.needs.rules import Line
from services.funding.policies import Level
from shared.contracts.base import Reason


@dataclass(frozen=True, slots=True)
class Appropriated:
    """An open appropriation; `charged_fen` of it went to grants of the forecast's year already."""

    id: UUID
    code: str
    division: str
    level: Level
    source: str
    purpose: str
    left_fen: int
    charged_fen: int


@dataclass(frozen=True, slots=True)
class Fund:
    """A line of the budget: what is needed of it, and what it lacks. `division` is that of the appropriation, or of the
    need where there is none."""

    division: str
    level: Level
    source: str
    purpose: str
    appropriation: str | None
    need_fen: int
    charged_fen: int
    left_fen: int
    unfunded_fen: int
    reason: Reason


def compare(lines: Iterable[Line], appropriations: Sequence[Appropriated], year: int, as_of: datetime) -> list[Fund]:
    """What is unfunded: the need, less what its grants were charged already, less what is left.

    A need goes to the appropriation of its line in the nearest division, as its grants will.
    """
    needs: dict[tuple[str, Level, str, str, str | None], int] = {}
    by_code = {one.code: one for one in appropriations}
    for line in lines:
        if line.need_fen:
            nearest = _nearest(line, appropriations)
            division = line.division if nearest is None else nearest.division
            key = (division, line.level, line.source, line.purpose, None if nearest is None else nearest.code)
            needs[key] = needs.get(key, 0) + line.need_fen
    ordered = sorted(needs, key=lambda key: (*key[:4], key[4] or ""))
    return [_fund(key, needs[key], by_code.get(key[4] or ""), year, as_of) for key in ordered]


def _nearest(line: Line, appropriations: Sequence[Appropriated]) -> Appropriated | None:
    fitting = [
        one
        for one in appropriations
        if (one.level, one.source, one.purpose) == (line.level, line.source, line.purpose)
        and line.division.startswith(one.division)
    ]
    return max(fitting, key=lambda one: len(one.division), default=None)


def _fund(
    key: tuple[str, Level, str, str, str | None], need: int, found: Appropriated | None, year: int, as_of: datetime
) -> Fund:
    division, level, source, purpose, code = key
    charged, left = (0, 0) if found is None else (found.charged_fen, found.left_fen)
    unfunded = max(0, need - charged - left)
    outcome = "no_appropriation" if found is None else "unfunded" if unfunded else "funded"
    facts: dict[str, object] = {
        "year": year,
        "appropriation": code,
        "need_fen": need,
        "charged_fen": charged,
        "left_fen": left,
        "unfunded_fen": unfunded,
    }
    reason = Reason(rule="R-unfunded", outcome=outcome, facts=facts, as_of=as_of)
    return Fund(division, level, source, purpose, code, need, charged, left, unfunded, reason)
