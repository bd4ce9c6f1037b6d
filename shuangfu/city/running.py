"""The whole run, from nothing to the payment file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shuangfu.city.comparing import Came, Row, compare
from shuangfu.city.founding import found
from shuangfu.city.granting import MEMBERS_SCHEME, list_key_committees, pay, raise_grants
from shuangfu.city.invented.hangzhou import ANNUAL_SCHEME, KEY_SCHEME, key_amounts
from shuangfu.city.measuring import measure_databases, measure_memory
from shuangfu.city.rating import follow, rate
from shuangfu.city.reading import read_back
from shuangfu.city.registering import draw_areas, register
from shuangfu.city.steps import Steps
from shuangfu.demonstration.findings import Json

_PER_MEMBER_FEN = 20_000
_ANNUAL_FEN = {"COMMITTEE": 2_000_000, "GENERAL": 1_000_000, "BRANCH": 300_000}
"""S26 and H32, as the source states them: what the policies make of whom was invented must come to the same."""
CHECKED = ("register", "file", "check")
"""The steps of the goal "from registration to checks"."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run's end: comparisons, and what it took."""

    rows: list[Row]
    came: Came
    memory: dict[str, dict[str, int]] | None
    registered: dict[str, dict[str, Any]]
    """The databases once everybody was registered and checked."""
    databases: dict[str, dict[str, Any]]


def run(steps: Steps, data: Path) -> Ran:
    """Raises DemoFailed, httpx.HTTPError."""
    register(steps)
    registered = measure_databases(data)
    draw_areas(steps)
    parties = found(steps)
    list_key_committees(steps, parties)
    completed = rate(steps, len(parties))
    consequences = follow(steps, completed)
    raise_grants(steps, parties, completed)
    orders = pay(steps)
    came = read_back(steps, completed, consequences, orders)
    rows = compare(steps.city.counts, came, _due(steps, parties))
    return Ran(rows, came, measure_memory(), registered, measure_databases(data))


def _due(steps: Steps, parties: list[Json]) -> dict[str, int]:
    """The fen of S26, H31 and H32, in this order."""
    members = sum(one["full_members"] + one["probationary_members"] for one in steps.city.organizations())
    ours = [one for one in parties if one["division"].startswith("33")]
    key = dict(key_amounts(ours))
    return {
        MEMBERS_SCHEME: members * _PER_MEMBER_FEN,
        KEY_SCHEME: sum(key.values()),
        ANNUAL_SCHEME: sum(_ANNUAL_FEN[one["kind"]] for one in ours if one["id"] not in key),
    }
