"""What is wrong with the last election that a row of a take-over states. Pure."""

from collections.abc import Mapping
from datetime import date

from services.registry.party_organizations.rules import ELECTING
from services.registry.take_overs.take_over import TakeOver
from shared.problems.language import Text
from shared.problems.problems import FieldError

_FIGURES = ("due", "present", "candidates", "elected")
_BEFORE = Text(zh="不能早于成立日期 {since}。", en="This cannot be before {since}, the day of its founding.")
_BEFORE_ELECTION = Text(zh="不能早于选举日期 {held_on}。", en="This cannot be before the election of {held_on}.")
_NO_ELECTION = Text(zh="该形式的党组织不进行选举。", en="This form holds no elections.")
_NEEDS_ELECTION = Text(zh="须同时填写换届（选举）日期。", en="Give the day of the election as well.")
_SOME_FIGURES = Text(
    zh="选举人数须一并填写：缺少此项。", en="An election's counts are given together: this one is missing."
)
_NOBODY = Text(zh="至少 1 人。", en="This is at least 1.")
_MORE = Text(zh="不能多于应到人数 {most}。", en="This is more than the {most} who were due.")
_FEWER = Text(zh="不能少于当选人数 {least}。", en="This is fewer than the {least} who were elected.")
_ORDER = Text(
    zh="已登记的另一届班子于 {held_on} 选举、{approved_on} 批准：先选举的班子不能在其后批准。",
    en="Another leadership, elected on {held_on}, was approved on {approved_on}: the one elected first is approved "
    "first.",
)
_TODAY = Text(
    zh="任期须始于今天以前；今天选举或批复的，另行上报、由他人批复。",
    en="The term began on an earlier day; who is elected or approved today is reported, and approved by somebody else.",
)


def election_errors(row: TakeOver, today: date) -> list[FieldError]:
    """By the row alone; an approval of today is somebody else's to give (D9)."""
    about = ("approved_on", "approval_number", "term_years", *_FIGURES)
    given = [name for name in about if getattr(row, name) is not None]
    if row.form not in ELECTING:
        named = [*(["elected_on"] if row.elected_on is not None else []), *given]
        return [FieldError(f"/{name}", _NO_ELECTION) for name in named]
    if row.elected_on is None:
        return [FieldError("/elected_on", _NEEDS_ELECTION)] if given else []
    found = []
    if row.elected_on < row.established_on:
        found.append(FieldError("/elected_on", _BEFORE, (("since", row.established_on),)))
    if row.led_on == today:
        found.append(FieldError(f"/{_begun(row)}", _TODAY))
    if row.approved_on is not None and row.approved_on < row.elected_on:
        found.append(FieldError("/approved_on", _BEFORE_ELECTION, (("held_on", row.elected_on),)))
    return found + _figure_errors(row)


def _begun(row: TakeOver) -> str:
    """The field with the day on which the term began."""
    return "elected_on" if row.approved_on is None else "approved_on"


def order_errors(row: TakeOver, approved: Mapping[date, date]) -> list[FieldError]:
    """Leaderships are approved in the order of their elections; `approved`: the election's day by the approval's."""
    if row.elected_on is None or row.led_on is None:
        return []
    return [
        FieldError(f"/{_begun(row)}", _ORDER, (("held_on", held_on), ("approved_on", approved_on)))
        for approved_on, held_on in sorted(approved.items())
        if approved_on != row.led_on
        and held_on != row.elected_on
        and (held_on > row.elected_on) != (approved_on > row.led_on)
    ]


def _figure_errors(row: TakeOver) -> list[FieldError]:
    """Counts that cannot be. Candidates may be more than those due: a file does not say how many members there were."""
    given: dict[str, int | None] = {name: getattr(row, name) for name in _FIGURES}
    known = {name: count for name, count in given.items() if count is not None}
    if len(known) < len(_FIGURES):
        return [FieldError(f"/{name}", _SOME_FIGURES) for name in _FIGURES if known and name not in known]
    found = [FieldError(f"/{name}", _NOBODY) for name in ("due", "elected") if known[name] < 1]
    if known["present"] > known["due"]:
        found.append(FieldError("/present", _MORE, (("most", known["due"]),)))
    if known["candidates"] < known["elected"]:
        found.append(FieldError("/candidates", _FEWER, (("least", known["elected"]),)))
    return found
