"""Which body issues a document where the policy names it: one of a list for the division that a document is about."""

from collections.abc import Sequence
from datetime import date

from shared.documents.composing import Issuer, fill
from shared.documents.errors import NoIssuer
from shared.documents.policies import NamedBody
from shared.field.divisions import get_on
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_DIGITS = 6
_NOT_NAMED = Text(
    zh="政策文件“documents.yaml”没有把“{code}”列为此地域此类文书的制发机关。",
    en="The policy (documents.yaml) does not name '{code}' as an issuer of such documents for this division.",
)


def issuer_among(bodies: Sequence[NamedBody], named: str | None, division: str, on: date) -> Issuer:
    """The body that the drafter names, else the first of the policy's. Raises InvalidInput, NoIssuer."""
    found = [_issuer(one, _whole(division), on) for one in bodies]
    if named is None:
        if not found:
            raise NoIssuer
        return found[0]
    fitting = [one for one in found if one.code == named]
    if not fitting:
        raise InvalidInput([FieldError("/issuer", _NOT_NAMED, (("code", named),))])
    return fitting[0]


def place_of(division: str, on: date) -> str:
    """A division's name."""
    found = get_on(_whole(division), on)
    return division if found is None else found.name_zh


def _whole(division: str) -> str:
    """The whole code of a division that is given by its prefix (3301)."""
    return division.ljust(_DIGITS, "0")


def _issuer(body: NamedBody, division: str, on: date) -> Issuer:
    known = {"division": division, "place": place_of(division, on)}
    return Issuer(fill(body.code, known), fill(body.name, known), body.kind, body.division or division)
