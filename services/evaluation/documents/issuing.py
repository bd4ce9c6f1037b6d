"""Which body issues a document of evaluation's: one that the policy names for the rated division."""

from datetime import date

from shared.documents.composing import Issuer
from shared.documents.issuing import issuer_among, place_of
from shared.documents.policies import DocumentBook

__all__ = ["issuer_of", "place_of"]


def issuer_of(book: DocumentBook, named: str | None, division: str, on: date) -> Issuer:
    """The body that the drafter names, else the first of the policy's. Raises InvalidInput, NoIssuer."""
    return issuer_among(book.rating_bodies(division, on), named, division, on)
