"""What a filing must be, and what it does to what is stored (S15). Pure: no I/O."""

import unicodedata
from datetime import date, datetime
from enum import Enum

from services.registry.filed_bodies.filed_body import Content, FiledBody
from services.registry.filed_bodies.schemas import Filing
from services.registry.uncoded.policies import FiledBodiesPolicy
from shared.contracts.base import Reason
from shared.field import divisions
from shared.field.calendar import china_day
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError

_MAX_NUMBER = 60
_BARRED = frozenset("/\\?#%")
_NUMBER_SIGN = Text(
    zh="编号第 {position} 位的字符“{character}”不能使用。",
    en="Character {position} ('{character}') cannot stand in a number.",
)
_NUMBER_EMPTY = Text(zh="编号不能为空。", en="A number cannot be blank.")
_NUMBER_LENGTH = Text(
    zh="编号有 {length} 个字符，最多 {most} 个。", en="The number has {length} characters, at most {most}."
)
_FUTURE = Text(zh="截至时间 {as_of} 尚未到来。", en="{as_of} has not come yet.")
_FILED_EARLY = Text(zh="备案日期不能早于 {earliest}。", en="The day of filing cannot be before {earliest}.")
_FILED_LATE = Text(
    zh="备案日期不能晚于信息的截至日期 {as_of}。",
    en="The day of filing cannot be after {as_of}, the day as of which this is known.",
)
_UNTIL = Text(
    zh="备案终止日期须晚于备案日期 {filed_on}。", en="The end must be later than the day of filing {filed_on}."
)


class Effect(Enum):
    """What a filing does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"
    CONTRADICTED = "contradicted"
    """Another content as of the same instant."""


def stored_number(written: str) -> str:
    """A number in its stored form: characters of full width and blanks do not make another one of it."""
    return "".join(unicodedata.normalize("NFKC", written).split())


def number_errors(number: str) -> list[FieldError]:
    """What is wrong with a number in its stored form: it stands in a path, and is read by people."""
    if not number:
        return [FieldError("/number", _NUMBER_EMPTY)]
    if len(number) > _MAX_NUMBER:
        return [FieldError("/number", _NUMBER_LENGTH, (("length", len(number)), ("most", _MAX_NUMBER)))]
    for position, character in enumerate(number, start=1):
        if character in _BARRED or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            return [FieldError("/number", _NUMBER_SIGN, (("position", position), ("character", character)))]
    return []


def reference_of(number: str, division: str, street: str, policy: FiledBodiesPolicy) -> str:
    """What no other body may have: the number, in its street or in its division."""
    within = (division, street) if policy.numbered_within == "street" else (division,)
    return "/".join((*within, number))


def find_errors(filing: Filing, policy: FiledBodiesPolicy, day: date | None) -> list[FieldError]:
    """What is wrong with the days and the division; `day` is that of `as_of` in China, None where it is to come."""
    if day is None:
        return [FieldError("/as_of", _FUTURE, (("as_of", filing.as_of),))]
    errors = []
    if filing.filed_on < policy.earliest_filed_on:
        errors.append(FieldError("/filed_on", _FILED_EARLY, (("earliest", policy.earliest_filed_on),)))
    elif filing.filed_on > day:
        errors.append(FieldError("/filed_on", _FILED_LATE, (("as_of", day),)))
    if filing.until is not None and filing.until <= filing.filed_on:
        errors.append(FieldError("/until", _UNTIL, (("filed_on", filing.filed_on),)))
    try:
        divisions.check_division(filing.division, day)
    except BrokenValue as broken:
        errors.append(field_error("/division", broken))
    return errors


def decide(stored: FiledBody | None, content: Content, as_of: datetime) -> Effect:
    """Compare what is stored with an incoming content as of an instant."""
    if stored is None:
        return Effect.NEW
    if as_of < stored.as_of:
        return Effect.STALE
    if content == stored.content:
        return Effect.SAME
    return Effect.CHANGED if as_of > stored.as_of else Effect.CONTRADICTED


def explain_area(
    content: Content, area: str | None, since: date | None, stated_at: datetime | None, *, now: datetime
) -> Reason:
    """Why a body is covered or not (S15): its area, or that it is in none, that nobody recorded where it meets, or that
    its filing has ended, whatever incubation stated before."""
    facts: dict[str, object] = {"area": area, "since": since}
    if content.until is not None and content.until <= china_day(now):
        return Reason(rule="S15", outcome="ended", facts=facts | {"until": content.until}, as_of=now)
    outcome = "in_area" if area is not None else "without_position" if content.lon is None else "in_no_area"
    return Reason(rule="S15", outcome=outcome, facts=facts, as_of=stated_at or now)
