"""A Party organization has one approval of its founding, however many were drafted."""

from sqlalchemy import text

from services.registry.leaderships.approving import since_of
from shared.db.session import Record, Transaction
from shared.documents.content import written_number
from shared.documents.errors import SubjectUnfit
from shared.problems.language import Text

_APPROVED = Text(
    zh="“{name}”的组建批复已于 {issued_on} 印发（{number}），不再另发。",
    en="The approval to found '{name}' was issued on {issued_on} ({number}): there is no second one.",
)
_TAKEN_OVER = Text(
    zh="“{name}”的成立批复已有文号 {number}，不再另发组建批复。",
    en="'{name}' was taken over with the approval of its founding, {number}: there is no second one.",
)
_NO_NUMBER = "—"
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('founding approval ' || CAST(:id AS text)))")
_ISSUED = text(
    "SELECT issued_on, series, year, number FROM documents WHERE subject_id = :id AND kind = 'founding_approval' "
    "AND state = 'issued' AND issued_on >= :since ORDER BY issued_on LIMIT 1"
)


async def check_first(tx: Transaction, party: Record) -> None:
    """Raises SubjectUnfit where the founding is approved already: since it was founded again, where it was.

    Of one that was taken over the file may have said so.
    """
    if party["taken_over"] and party["founding_number"] is not None and party["refounded_on"] is None:
        raise SubjectUnfit(_TAKEN_OVER, name=party["name"], number=party["founding_number"])
    await tx.execute(_ONE_WRITER, {"id": str(party["id"])})
    async with tx.system_scope():
        issued = await tx.record(_ISSUED, {"id": party["id"], "since": since_of(party)})
    if issued is not None:
        number = issued["number"] and written_number(issued["series"], issued["year"], issued["number"])
        raise SubjectUnfit(_APPROVED, name=party["name"], issued_on=issued["issued_on"], number=number or _NO_NUMBER)
