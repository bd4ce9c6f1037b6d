"""Which body issues a document of incubation's."""

from datetime import date

from services.incubation.bodies import queries
from services.incubation.bodies.body import Body
from shared.db.session import Transaction
from shared.documents.composing import Issuer
from shared.documents.errors import NoIssuer
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_NO_BODY = Text(zh="没有代码为“{code}”的现行机构。", en="No body of code '{code}' is in force.")
_ELSEWHERE = Text(zh="“{body}”的地域不包括该单位所在地。", en="The territory of '{body}' does not hold this subject.")


async def body_named(tx: Transaction, named: str, division: str, street: str | None, on: date) -> Issuer:
    """The body that the drafter names. Raises InvalidInput."""
    return issuer_of(await _named(tx, named, division, street, None, on), on)


async def committee_of(
    tx: Transaction, named: str | None, committee: str | None, division: str, street: str | None, on: date
) -> Issuer:
    """The body that the drafter names, else the incubator's committee. Raises InvalidInput, NoIssuer."""
    if named is not None:
        return issuer_of(await _named(tx, named, division, street, committee, on), on)
    found = (await queries.with_parents(tx, [committee])).get(committee) if committee is not None else None
    if found is None or not found.in_force(on):
        raise NoIssuer
    return issuer_of(found, on)


def issuer_of(body: Body, on: date) -> Issuer:
    """A body as documents name it."""
    return Issuer(body.code, body.name_on(on), body.kind, body.division)


async def _named(
    tx: Transaction, code: str, division: str, street: str | None, committee: str | None, on: date
) -> Body:
    found = (await queries.with_parents(tx, [code])).get(code)
    if found is None or not found.in_force(on):
        raise InvalidInput([FieldError("/issuer", _NO_BODY, (("code", code),))])
    if not found.covers(division, street) and found.code != committee:
        raise InvalidInput([FieldError("/issuer", _ELSEWHERE, (("body", found.name_on(on)),))])
    return found
