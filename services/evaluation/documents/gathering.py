"""What evaluation's documents say, and who issues them."""

from datetime import date
from typing import cast
from uuid import UUID

from services.evaluation.consequences import queries as consequences
from services.evaluation.documents.facts import opinion_facts, rated_facts
from services.evaluation.documents.issuing import issuer_of, place_of
from services.evaluation.documents.rules import check_consequence
from shared.db.session import Transaction
from shared.documents.actions import Gathered, Request
from shared.documents.kinds import EvaluationDocument
from shared.documents.policies import DocumentBook
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound

_ID = Text(zh="所涉事项以标识（UUID）给出。", en="What a document is about is given by its id (a UUID).")


class EvaluationSource:
    """Evaluation's data, as its documents read it."""

    def __init__(self, book: DocumentBook) -> None:
        self._book = book

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, SubjectUnfit, NoIssuer, OutsideScope."""
        return await self._consequence(tx, asked, on)

    async def _consequence(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await consequences.get(tx, _reference(asked))
        if row is None:
            raise NotFound(what="consequence")
        division = row["division"]
        check_reach(tx.access, division)
        check_consequence(cast(EvaluationDocument, asked.kind), row)
        facts = rated_facts(row, place_of(division, on)) | opinion_facts(row)
        issuer = issuer_of(self._book, asked.issuer, division, on)
        return Gathered(row["id"], str(row["id"]), row["party_organization_name"], division, issuer, facts)


def _reference(asked: Request) -> UUID:
    try:
        return UUID(asked.subject)
    except ValueError as error:
        raise InvalidInput([FieldError("/subject", _ID)]) from error
