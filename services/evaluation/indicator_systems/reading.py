"""Reads the indicator systems, once, when the service starts."""

from itertools import pairwise
from pathlib import Path

import yaml

from services.evaluation.indicator_systems.rules import IndicatorSystem, SystemBook


def read_indicator_systems(folder: Path) -> SystemBook:
    """Read `<folder>/default/indicator_systems/*.yaml`. Raises ValueError for what is not in order."""
    found = [
        IndicatorSystem.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((folder / "default" / "indicator_systems").glob("*.yaml"))
    ]
    found.sort(key=lambda system: (system.type, system.year_from))
    for earlier, later in pairwise(found):
        if earlier.type == later.type and earlier.in_force(later.year_from):
            raise ValueError(f"{later.type}: two versions are in force in {later.year_from}")
    return SystemBook(tuple(found))
