"""Reads the indicator systems at start, and again when another folder of policies becomes active."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from services.evaluation.indicator_systems.rules import IndicatorSystem, SystemBook
from shared.field.followed import Followed, read_files
from shared.field.strict.strict_yaml import load_strict

FILES = "*/indicator_systems/*.yaml"


def read_indicator_systems(folder: Path) -> SystemBook:
    """The systems of the active folder, which the book follows. Raises as `read_files`, and ValueError."""
    return SystemBook(Followed(folder, _read))


def _read(active: Path) -> list[IndicatorSystem]:
    files = [path.relative_to(active).as_posix() for path in sorted(active.glob(FILES))]
    systems = zip(read_files(active, FILES, _read_system), files, strict=True)
    return in_order([system.model_copy(update={"file": file}) for system, file in systems])


@lru_cache(maxsize=64)
def _read_system(text: str) -> IndicatorSystem:
    return IndicatorSystem.model_validate(load_strict(text))


def in_order(systems: Sequence[IndicatorSystem]) -> list[IndicatorSystem]:
    """By type, region and year. Raises ValueError where two versions of a type are in force at once in a region."""
    found = sorted(systems, key=lambda system: (system.type, system.region, system.year_from))
    for earlier, later in pairwise(found):
        same = (earlier.type, earlier.region) == (later.type, later.region)
        if same and earlier.in_force(later.year_from):
            where = f" in {later.region}" if later.region else ""
            raise ValueError(f"{later.type}: two versions are in force in {later.year_from}{where}")
    return found
