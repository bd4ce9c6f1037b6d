"""What a cycle needs before it can open, and when it may. Pure."""

from collections.abc import Collection
from datetime import date

from services.evaluation.openings.errors import TooEarly
from services.evaluation.policies import RatingParameters
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_LATE = Text(
    zh="{year} 年度评定应在 {last} 之前（含当日）开放，逾期开放须写明理由。",
    en="The cycle of {year} opens until {last}; to open it later, give the reason.",
)


def missing_types(policy: RatingParameters, known: Collection[str]) -> list[str]:
    """Types that the policy assigns and that no indicator system rates."""
    return sorted({*policy.default_types.values(), policy.fallback_type} - set(known))


def check_window(year: int, policy: RatingParameters, today: date, note: str | None) -> None:
    """Raises TooEarly (409) before the policy's window, InvalidInput (422) after it without a note that says why."""
    first = date.fromisoformat(f"{year}-{policy.opened_from}")
    last = date.fromisoformat(f"{year + 1}-{policy.opened_until}")
    if today < first:
        raise TooEarly(year=year, first=first)
    if today > last and not (note and note.strip()):
        raise InvalidInput([FieldError("/note", _LATE, (("year", year), ("last", last)))])
