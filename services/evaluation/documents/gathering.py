"""What evaluation's documents say, and who issues them."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from services.evaluation.consequences import queries as consequences
from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.documents.facts import (
    certified_facts,
    launched_facts,
    letter_facts,
    listed_facts,
    opinion_facts,
    rated_facts,
    receipt_facts,
    talk_facts,
)
from services.evaluation.documents.issuing import issuer_of, place_of
from services.evaluation.documents.rules import (
    OPINIONS,
    PART,
    check_closed,
    check_consequence,
    check_open,
    check_running,
    check_star,
    count_parts,
)
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.notices import queries as notices
from shared.db.session import Record, Transaction
from shared.documents.actions import Gathered, Request
from shared.documents.content import written_day
from shared.documents.kinds import KINDS, EvaluationDocument
from shared.documents.policies import DocumentBook
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound

_ID = Text(zh="所涉事项以标识（UUID）给出。", en="What a document is about is given by its id (a UUID).")

_MORE = {
    **dict.fromkeys(OPINIONS, opinion_facts),
    "score_letter": letter_facts,
    "score_receipt": receipt_facts,
    "admonition_record": talk_facts,
}
"""What documents of consequences say beside the rating."""
_CYCLE = "{place}{year}年度党组织星级评定"


class EvaluationSource:
    """Evaluation's data, as its documents read it."""

    def __init__(self, book: DocumentBook) -> None:
        self._book = book

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, SubjectUnfit, NoIssuer, OutsideScope."""
        if KINDS[asked.kind].subject == "cycle":
            return await self._cycle(tx, asked, on)
        if KINDS[asked.kind].subject == "publication":
            return await self._publication(tx, asked, on)
        if KINDS[asked.kind].subject == "evaluation":
            return await self._evaluation(tx, asked, on)
        return await self._consequence(tx, asked, on)

    async def _evaluation(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await evaluations.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="evaluation")
        division, name = row["division"], row["party_organization_name"]
        check_reach(tx.access, division)
        check_star(row)
        issuer = issuer_of(self._book, asked.issuer, division, on)
        facts = certified_facts(row, place_of(division, on))
        return Gathered(row["id"], str(row["id"]), name, division, issuer, facts)

    async def _consequence(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await consequences.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="consequence")
        division = row["led_by"]
        check_reach(tx.access, division)
        check_consequence(cast(EvaluationDocument, asked.kind), row)
        facts = rated_facts(row, place_of(division, on))
        if asked.kind in _MORE:
            facts |= _MORE[asked.kind](row)
        issuer = issuer_of(self._book, asked.issuer, division, on)
        return Gathered(row["id"], str(row["id"]), row["party_organization_name"], division, issuer, facts)

    async def _cycle(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await cycles.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="cycle")
        check_reach(tx.access, row["division"])
        name = _CYCLE.format(place=place_of(row["division"], on), year=row["year"])
        if asked.kind == "launch_notice":
            check_open(row, name)
            policy = FrozenPolicy.model_validate(row["policy"])
            systems = await cycles.list_frozen(tx, row["id"])
            facts = launched_facts(row, policy, systems, place_of(row["division"], on))
        else:
            check_closed(row, name)
            facts = await _list(tx, row, asked, name, on)
        issuer = issuer_of(self._book, asked.issuer, row["division"], on)
        return Gathered(row["id"], str(row["id"]), name, row["division"], issuer, facts)

    async def _publication(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await notices.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="publication")
        division = row["division"]
        check_reach(tx.access, division)
        cycle = await cycles.get(tx, row["cycle_id"])
        assert cycle is not None
        name = _CYCLE.format(place=place_of(division, on), year=cycle["year"])
        check_running(row, name, on)
        facts = await _list(tx, cycle | {"division": division}, asked, name, on, row["recorded_at"])
        facts |= {one: written_day(row[one]) for one in ("published_on", "notice_until")}
        issuer = issuer_of(self._book, asked.issuer, division, on)
        return Gathered(row["id"], str(row["id"]), name, division, issuer, facts)


async def _list(
    tx: Transaction, cycle: Record, asked: Request, name: str, on: date, published_at: datetime | None = None
) -> dict[str, str]:
    """Of a cycle's final ratings, or of what was published at a moment: the counts, and the part that is asked for."""
    part = asked.given.get("part", 1)
    counts = await together.count_stars(tx, cycle["id"], published_at)
    parts = count_parts(sum(counts.values()), part, name)
    before = (part - 1) * PART
    names = await together.list_names(tx, cycle["id"], skipped=before, most=PART, published_at=published_at)
    return {
        "place": place_of(cycle["division"], on),
        "year": str(cycle["year"]),
        "part": str(part),
        "parts": str(parts) if parts > 1 else "",
        **listed_facts(counts, names, before=before),
    }


def _reference(asked: Request) -> UUID:
    try:
        return UUID(asked.subject)
    except ValueError as error:
        raise InvalidInput([FieldError("/subject", _ID)]) from error
