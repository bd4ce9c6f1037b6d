"""What a superior body must be: its days and names, its territory, its place in the tree (domain 4.5, H5). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from services.registry.bodies.body import Bodies, Body
from shared.field.divisions import Division, check_division, is_city
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError

RANKS = {"city": 0, "district": 1, "street": 2, "community": 3}
_WITH_STREET = ("street", "community")
_INCUBATOR_STRUCTURES = ("COMMITTEE", "GENERAL")

_FIRST_NAME = Text(
    zh="第一个名称须自机构成立之日 {since} 起使用。", en="The first name begins on {since}, as the body."
)
_NAME_ORDER = Text(
    zh="名称须按起用日期先后排列，日期不得重复。", en="Names come in the order of their days, each with another day."
)
_NAME_AFTER_END = Text(
    zh="机构已于 {until} 终止，此后不再有名称。", en="The body ended on {until}: no name begins later."
)
_NO_DAYS = Text(zh="终止日期须晚于 {since}。", en="The end must be later than {since}.")
_LEVEL = Text(zh="行政区划“{division}”不是此层级的区划。", en="Division '{division}' is not one of this level.")
_STREET = Text(
    zh="街镇和村社的机构须写明所在街镇。", en="A body of a street or a community says which street or town it is of."
)
_NO_STREET = Text(zh="市级和区级机构没有街镇。", en="A body of a city or a district has no street.")
_PARENT_UNKNOWN = Text(zh="没有代码为“{parent}”的上级机构。", en="There is no body '{parent}' to be the parent.")
_CYCLE = Text(zh="上下级关系不能成环：{chain}。", en="Parents may not form a circle: {chain}.")
_PARENT_LEVEL = Text(
    zh="上级机构“{parent}”的层级低于本机构。", en="The parent '{parent}' is of a lower level than the body."
)
_PARENT_TERRITORY = Text(
    zh="上级机构“{parent}”的管辖范围不包括本机构所在地。",
    en="The territory of the parent '{parent}' does not hold the body's.",
)
_PARENT_DAYS = Text(
    zh="上级机构“{parent}”自 {since} 起至 {until} 止，不涵盖本机构的存续期末。",
    en="The parent '{parent}' exists from {since} to before {until}, and not to the end of the body.",
)
_INCUBATOR = Text(
    zh="孵化器党组织应为党委或总支。", en="An incubator's Party organization is a committee or a general branch (H5)."
)
_INCUBATOR_PARENT = Text(
    zh="孵化器党委（总支）隶属民政部门：须有民政部门的上级机构。",
    en="An incubator's committee is under civil affairs: its parent must be a body of civil affairs (H5).",
)
_SEAT_LEVEL = Text(zh="联席会成员为市级机构。", en="A joint conference is of bodies of the city (S4).")
_SEAT_DAYS = Text(
    zh="参加联席会的时间须在机构存续期内，起止有序。", en="Its time in the conference lies within that of the body."
)


def faults_of(body: Body, bodies: Bodies, today: date, *, civil_affairs: str) -> list[FieldError]:
    """What is wrong with a body; `bodies` are those that it may be placed under, itself as it will be included."""
    return [*_days(body), *_territory(body, today), *_seat(body), *_tree(body, bodies, civil_affairs)]


def _fault(place: str, sentence: Text, **facts: object) -> FieldError:
    return FieldError(place, sentence, tuple(facts.items()))


def _days(body: Body) -> Iterator[FieldError]:
    days = [one.since for one in body.names]
    if body.until is not None and body.until <= body.since:
        yield _fault("/until", _NO_DAYS, since=body.since)
    if days[0] != body.since:
        yield _fault("/names/0/from", _FIRST_NAME, since=body.since)
    for place, (before, after) in enumerate(pairwise(days), start=1):
        if after <= before:
            yield _fault(f"/names/{place}/from", _NAME_ORDER)
        elif body.until is not None and after >= body.until:
            yield _fault(f"/names/{place}/from", _NAME_AFTER_END, until=body.until)


def _territory(body: Body, today: date) -> Iterator[FieldError]:
    try:
        division = _last_division(body, today)
    except BrokenValue as broken:
        yield field_error("/division", broken)
        return
    county, city = division.level == "county", is_city(division)
    # A city without districts has its streets directly.
    if not {"city": city, "district": county}.get(body.level, county or city):
        yield _fault("/division", _LEVEL, division=body.division)
    if body.level in _WITH_STREET and body.street is None:
        yield _fault("/street", _STREET)
    elif body.level not in _WITH_STREET and body.street is not None:
        yield _fault("/street", _NO_STREET)


def _last_division(body: Body, today: date) -> Division:
    """A body is of the division that it has last: it may be older than the code. Raises DivisionError."""
    last = max(body.since, today)
    if body.until is not None and body.since < body.until <= last:
        last = body.until - timedelta(days=1)
    return check_division(body.division, last)


def _seat(body: Body) -> Iterator[FieldError]:
    seat = body.conference
    if seat is None:
        return
    if body.level != "city":
        yield _fault("/conference", _SEAT_LEVEL)
    if not body.spans(seat.since, seat.until or body.until) or (seat.until is not None and seat.until <= seat.since):
        yield _fault("/conference/from", _SEAT_DAYS)


def _tree(body: Body, bodies: Bodies, civil_affairs: str) -> Iterator[FieldError]:
    if body.kind == "incubator_committee" and body.structure not in _INCUBATOR_STRUCTURES:
        yield _fault("/structure", _INCUBATOR)
    parent = bodies.get(body.parent) if body.parent is not None else None
    if body.parent is not None and parent is None:
        yield _fault("/parent", _PARENT_UNKNOWN, parent=body.parent)
        return
    if body.kind == "incubator_committee" and (parent is None or parent.department != civil_affairs):
        yield _fault("/parent", _INCUBATOR_PARENT)
    if parent is None:
        return
    chain = [body.code]
    above: Body | None = parent
    while above is not None and above.code not in chain:
        chain.append(above.code)
        above = bodies.get(above.parent) if above.parent is not None else None
    if above is not None:
        yield _fault("/parent", _CYCLE, chain=" → ".join([*chain, above.code]))
        return
    if RANKS[parent.level] > RANKS[body.level]:
        yield _fault("/parent", _PARENT_LEVEL, parent=parent.code)
    elif not parent.covers(body.division, body.street):
        yield _fault("/parent", _PARENT_TERRITORY, parent=parent.code)
    if not parent.spans(max(parent.since, body.since), body.until) or (
        body.until is not None and parent.since >= body.until
    ):
        yield _fault("/parent", _PARENT_DAYS, parent=parent.code, since=parent.since, until=parent.until or "—")


def department_of(name: str, words: Mapping[str, Sequence[str]]) -> str | None:
    """The department that a body's name shows it to be of; None where it shows none, or several.

    A word inside a longer one that is shown says nothing: 工商 in 工商业联合会.
    """
    shown = {word: one for one, its in words.items() for word in its if word in name}
    found = {one for word, one in shown.items() if not any(word in other and word != other for other in shown)}
    return found.pop() if len(found) == 1 else None
