"""What evaluation's documents say. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.deadlines.rules import due_days
from services.evaluation.documents.wording import STAGES, star_name
from shared.documents.content import written_day, written_rows
from shared.field.calendar import china_day


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


def talk_facts(row: Mapping[str, Any]) -> dict[str, str]:
    """What the record of a talk says beside: the day and how many took part. No names, and nothing of its content."""
    talk = row["talk"]
    return {"held_on": written_day(date.fromisoformat(talk["held_on"])), "participants": str(talk["participants"])}


def receipt_facts(row: Mapping[str, Any]) -> dict[str, str]:
    """What a letter's receipt says beside: when the letter was sent, received and used, and by which numbers (H23)."""
    steps = {one["step"]: one for one in row["receipts"]}
    days = {name: steps[name]["on"] if name in steps else None for name in ("sending", "receipt", "use")}
    written = {
        name: "" if day is None else written_day(date.fromisoformat(day))
        for name, day in zip(("sent_on", "received_on", "used_on"), days.values(), strict=True)
    }
    return {
        **written,
        "letter": steps.get("sending", {}).get("reference") or "",
        "receipt": steps["receipt"].get("reference") or "",
    }


def certified_facts(row: Mapping[str, Any], place: str) -> dict[str, str]:
    """What a certificate of stars says (H19)."""
    return {
        "party_organization": row["party_organization_name"],
        "place": place,
        "year": str(row["year"]),
        "star": star_name(row["star"]),
        "final_on": written_day(china_day(row["completed_at"])),
    }


def launched_facts(
    cycle: Mapping[str, Any], policy: FrozenPolicy, systems: Sequence[Mapping[str, Any]], place: str
) -> dict[str, str]:
    """What the launch of a cycle says (H17): by when each stage is due, and by which systems each type is rated (H16).

    A stage with another term for some types has a row for each of these terms.
    """
    opened_on = china_day(cycle["opened_at"])
    return {
        "place": place,
        "year": str(cycle["year"]),
        "opened_on": written_day(opened_on),
        "calendar": written_rows(_calendar(cycle["year"], policy, opened_on, [one["type"] for one in systems])),
        "systems": written_rows(
            (one["type"], one["name"], f"第{one['version']}版", str(one["indicators"]), str(one["points"]))
            for one in systems
        ),
    }


def _calendar(year: int, policy: FrozenPolicy, opened_on: date, types: Sequence[str]) -> list[tuple[str, str, str]]:
    rules = policy.parameters
    by_type = {one: due_days(rules, one, opened_on, policy.working_days) for one in types}
    rows: list[tuple[str, str, str]] = []
    for stage, name in STAGES.items():
        if stage in rules.calendar:
            rows.append((name, "全部类型", written_day(date.fromisoformat(f"{year + 1}-{rules.calendar[stage]}"))))
        days: dict[str, list[str]] = {}
        for one in types:
            if stage in by_type[one]:
                days.setdefault(by_type[one][stage], []).append(one)
        for day, of in sorted(days.items()):
            concerned = "全部类型" if len(of) == len(types) else "、".join(of)
            rows.append((name, concerned, written_day(date.fromisoformat(day))))
    return rows


def _last(row: Mapping[str, Any], fact: str) -> Any:
    return [one["facts"][fact] for one in row["reasons"] if fact in one["facts"]][-1]


def _numbered(measures: list[str]) -> list[tuple[str, str]]:
    return [(str(number), one) for number, one in enumerate(measures, 1)]
