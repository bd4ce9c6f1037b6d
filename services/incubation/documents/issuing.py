"""Which body issues a document of incubation's."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.incubation.bodies import queries
from services.incubation.bodies.body import Body
from shared.db.session import Transaction
from shared.documents.composing import Issuer
from shared.documents.errors import NoIssuer
from shared.documents.policies import Place
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_NO_BODY = Text(zh="没有代码为“{code}”的现行机构。", en="No body of code '{code}' is in force.")
_ELSEWHERE = Text(zh="“{body}”的地域不包括该单位所在地。", en="The territory of '{body}' does not hold this subject.")


async def superior_of(
    tx: Transaction, named: str | None, division: str, street: str | None, places: Sequence[Place], on: date
) -> Issuer:
    """The body that the drafter names, else the first of the policy's that holds the place. Raises InvalidInput,
    NoIssuer."""
    if named is not None:
        return issuer_of(await _named(tx, named, division, street, None, on), on)
    here = [one for one in await queries.around(tx, division) if one.in_force(on) and one.covers(division, street)]
    found = next((body for place in places if (body := _first(place, here)) is not None), None)
    if found is None:
        raise NoIssuer
    return issuer_of(found, on)


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


def _first(place: Place, bodies: Iterable[Body]) -> Body | None:
    """Of the level the first kind that the policy names; of several the first by code."""
    fitting = [one for one in bodies if one.level == place.level and one.kind in place.kinds]
    return min(fitting, key=lambda one: (place.kinds.index(one.kind), one.code), default=None)
