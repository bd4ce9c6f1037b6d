"""What an import needs of its subject: how a row is read as a record, and how a chunk of records is taken in."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Generic

from services.registry.batches.taking import Checked, Item, Outcome
from services.registry.import_forms import Form
from services.registry.import_words import ImportWords
from services.registry.organizations.terms import Terms
from shared.db.session import Transaction
from shared.field.divisions import Division
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.web.identity.permissions import Permission

__all__ = ("Checked", "Item", "Outcome", "Subject")


class Subject(ABC, Generic[Item]):
    """Records of one kind. A chunk is one transaction; with `saved` false its writes are rolled back."""

    form: ClassVar[Form]
    permission: ClassVar[Permission]
    """What the sender of a file needs, beside that to send files."""
    notes: ClassVar[Mapping[str, Text]]
    """The template's columns, in order, with how each is filled in."""

    async def prepare(self, tx: Transaction, keys: Sequence[str], terms: Terms) -> Terms:  # noqa: ARG002
        """The terms for the records of a chunk, before it is read: what is stored is asked once, where it matters."""
        return terms

    @abstractmethod
    def read(self, fields: dict[str, object], terms: Terms) -> Checked[Item]:
        """The record of a row's fields. Raises InvalidInput with every error, its pointers by field."""

    def beside(self, fields: Mapping[str, object], found: Sequence[FieldError], terms: Terms) -> list[FieldError]:  # noqa: ARG002
        """What else is wrong with a row that `read` refused for its shape: all faults are named at once."""
        return []

    @abstractmethod
    async def take_in(self, tx: Transaction, items: Sequence[Item], terms: Terms, *, saved: bool) -> list[Outcome]:
        """Write the records of a chunk, set by set and never one by one; outcomes in their order."""

    @abstractmethod
    def example(self, words: ImportWords, division: Division | None, today: date) -> dict[str, object]:
        """The template's example, by field: it is invented, and imports without a fault."""
