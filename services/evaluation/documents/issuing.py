"""Which body issues a document of evaluation's: one that the policy names for the rated division."""

from datetime import date

from shared.documents.composing import Issuer, fill
from shared.documents.errors import NoIssuer
from shared.documents.policies import DocumentBook, RatingBody
from shared.field.divisions import get_on
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_DIGITS = 6
_NOT_NAMED = Text(
    zh="政策文件“documents.yaml”没有把“{code}”列为此地域评定文书的制发机关。",
    en="The policy (rating_bodies of documents.yaml) does not name '{code}' as an issuer for this division.",
)


def issuer_of(book: DocumentBook, named: str | None, division: str, on: date) -> Issuer:
    """The body that the drafter names, else the first of the policy's. Raises InvalidInput, NoIssuer."""
    found = [_issuer(one, _code(division), on) for one in book.rating_bodies(division, on)]
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
    found = get_on(_code(division), on)
    return division if found is None else found.name_zh


def _code(division: str) -> str:
    """The whole code of a division: a cycle's is its prefix (3301)."""
    return division.ljust(_DIGITS, "0")


def _issuer(body: RatingBody, division: str, on: date) -> Issuer:
    known = {"division": division, "place": place_of(division, on)}
    return Issuer(fill(body.code, known), fill(body.name, known), body.kind, body.division or division)
