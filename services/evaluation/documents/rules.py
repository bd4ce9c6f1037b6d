"""Which consequences and cycles fit which document, and in how many parts a list is issued. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from services.evaluation.consequences.lives import Kind
from services.evaluation.cycles.rules import state_of
from shared.documents.errors import SubjectUnfit
from shared.documents.kinds import EvaluationDocument
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_OTHER_KIND = Text(
    zh="“{name}”的这一评定结果运用事项（“{found}”）不属于此文书所涉种类。",
    en="This consequence of '{name}' is of another kind ({found}) than the document is about.",
)
_OTHER_STATE = Text(
    zh="“{name}”的这一事项{state}，不再制发此文书。",
    en="This consequence of '{name}' is {state}: the document is not made any more.",
)
_NOT_YET = Text(
    zh="“{name}”的这一事项{state}，尚无可记载的内容。",
    en="This consequence of '{name}' is {state}: there is nothing to record.",
)
_NOT_OPEN = Text(
    zh="{name}{state}，启动通知在周期开启期间制发。",
    en="{name} is {state}: its launch is notified while it is open.",
)
_NO_STAR = Text(
    zh="“{name}”的评定尚未完成，或者没有星级，不制发星级证书。",
    en="The rating of '{name}' is not completed, or gives no star: there is no certificate.",
)
_NOT_CLOSED = Text(
    zh="{name}{state}，评定结果在周期关闭后通报。",
    en="{name} is {state}: its stars are notified once it is closed.",
)
_OVER_SINCE = Text(
    zh="{name}的公示期已于{until}结束。",
    en="{name}: the public notice ended on {until}; there is none to post any more.",
)
_NOTHING = Text(zh="{name}没有可列的评定结果。", en="{name} has no ratings to list.")
_NO_PART = Text(zh="名单只有 {parts} 份。", en="The list has {parts} parts.")
PART = 300
"""How many Party organizations one document lists: a longer list is issued in parts."""
CONSEQUENCE_OF: Mapping[EvaluationDocument, Kind] = {
    "improvement_opinion": "improvement",
    "rectification_opinion": "rectification",
    "admonition_notice": "talk",
    "score_letter": "score_letter",
    "admonition_record": "talk",
    "score_receipt": "score_letter",
}
"""The kind of consequence that each document is about."""
_RECORDED: Mapping[EvaluationDocument, Collection[str]] = {
    "admonition_record": ("closed",),
    "score_receipt": ("received", "closed"),
}
"""Documents of what was done already: the states in which it was."""
OPINIONS: tuple[EvaluationDocument, ...] = ("improvement_opinion", "rectification_opinion")
_OVER = ("closed", "superseded", "lapsed")


def check_consequence(kind: EvaluationDocument, row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for a consequence of another kind, one that is over, or where nothing was done yet."""
    name = row["party_organization_name"]
    if row["kind"] != CONSEQUENCE_OF[kind]:
        raise SubjectUnfit(_OTHER_KIND, name=name, found=row["kind"])
    if kind in _RECORDED:
        if row["state"] not in _RECORDED[kind]:
            raise SubjectUnfit(_NOT_YET, name=name, state=row["state"])
    elif row["state"] in _OVER:
        raise SubjectUnfit(_OTHER_STATE, name=name, state=row["state"])


def check_closed(row: Mapping[str, Any], name: str) -> None:
    """Raises SubjectUnfit for a cycle whose ratings are not final."""
    state = state_of(row["state"])
    if state != "closed":
        raise SubjectUnfit(_NOT_CLOSED, name=name, state=state)


def check_open(row: Mapping[str, Any], name: str) -> None:
    """Raises SubjectUnfit for a cycle that is not open."""
    state = state_of(row["state"])
    if state != "open":
        raise SubjectUnfit(_NOT_OPEN, name=name, state=state)


def check_star(evaluation: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for an evaluation that is not completed, or gives no star."""
    if evaluation["state"] != "completed" or not evaluation["star"]:
        raise SubjectUnfit(_NO_STAR, name=evaluation["party_organization_name"])


def check_running(publication: Mapping[str, Any], name: str, on: date) -> None:
    """Raises SubjectUnfit for a notice that is over."""
    if publication["notice_until"] < on:
        raise SubjectUnfit(_OVER_SINCE, name=name, until=publication["notice_until"])


def count_parts(listed: int, part: int, name: str) -> int:
    """How many parts a list has. Raises SubjectUnfit for an empty one, InvalidInput for a part that there is not."""
    if not listed:
        raise SubjectUnfit(_NOTHING, name=name)
    parts = -(-listed // PART)
    if part > parts:
        raise InvalidInput([FieldError("/part", _NO_PART, (("parts", parts),))])
    return parts
