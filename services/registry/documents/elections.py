"""What the approval of a leadership says: the election as it was reported, and the term that follows from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.registry.documents import rules
from services.registry.leadership_policies import LeadershipPolicies, leadership_policy
from services.registry.leaderships import queries
from services.registry.leaderships.approving import since_of
from services.registry.leaderships.leadership import current_of
from shared.db.session import Record, Transaction
from shared.documents.content import written_day
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_NO_NUMBER = Text(zh="没有第 {number} 次上报的班子。", en="There is no leadership {number}.")


async def gather_election(
    tx: Transaction, party: Record, given: Mapping[str, Any], policies: LeadershipPolicies, on: date
) -> dict[str, str]:
    """The facts of an election that was reported or approved. Before its approval the term begins with the document.

    Raises InvalidInput, SubjectUnfit.
    """
    row = await _chosen(tx, party, given.get("leadership"))
    rules.check_leadership(row, name=party["name"])
    assert row is not None
    approved_on: date | None = row["approved_on"]
    term = leadership_policy(policies, party["division"], approved_on or on, on).parameters.terms[party["kind"]]
    approved = None if approved_on is None else row["term_years"] or term.years
    if faults := rules.faults_of_term(given.get("term_years"), approved, term):
        raise InvalidInput(faults)
    return {
        "elected_on": written_day(row["held_on"]),
        **{name: str(row[name]) for name in rules.COUNTS},
        "term_from": "" if approved_on is None else written_day(approved_on),
        "term_years": str(approved or given.get("term_years") or term.years),
    }


async def _chosen(tx: Transaction, party: Record, number: int | None) -> Record | None:
    """The leadership of a number; without one the reported one, else the present one."""
    if number is not None:
        row = await queries.find(tx, party["id"], number)
        if row is None:
            raise InvalidInput([FieldError("/leadership", _NO_NUMBER, (("number", number),))])
        return row
    found = await queries.find_reported(tx, party["id"])
    if found is None:
        current = current_of(await queries.list_approved(tx, party["id"]), since_of(party))
        found = None if current is None else current.number
    return None if found is None else await queries.find(tx, party["id"], found)
