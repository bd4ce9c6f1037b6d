"""Reads the indicator systems at start, and again when another folder of policies becomes active."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from services.evaluation.indicator_systems.rules import IndicatorSystem, SystemBook
from shared.field.followed import Followed, read_files

FILES = "default/indicator_systems/*.yaml"


def read_indicator_systems(folder: Path) -> SystemBook:
    """The systems of the active folder, which the book follows. Raises as `read_files`, and ValueError."""
    return SystemBook(Followed(folder, _read))


def _read(active: Path) -> list[IndicatorSystem]:
    return in_order(read_files(active, FILES, IndicatorSystem.model_validate))


def in_order(systems: Sequence[IndicatorSystem]) -> list[IndicatorSystem]:
    """By type and year. Raises ValueError where two versions of a type are in force at once."""
    found = sorted(systems, key=lambda system: (system.type, system.year_from))
    for earlier, later in pairwise(found):
        if earlier.type == later.type and earlier.in_force(later.year_from):
            raise ValueError(f"{later.type}: two versions are in force in {later.year_from}")
    return found
