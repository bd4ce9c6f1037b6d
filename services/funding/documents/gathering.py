"""What funding's documents say, and who issues them."""

from datetime import date
from typing import cast
from uuid import UUID

from services.funding.documents import performance, rules
from services.funding.dues import queries as dues
from services.funding.dues.refunds import queries as refunds
from services.funding.forecasts import queries as forecasts
from services.funding.grants import queries as grants
from services.funding.ledger import queries as ledger
from shared.db.session import Transaction
from shared.documents.actions import Gathered, Request
from shared.documents.issuing import issuer_among, place_of
from shared.documents.kinds import KINDS, FundingDocument
from shared.documents.policies import DocumentBook
from shared.field.divisions import get_on, known_prefix, scope_prefix
from shared.field.errors import FieldError as BrokenValue
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound

_ID = Text(zh="所涉事项以标识（UUID）给出。", en="What a document is about is given by its id (a UUID).")
_POSTING = "{place}{day}记账凭证"
_FORECAST = "{place}{year}年度资金需求"
_DIGITS = 6


class FundingSource:
    """Funding's data, as its documents read it."""

    def __init__(self, book: DocumentBook, books: performance.PerformanceBooks) -> None:
        self._book, self._books = book, books

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, SubjectUnfit, NoIssuer, OutsideScope."""
        match KINDS[asked.kind].subject:
            case "grant":
                return await self._grant(tx, asked, on)
            case "dues_refund":
                return await self._refund(tx, asked, on)
            case "forecast":
                return await self._forecast(tx, asked, on)
            case "division":
                return await self._division(tx, asked, on)
            case _:
                return await self._posting(tx, asked, on)

    async def _grant(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await grants.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="grant")
        check_reach(tx.access, row["division"])
        kind = cast(FundingDocument, asked.kind)
        rules.check_grant(kind, row)
        steps = (await grants.steps_of(tx, [row["id"]]))[row["id"]]
        facts = rules.grant_facts(row, steps)
        if kind == "grant_approval_sheet":
            facts |= rules.sheet_facts(row, steps)
        return self._gathered(asked, row["id"], row["recipient_name"], row["division"], facts, on)

    async def _refund(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await refunds.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="dues refund")
        check_reach(tx.access, row["division"])
        year = await dues.get(tx, row["dues_id"])
        grant = await grants.get(tx, row["grant_id"])
        holder = "" if year is None else year["holder_name"]
        facts = rules.refund_facts(row, holder, "" if grant is None else grant["recipient_name"])
        return self._gathered(asked, row["id"], holder, row["division"], facts, on)

    async def _posting(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        found = await ledger.get_transactions(tx, [_reference(asked)])
        if not found:
            raise NotFound(what="ledger transaction")
        [(row, entries)] = found
        check_reach(tx.access, row["division"])
        accounts = await ledger.list_accounts(tx, division=row["division"])
        facts = rules.voucher_facts(row, entries, {one["code"]: one["name_zh"] for one in accounts})
        name = _POSTING.format(place=place_of(row["division"], on), day=facts["booked_on"])
        given = {"attachments": str(asked.given["attachments"])}
        return self._gathered(asked, row["id"], name, row["division"], facts | given, on)

    async def _forecast(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await forecasts.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="forecast")
        check_reach(tx.access, row["division"])
        facts = performance.bid(row, asked, self._books, on)
        name = _FORECAST.format(place=place_of(row["division"], on), year=row["year"])
        return self._gathered(asked, row["id"], name, row["division"], facts, on)

    async def _division(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        try:
            prefix = scope_prefix(asked.subject)
        except BrokenValue as broken:
            raise InvalidInput([field_error("/subject", broken)]) from broken
        code = prefix.ljust(_DIGITS, "0")
        found = get_on(code, on)
        if not known_prefix(prefix) or found is None:
            raise NotFound(what="division")
        check_reach(tx.access, code)
        facts = await performance.self_evaluation(tx, prefix, asked, self._books, on)
        return self._gathered(asked, None, found.name_zh, code, facts, on)

    def _gathered(
        self, asked: Request, subject: UUID | None, name: str, division: str, facts: dict[str, str], on: date
    ) -> Gathered:
        bodies = self._book.paying_bodies(division, on)
        issuer = issuer_among(bodies, asked.issuer, division, on)
        reference = division if subject is None else str(subject)
        return Gathered(subject, reference, name, division, issuer, {"place": place_of(division, on), **facts})


def _reference(asked: Request) -> UUID:
    try:
        return UUID(asked.subject)
    except ValueError as error:
        raise InvalidInput([FieldError("/subject", _ID)]) from error
