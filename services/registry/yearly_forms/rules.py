"""What a yearly form must be, and what its figures say (S18, S19, S20, S24). Pure: no I/O."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from shared.contracts.base import Reason
from shared.problems.language import Text
from shared.problems.problems import FieldError

STATED = (
    "pledged_on",
    "pledge_reference",
    "key_staff",
    "delegates",
    "founders",
    "founder_members",
    "founder_friends",
    "money",
    "people",
    "place",
)
"""What a form may state; null: not stated."""
READINESS = ("money", "people", "place")
_TOGETHER = (("key_staff", "delegates"), ("founders", "founder_members", "founder_friends"))
_WITH = Text(zh="须与 {others} 一并填写。", en="It is given together with {others}.")
_MORE = Text(zh="{part} 人，不能多于 {whole} 人。", en="{part} cannot be more than {whole}.")
_FRIENDS = Text(
    zh="“党建之友”（{part} 人）不能多于非党员发起人（{whole} 人）。",
    en="There cannot be more friends of Party building ({part}) than founders who are no members ({whole}).",
)
_DAY = Text(zh="不能晚于 {latest}。", en="It cannot lie after {latest}.")
_YEAR = Text(zh="年度须在 {first} 年至 {last} 年之间。", en="The year lies between {first} and {last}.")
_NO_PLEDGE = Text(zh="没有作出倡议或承诺的，不填文号。", en="Without a pledge there is no reference of it.")


def year_errors(year: int, registered_on: date, ended: date | None, today: date) -> list[FieldError]:
    """Whether there can be a form of a year: the organization was there, and the year has begun."""
    last = today.year if ended is None else min(today, ended - timedelta(days=1)).year
    if registered_on.year <= year <= last:
        return []
    return [FieldError("/path/year", _YEAR, (("first", registered_on.year), ("last", last)))]


def form_errors(form: Mapping[str, Any], year: int, today: date) -> list[FieldError]:
    """Where a part lacks its whole or is more than it, or a day is to come."""
    errors = []
    for names in _TOGETHER:
        given = [name for name in names if form[name] is not None]
        if given and len(given) < len(names):
            others = ", ".join(given)
            errors += [FieldError(f"/{name}", _WITH, (("others", others),)) for name in names if name not in given]
    if errors:
        return errors
    latest = min(today, date(year, 12, 31))
    if form["pledged_on"] is None and form["pledge_reference"] is not None:
        errors.append(FieldError("/pledge_reference", _NO_PLEDGE))
    if form["pledged_on"] is not None and form["pledged_on"] > latest:
        errors.append(FieldError("/pledged_on", _DAY, (("latest", latest),)))
    for part, whole in (("delegates", "key_staff"), ("founder_members", "founders")):
        if form[part] is not None and form[part] > form[whole]:
            errors.append(FieldError(f"/{part}", _MORE, (("part", form[part]), ("whole", form[whole]))))
    if form["founders"] is not None and form["founder_members"] <= form["founders"]:
        others = form["founders"] - form["founder_members"]
        if form["founder_friends"] > others:
            facts = (("part", form["founder_friends"]), ("whole", others))
            errors.append(FieldError("/founder_friends", _FRIENDS, facts))
    return errors


def reasons_of(form: Mapping[str, Any], now: datetime) -> list[Reason]:
    """What a form states, each part by its own rule and with its own denominator."""
    found = []
    if form["pledged_on"] is not None:
        facts: dict[str, object] = {"pledged_on": form["pledged_on"]}
        found.append(Reason(rule="S18", outcome="pledged", facts=facts, as_of=now))
    if form["key_staff"] is not None:
        facts = {"key_staff": form["key_staff"], "delegates": form["delegates"]}
        found.append(Reason(rule="S19", outcome="counted", facts=facts, as_of=now))
    if form["founders"] is not None:
        facts = {name: form[name] for name in ("founders", "founder_members", "founder_friends")}
        facts["non_party_founders"] = form["founders"] - form["founder_members"]
        found.append(Reason(rule="S20", outcome="counted", facts=facts, as_of=now))
    stated = {name: form[name] for name in READINESS if form[name] is not None}
    if stated:
        ready = len(stated) == len(READINESS) and all(stated.values())
        outcome = "ready" if ready else "partly_stated" if all(stated.values()) else "not_ready"
        found.append(Reason(rule="S24", outcome=outcome, facts={**stated}, as_of=now))
    return found
