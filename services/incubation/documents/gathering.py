"""What incubation's documents say: facts of formation cases and incubatees, and who issues them."""

from datetime import date
from uuid import UUID

from services.incubation.documents.facts import (
    agreement_facts,
    blank_visit_facts,
    exit_facts,
    incubatee_facts,
    policy_today,
    term_facts,
    visit_facts,
)
from services.incubation.documents.issuing import body_named, committee_of
from services.incubation.formation.terms.notice import notice_of_deferral
from services.incubation.incubatees import queries as incubatees
from services.incubation.incubating.incubatee_policies import IncubateePolicies
from services.incubation.incubators import queries as incubators
from services.incubation.policies import FormationPolicies
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.documents.actions import Gathered, Request
from shared.documents.composing import Issuer, compose_blank
from shared.documents.content import Printed
from shared.documents.errors import NoTemplate
from shared.documents.kinds import KINDS
from shared.documents.policies import DocumentBook
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound

_ID = Text(
    zh="组建事项和在孵组织以标识（UUID）给出。", en="A formation case or an incubatee is given by its id (a UUID)."
)


class IncubationSource:
    """Incubation's data, as its documents read it."""

    def __init__(self, policies: IncubateePolicies, formation: FormationPolicies, book: DocumentBook) -> None:
        self._policies = policies
        self._formation = formation
        self._book = book

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, SubjectUnfit, NoIssuer, OutsideScope."""
        if KINDS[asked.kind].subject == "formation_case":
            return await self._case(tx, asked, on)
        return await self._incubatee(tx, asked, on)

    async def blank_visit_sheet(self, tx: Transaction, incubatee_id: UUID) -> Printed:
        """A visit's sheet to fill in by hand. Raises NotFound, SubjectUnfit, NoTemplate."""
        row, incubator = await _incubatee(tx, incubatee_id)
        facts = await blank_visit_facts(tx, row)
        facts |= incubatee_facts(row, incubator) | term_facts(row)
        issuer = Issuer(incubator["committee"] or "", incubator["name"], "", row["division"])
        template = self._book.template("visit_sheet", issuer.code, issuer.division, china_day(utc_now()))
        if template is None:
            raise NoTemplate(kind="visit_sheet", issuer=issuer.name)
        return Printed(compose_blank(template[0], issuer, facts), None, None)

    async def _case(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        name = asked.issuer
        if name is None:
            return await notice_of_deferral(tx, _reference(asked), self._formation)

        async def named(division: str, street: str | None, other: Issuer | None) -> Issuer:
            if other is not None and other.code == name:
                return other
            return await body_named(tx, name, division, street, on)

        return await notice_of_deferral(tx, _reference(asked), self._formation, named)

    async def _incubatee(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row, incubator = await _incubatee(tx, _reference(asked))
        check_reach(tx.access, row["division"])
        now = utc_now()
        facts = incubatee_facts(row, incubator)
        match asked.kind:
            case "entry_agreement":
                policy = policy_today(self._policies, row, now)
                facts |= agreement_facts(row, incubator, asked.given, policy)
            case "visit_sheet":
                facts |= term_facts(row) | await visit_facts(tx, row, asked.given["visit"])
            case _:
                facts |= term_facts(row) | await exit_facts(tx, row, self._policies, now)
        place = incubator["division"], incubator["street"]
        issuer = await committee_of(tx, asked.issuer, incubator["committee"], *place, on)
        return Gathered(row["id"], str(row["id"]), row["name"], row["division"], issuer, facts)


def _reference(asked: Request) -> UUID:
    try:
        return UUID(asked.subject)
    except ValueError as error:
        raise InvalidInput([FieldError("/subject", _ID)]) from error


async def _incubatee(tx: Transaction, incubatee_id: UUID) -> tuple[Record, Record]:
    """An incubatee and its incubator. Raises NotFound."""
    row = await incubatees.get(tx, incubatee_id)
    if row is None:
        raise NotFound(what="incubatee")
    incubator = await incubators.get(tx, str(row["incubator_id"]))
    assert incubator is not None
    return row, incubator
