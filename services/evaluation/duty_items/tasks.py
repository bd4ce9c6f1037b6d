"""What waits of duty items: to be reported by the body, to be appraised by the body above (S7)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Label, SelectBase, String, Subquery, cast, func, literal, literal_column, select

from services.evaluation.bodies import queries as body_queries
from services.evaluation.duty_items import rules
from services.evaluation.duty_items.actions import Books
from services.evaluation.duty_items.queries import codes_of, owed_lately
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Bodies, BodyWaitedFor, Waiting

_REPORT = Text(zh="报告“{name}”的年度述职", en="Report on the year's duty of '{name}'")
_APPRAISE = Text(zh="评议“{name}”的年度述职", en="Appraise the year's report of '{name}'")
_HANDS = literal_column(
    "ARRAY(SELECT s->>'by' FROM jsonb_array_elements(items.steps) AS s WHERE s->>'step' = 'report')", ARRAY(String)
)


def _named(items: Subquery) -> Label[str]:
    """With the year: two years' items of a body may wait beside each other."""
    return func.concat(items.c.year, " ", items.c.name).label("name")


def _due(*, street: bool) -> Callable[[Any], SelectBase]:
    """Items of the current year and the one before that are due: of streets, or of the rest."""

    def find(state: Any) -> SelectBase:
        books: Books = state.duty_items
        items = owed_lately(books.items, china_day(utc_now())).subquery("items")
        return select(
            items.c.id,
            _named(items),
            items.c.division,
            func.timezone("Asia/Shanghai", cast(items.c.opens_on, DateTime)).label("since"),
            items.c.report_due.label("due_on"),
            cast(literal("{}", String), ARRAY(String)).label("barred"),
        ).where(
            items.c.state == "due",
            (items.c.level == "street") if street else (items.c.level != "street"),
        )

    return find


def _reported(state: Any) -> SelectBase:
    """Items of the current year and the one before that wait for their appraisal."""
    books: Books = state.duty_items
    items = owed_lately(books.items, china_day(utc_now())).subquery("items")
    return select(
        items.c.id,
        _named(items),
        items.c.division,
        cast(items.c.steps[-1]["at"].astext, DateTime(timezone=True)).label("since"),
        items.c.appraisal_due.label("due_on"),
        _HANDS.label("barred"),
    ).where(items.c.state == "reported")


async def _own(tx: Transaction, _: Any, ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    """The bodies that report for themselves."""
    codes = await codes_of(tx, ids)
    known, today = await body_queries.around(tx, codes.values()), china_day(utc_now())
    return {one: BodyWaitedFor(code, known[code].name_on(today)) for one, code in codes.items()}


async def _above(tx: Transaction, state: Any, ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    """The bodies above, which appraise."""
    books: Books = state.duty_items
    codes = await codes_of(tx, ids)
    known, today = await body_queries.around(tx, codes.values()), china_day(utc_now())
    above = {one: rules.appraising(known[code], known, books.affiliations, today) for one, code in codes.items()}
    return {one: BodyWaitedFor(body.code, body.name_on(today)) for one, body in above.items() if body is not None}


def _waiting(kind: str, title: Text, role: Role, find: Callable[[Any], SelectBase], bodies: Bodies) -> Waiting:
    link = "/v1/duty-items?body={id}&year={year}"
    # An item is reported and appraised in the year after its own.
    return Waiting(
        kind=kind, of="body", title=title, waits_for=role, link=link, select=find, bodies=bodies, due_years_later=1
    )


WAITING = (
    _waiting("duty_item.report", _REPORT, Role.DISTRICT_OFFICER, _due(street=False), _own),
    _waiting("duty_item.street_report", _REPORT, Role.STREET_OFFICER, _due(street=True), _own),
    _waiting("duty_item.appraisal", _APPRAISE, Role.DISTRICT_OFFICER, _reported, _above),
)
