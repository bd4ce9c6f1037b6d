"""What a kind of document is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SubjectType = Literal[
    "organization",
    "party_organization",
    "division",
    "formation_case",
    "incubatee",
    "consequence",
    "cycle",
    "publication",
    "evaluation",
    "grant",
    "ledger_transaction",
    "dues_refund",
    "forecast",
]
COMMON = frozenset({"issuer"})
"""Facts of every document."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    `facts` are what its service gathers; `needs` and `takes` are what the drafter must and may give, and are facts too.
    `tables` are facts with several rows, each with the number of its columns. While one that `follows` its subject
    waits to be issued, its facts must stay as they were. `marks`: what the suffix of its series may begin with. Each
    service counts its own numbers, so the marks of one are no other's; without any, it begins with none of them.
    """

    subject: SubjectType
    facts: frozenset[str]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    follows: bool = True
    tables: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Every fact that a text of the kind may name."""
        return COMMON | self.facts | self.needs | self.takes

    @property
    def known(self) -> frozenset[str]:
        """The same, and those with several rows."""
        return self.named | self.tables.keys()
