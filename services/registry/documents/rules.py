"""Which states of a subject fit a document, and which values a drafter may give. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.registry.leadership_policies import TermLength
from shared.documents.errors import SubjectUnfit
from shared.problems.language import Text
from shared.problems.problems import FieldError

MOST_NAMED = 5
"""How many covered organizations a document names; of more it says how many there are."""
STRUCTURES: Mapping[str, str] = {"BRANCH": "党支部", "GENERAL": "党总支", "COMMITTEE": "党委"}
FORMS: Mapping[str, str] = {
    "standalone": "单独组建",
    "joint": "联合组建",
    "temporary": "临时组建",
    "functional": "功能型",
    "area": "区域组建",
}
_ENDED = Text(
    zh="“{name}”已注销，不再制发此文书。", en="'{name}' is deregistered: this document is not issued any more."
)
_COVERED = Text(
    zh="“{name}”已单独建立党组织，无须告知。",
    en="'{name}' has a Party organization of its own: there is nothing to notify.",
)
_DISSOLVED = Text(zh="“{name}”已于 {dissolved_on} 撤销。", en="'{name}' was dissolved on {dissolved_on}.")
_OTHER_DAY = Text(
    zh="登记的撤销日期为 {dissolved_on}，与所填不一致。",
    en="It was dissolved on {dissolved_on}, as recorded: not on this day.",
)
_FUTURE = Text(zh="不能晚于今天（{today}）。", en="It cannot lie after today ({today}).")
_PAST = Text(zh="不能早于今天（{today}）。", en="It cannot lie before today ({today}).")
_BEFORE = Text(zh="不能早于 {earliest}。", en="It cannot lie before {earliest}.")
_NOT_ELECTED = Text(
    zh="“{name}”没有已上报的选举：请先上报选举结果，再拟批复。",
    en="No election of '{name}' is reported: report its result first.",
)
_APPOINTED = Text(
    zh="“{name}”的班子由上级指定，没有选举结果可批复。",
    en="The leadership of '{name}' was appointed: there is no election to approve.",
)
_UNCOUNTED = Text(
    zh="“{name}”的选举人数不详：请先更正，再拟批复。",
    en="The counts of the election of '{name}' are not known: correct them first.",
)
_YEARS = Text(zh="任期只能为 {allowed} 年。", en="A term has {allowed} years.")
_OTHER_YEARS = Text(zh="已批复的任期为 {years} 年。", en="The term that was approved has {years} years.")
COUNTS = ("due", "present", "candidates", "elected")
"""What is counted of an election."""


def check_organization(*, name: str, status: str, coverage: str) -> None:
    """Raises SubjectUnfit for an organization that no notice to found goes to."""
    if status == "deregistered":
        raise SubjectUnfit(_ENDED, name=name)
    if coverage == "standalone":
        raise SubjectUnfit(_COVERED, name=name)


def check_party(*, name: str, dissolved_on: date | None, kind: str) -> None:
    """Raises SubjectUnfit for a Party organization that was dissolved, save where the document is about that."""
    if dissolved_on is not None and kind != "dissolution_approval":
        raise SubjectUnfit(_DISSOLVED, name=name, dissolved_on=dissolved_on)


def faults_of_notice(due_on: date, drafted_on: date) -> list[FieldError]:
    """What is wrong with the term of a notice."""
    return [FieldError("/due_on", _PAST, (("today", drafted_on),))] if due_on < drafted_on else []


def faults_of_request(requested_on: date, today: date) -> list[FieldError]:
    """What is wrong with the day of a request."""
    return [FieldError("/requested_on", _FUTURE, (("today", today),))] if requested_on > today else []


def check_leadership(row: Mapping[str, Any] | None, *, name: str) -> None:
    """Raises SubjectUnfit where there is no election whose result could be approved."""
    if row is None or row["state"] == "returned":
        raise SubjectUnfit(_NOT_ELECTED, name=name)
    if row["method"] == "appointment":
        raise SubjectUnfit(_APPOINTED, name=name)
    if any(row[one] is None for one in COUNTS):
        raise SubjectUnfit(_UNCOUNTED, name=name)


def faults_of_term(given: int | None, approved: int | None, term: TermLength) -> list[FieldError]:
    """What is wrong with the years of a term: not those that were approved, or none that the policy allows."""
    if given is None:
        return []
    if approved is not None and given != approved:
        return [FieldError("/term_years", _OTHER_YEARS, (("years", approved),))]
    if given not in term.allowed:
        return [FieldError("/term_years", _YEARS, (("allowed", list(term.allowed)),))]
    return []


def faults_of_dissolution(given: date, stored: date | None, established_on: date) -> list[FieldError]:
    """What is wrong with the day of a dissolution."""
    if stored is not None and given != stored:
        return [FieldError("/dissolved_on", _OTHER_DAY, (("dissolved_on", stored),))]
    if given < established_on:
        return [FieldError("/dissolved_on", _BEFORE, (("earliest", established_on),))]
    return []


def name_applicants(names: Sequence[str], count: int) -> str:
    """Covered organizations as a document names them: some by name, then how many there are."""
    shown = "、".join(names[:MOST_NAMED])
    return shown if count <= MOST_NAMED else f"{shown}等{count}家单位"
