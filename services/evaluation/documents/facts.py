"""What evaluation's documents say. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.evaluation.documents.wording import star_name
from shared.documents.content import written_day, written_rows


def rated_facts(row: Mapping[str, Any], place: str) -> dict[str, str]:
    """What every document of a consequence may name: the rating that it follows from, and by when it is due."""
    # A correction adds its reason to those before.
    final_on = _last(row, "final_on")
    return {
        "party_organization": row["party_organization_name"],
        "place": place,
        "year": str(row["year"]),
        "star": star_name(row["star"]),
        "total": f"{row['total']:.2f}",
        "final_on": written_day(date.fromisoformat(final_on)),
        "due_on": "" if row["due_on"] is None else written_day(row["due_on"]),
    }


def opinion_facts(row: Mapping[str, Any]) -> dict[str, str]:
    """What an opinion says beside: the plan, once it is written (H20)."""
    plan = row["plan"] if row["state"] in ("underway", "tracked") else None
    return {
        "laggard": "是" if _last(row, "laggard") else "",
        "goal": "" if plan is None else plan["goal"].rstrip("。"),
        "until": "" if plan is None else written_day(date.fromisoformat(plan["until"])),
        "measures": "" if plan is None else written_rows(_numbered(plan["measures"])),
    }


def letter_facts(row: Mapping[str, Any]) -> dict[str, str]:
    """What the letter to civil affairs says beside: what the score counts there, and for how many (H23)."""
    return {name: str(row["effect"][name]) for name in ("points", "of", "organizations", "by_civil_affairs")}


def listed_facts(counts: Mapping[int, int], names: Sequence[tuple[str, int]], *, before: int) -> dict[str, str]:
    """Counts by star, and one part of the list of names, numbered on."""
    return {
        "listed": str(sum(counts.values())),
        "stars": written_rows((star_name(star), str(count)) for star, count in counts.items()),
        "names": written_rows(
            (str(number), name, star_name(star)) for number, (name, star) in enumerate(names, before + 1)
        ),
    }


def _last(row: Mapping[str, Any], fact: str) -> Any:
    return [one["facts"][fact] for one in row["reasons"] if fact in one["facts"]][-1]


def _numbered(measures: list[str]) -> list[tuple[str, str]]:
    return [(str(number), one) for number, one in enumerate(measures, 1)]
