"""What the documents of an incubatee say: the agreement of entry, the sheet of a visit, the sheet of its exit."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.incubation.documents import rules
from services.incubation.documents.wording import (
    CAUSES,
    COVERAGES,
    MISSING,
    PASSED,
    day_or_nothing,
    moment_row,
    on_what,
)
from services.incubation.incubatees import queries
from services.incubation.incubatees.judging import Maturity, judge_row
from services.incubation.incubating.incubatee_policies import TRACKS, IncubateePolicies, IncubateePolicy
from shared.db.session import Record, Transaction
from shared.documents.content import written_day, written_rows
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.problems import InvalidInput

Item = tuple[str, str, str, bool, str]
"""An item of a maturity list: track, code, what it asks, whether it has passed, on what that rests."""
_NO_DAY = "　　　年　月　日"


def agreement_facts(
    row: Record, incubator: Record, given: Mapping[str, Any], policy: IncubateePolicy
) -> dict[str, str]:
    """What an agreement of entry says. Raises SubjectUnfit, InvalidInput."""
    rules.check_admitted(row)
    starts_on, ends_on = (date.fromisoformat(given[name]) for name in ("starts_on", "ends_on"))
    faults = rules.faults_of_term(starts_on, ends_on, decided_on=row["decided_on"], most_months=policy.term_max_months)
    if faults:
        raise InvalidInput(faults)
    premises = incubator["premises"]
    return {
        "premises": "" if premises is None else premises["address"],
        "decided_on": written_day(row["decided_on"]),
        "panel_present": str(row["panel"]["present"]),
        "panel_in_favour": str(row["panel"]["in_favour"]),
        "visit_every_months": str(policy.visit_every_months),
        "follow_up_months": str(policy.follow_up_months),
        "starts_on": written_day(starts_on),
        "ends_on": written_day(ends_on),
        "area_m2": str(given.get("area_m2", "")),
    }


async def visit_facts(tx: Transaction, row: Record, visit_id: str) -> dict[str, str]:
    """What the sheet of a visit says. Raises InvalidInput, SubjectUnfit."""
    visit = await queries.find_record(tx, "visit", row["id"], UUID(visit_id))
    rules.check_visit(row, visit)
    assert visit is not None
    every = [one["id"] for one in await queries.list_records(tx, "visit", row["id"])]
    return {
        "visit": visit_id,
        "visited_on": written_day(visit["visited_on"]),
        "visit_number": str(every.index(visit["id"]) + 1),
        "saw_organization": visit["organization"],
        "saw_party_organization": visit["party_organization"],
        "follow_up": visit["follow_up"] or "",
    }


async def blank_visit_facts(tx: Transaction, row: Record) -> dict[str, str]:
    """What is known before a visit; the rest is written by hand. Raises SubjectUnfit."""
    rules.check_visited(row)
    number = len(await queries.list_records(tx, "visit", row["id"])) + 1
    return {"visited_on": _NO_DAY, "visit_number": str(number)}


async def exit_facts(tx: Transaction, row: Record, policies: IncubateePolicies, now: datetime) -> dict[str, str]:
    """What the sheet of an exit says: both lists, what has passed and what is missing (H8). Raises SubjectUnfit."""
    rules.check_gone(row)
    maturity = await judge_row(tx, row, policies, now)
    items = list(_items(row, maturity, policies))
    missing = [f"{code}{what}" for _, code, what, passed, _ in items if not passed]
    left_on = row["graduated_on"] or row["exited_on"]
    known = maturity.then
    return {
        "outcome": "出壳" if row["state"] == "graduated" else "退出",
        "left_on": written_day(left_on),
        "cause": CAUSES.get(row["exit_cause"], ""),
        "follow_up_until": "" if row["follow_up_until"] is None else written_day(row["follow_up_until"]),
        "visits": str(sum(one["visited_on"] <= left_on for one in maturity.visits)),
        "coverage": COVERAGES[known.coverage],
        "party_organization": known.party_name or "",
        "established_on": day_or_nothing(known.established_on),
        "passed": str(len(items) - len(missing)),
        "asked": str(len(items)),
        "missing": "；".join(missing),
        "moments": written_rows(moment_row(one) for one in maturity.moments),
        **{f"{track}_list": written_rows(_rows(items, track)) for track in TRACKS},
    }


def incubatee_facts(row: Record, incubator: Record) -> dict[str, str]:
    """What every document of an incubatee may name."""
    return {
        "incubator": incubator["name"],
        "incubatee": row["name"],
        "uscc": row["uscc"] or "",
        "purpose": row["purpose"],
    }


def term_facts(row: Record) -> dict[str, str]:
    """From when to when it is incubated; dashes for one that has not entered yet."""
    return {name: day_or_nothing(row[name]) for name in ("entered_on", "ends_on")}


def _items(row: Record, maturity: Maturity, policies: IncubateePolicies) -> Iterator[Item]:
    """As it was decided, for one that graduated: what the service knows since then does not count."""
    decided: dict[str, bool] = {}
    for reason in row["reasons"] if row["state"] == "graduated" else ():
        decided |= dict.fromkeys(reason["facts"]["passed"], True) | dict.fromkeys(reason["facts"]["missing"], False)
    judged = {one.code: one for one in maturity.judged}
    policy = _policy(row, maturity, policies) if decided else maturity.policy
    for track in TRACKS:
        for item in policy.parameters.maturity.of(track):
            one = judged.get(item.code)
            passed = decided.get(item.code, one is not None and one.passed)
            rests = on_what(one) if one is not None and one.passed == passed else "以办理出壳时的核查为准"
            yield track, item.code, item.what.zh, passed, rests


def _policy(row: Record, maturity: Maturity, policies: IncubateePolicies) -> Policy[IncubateePolicy]:
    """The one by which it graduated, where the active folder still has it."""
    return next((one for one in policies.policies if one.id == row["policy"]), maturity.policy)


def _rows(items: list[Item], track: str) -> Iterator[tuple[str, str, str, str]]:
    for of_track, code, what, passed, rests in items:
        if of_track == track:
            yield code, what, PASSED if passed else MISSING, rests


def policy_today(policies: IncubateePolicies, row: Record, now: datetime) -> IncubateePolicy:
    """The policy on incubatees that an agreement of today follows. Raises NoPolicy."""
    return policies.get(row["division"], china_day(now)).parameters
