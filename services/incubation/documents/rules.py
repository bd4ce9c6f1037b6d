"""Which states of a formation case or an incubatee fit a document, and which days an agreement may have. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.incubation.incubatees.rules import faults_of_end
from services.incubation.incubating.days import BEFORE
from shared.documents.errors import SubjectUnfit
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_NOT_DEFERRED = Text(
    zh="“{name}”的组建事项{state}：缓办通知只用于已缓办的事项。",
    en="The formation case of '{name}' is {state}: a notice of deferral is of one that is deferred.",
)
_NO_FOUNDING = Text(
    zh="“{name}”的事项是变更党组织类别，不是成立党组织，不制发缓办通知。",
    en="The case of '{name}' is about the kind of its Party organization, not about a founding: it has no notice.",
)
_NOT_ADMITTED = Text(
    zh="“{name}”{state}：入壳协议在评审通过之后、协议登记之前拟定。",
    en="'{name}' is {state}: an agreement of entry is drafted after the admission, before it is recorded as signed.",
)
_NOT_GONE = Text(
    zh="“{name}”{state}：出壳表在出壳或退出之后制作。",
    en="'{name}' is {state}: an exit sheet is made once it has graduated or left.",
)
_NEVER_INSIDE = Text(
    zh="“{name}”未曾入壳，没有出壳表。", en="'{name}' never entered the incubator: it has no exit sheet."
)
_NOT_VISITED = Text(
    zh="“{name}”{state}，不再走访或尚未走访。", en="'{name}' is {state}: it is not visited, or not yet."
)
_WITHDRAWN = Text(zh="“{name}”的这次走访记录已撤销。", en="This visit of '{name}' was recorded in error and withdrawn.")
_NO_VISIT = Text(zh="没有此走访记录。", en="There is no such visit.")
VISITED = ("admitted", "incubating", "graduated")
"""The states in which an incubatee is visited."""


def check_deferred(case: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for a case that was not put off, or that is about no founding."""
    if case["state"] != "deferred":
        raise SubjectUnfit(_NOT_DEFERRED, name=case["name"], state=case["state"])
    if case["occasion"] == "kind":
        raise SubjectUnfit(_NO_FOUNDING, name=case["name"])


def check_admitted(row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for an incubatee that no agreement is drafted for."""
    if row["state"] != "admitted":
        raise SubjectUnfit(_NOT_ADMITTED, name=row["name"], state=row["state"])


def check_visited(row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for an incubatee that nobody visits."""
    if row["state"] not in VISITED:
        raise SubjectUnfit(_NOT_VISITED, name=row["name"], state=row["state"])


def check_visit(row: Mapping[str, Any], visit: Mapping[str, Any] | None) -> None:
    """Raises InvalidInput for a visit that there is not, SubjectUnfit for one that was withdrawn."""
    if visit is None:
        raise InvalidInput([FieldError("/visit", _NO_VISIT)])
    if visit["withdrawn_at"] is not None:
        raise SubjectUnfit(_WITHDRAWN, name=row["name"])


def check_gone(row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for an incubatee that has neither graduated nor left, or that never entered."""
    if row["state"] not in ("graduated", "exited"):
        raise SubjectUnfit(_NOT_GONE, name=row["name"], state=row["state"])
    if row["entered_on"] is None:
        raise SubjectUnfit(_NEVER_INSIDE, name=row["name"])


def faults_of_term(starts_on: date, ends_on: date, *, decided_on: date, most_months: int) -> list[FieldError]:
    """What is wrong with the days of an agreement: it begins after the admission, and lasts no longer than allowed."""
    faults = [FieldError("/starts_on", BEFORE, (("earliest", decided_on),))] if starts_on < decided_on else []
    return faults + faults_of_end("ends_on", ends_on, starts_on, most_months)
