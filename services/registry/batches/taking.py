"""Records on their way from a file or a stream into the registry: read, then taken or refused."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from shared.db.access import Access
from shared.db.session import Transaction
from shared.problems.access import check_reach
from shared.problems.language import Language
from shared.problems.problems import FieldError, Problem

Item = TypeVar("Item")
Effect = Literal["created", "changed", "same", "refused"]


class Remark(Protocol):
    """Something about a record that was taken that a person should look at."""

    @property
    def code(self) -> str:
        """What it is."""

    def document(self, language: Language) -> dict[str, Any]:
        """As clients see it."""

    def as_error(self) -> FieldError:
        """The same where a policy refuses it."""


@dataclass(frozen=True, slots=True)
class Checked(Generic[Item]):
    """A record that can be taken: what names it, the division that its sender must reach, what to look at in it.

    Without a division only what is stored says where the record belongs: taking it in refuses what is out of reach.
    """

    key: str
    division: str | None
    item: Item
    warnings: Sequence[Remark] = ()

    def check_reach(self, access: Access) -> None:
        """Raises OutsideScope."""
        if self.division is not None:
            check_reach(access, self.division)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record, and why where it was refused."""

    effect: Effect
    problem: Problem | None = None
    warnings: Sequence[Remark] = ()
    """What became of it that a person should look at."""


class Records(ABC, Generic[Item]):
    """What the lines of a batch are records of: how one is read, and how a chunk of them is taken in."""

    key: ClassVar[str]
    """The field that names a record."""
    beside: ClassVar[Mapping[str, type]] = {}
    """Further fields that name it, and what each is; a result repeats them."""

    def begin(self) -> None:
        """A chunk begins: what depends on the moment is asked again."""

    @abstractmethod
    def read(self, raw: bytes) -> Checked[Item]:
        """The record of a line. Raises InvalidInput."""

    def doubts(self, key: str) -> bool:  # noqa: ARG002
        """Whether a refused line may be read otherwise once `resolve` was asked."""
        return False

    async def resolve(self, tx: Transaction, keys: Sequence[str]) -> None:
        """Ask what is stored of the doubtful keys of a chunk, in one statement."""

    def resolved(self, key: str) -> bool:  # noqa: ARG002
        """Whether a doubtful line is to be read again."""
        return False

    @abstractmethod
    async def take_in(self, tx: Transaction, items: Sequence[Item]) -> list[Outcome]:
        """Write the records of a chunk, set by set and never one by one; outcomes in their order."""
