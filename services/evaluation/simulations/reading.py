"""Reads the policies that a simulation goes by: those in force, profiles beside them, and whatever effects follow."""

from itertools import chain
from pathlib import Path

from services.evaluation.consequences.deriving.policies import read_consequence_policies
from services.evaluation.policies import EvaluationParameters
from services.evaluation.simulations.effects import Books, Holding
from shared.field.followed import Followed, NoPolicies, read_files
from shared.field.policies import Policy, PolicyBook, read_or_shipped, read_policy

PROFILES = "examples/*/evaluation*.yaml"


def read_profiles(folder: Path, shipped: Path) -> PolicyBook[EvaluationParameters]:
    """Rating policies in force nowhere, of the active folder; of one without any, those that are shipped."""

    def read(active: Path) -> list[Policy[EvaluationParameters]]:
        try:
            return _profiles(active)
        except NoPolicies:
            return _profiles(shipped)

    return PolicyBook(Followed(folder, read))


def _profiles(folder: Path) -> list[Policy[EvaluationParameters]]:
    return read_files(folder, PROFILES, lambda text: read_policy(text, EvaluationParameters))


def known_policies(
    *books: PolicyBook[EvaluationParameters],
) -> list[Policy[EvaluationParameters]]:
    """Every policy of these books."""
    return list(chain.from_iterable(book.policies for book in books))


def read_books(folder: Path, shipped: Path) -> Books:
    """What follows from a star, as the services that decide it read it. Raises as `read_policies`."""
    return Books(
        read_consequence_policies(folder, shipped),
        read_or_shipped(folder, shipped, "funding", Holding),
    )
