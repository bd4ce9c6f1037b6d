"""A run is compared with the source: each figure has a row, and one that differs is named."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from shuangfu.city.comparing import Came, compare
from shuangfu.city.granting import MEMBERS_SCHEME
from shuangfu.city.invented.hangzhou import ANNUAL_SCHEME, KEY_SCHEME
from shuangfu.city.invented.told import TOLD, Counts
from shuangfu.city.reporting import print_run

COUNTS = Counts.of(Decimal("0.01"))
DUE = {MEMBERS_SCHEME: 500, KEY_SCHEME: 300, ANNUAL_SCHEME: 200}
PARTIES = COUNTS.standalone + COUNTS.joint
CAME = Came(
    figures={one.code: COUNTS.expected(one) for one in TOLD},
    money={
        MEMBERS_SCHEME: {"grants": PARTIES, "total_fen": 500, "held": 0},
        KEY_SCHEME: {"grants": 10, "total_fen": 300, "held": 0},
        ANNUAL_SCHEME: {"grants": 5, "total_fen": 200, "held": 0},
    },
    stars={5: 20, 3: 10, 1: 2, 0: 1},
    consequences={"rectification": 3, "improvement": 30, "talk": 3, "nomination": 20},
    ordered={"count": PARTIES + 15, "total_fen": 1000, "file_lines": PARTIES + 15, "file_fen": 1000},
    events={"published": 9, "consumed": 9, "dead_letters": 0},
    report={"eligible_with_own": COUNTS.standalone},
)


def differing(came: Came) -> list[str]:
    return [row.en for row in compare(COUNTS, came, DUE) if not row.holds]


def test_run__that_comes_to_everything_holds() -> None:
    assert differing(CAME) == []
    assert [row.told for row in compare(COUNTS, CAME, DUE)][: len(TOLD)] == [one.number for one in TOLD]


@pytest.mark.parametrize("code", [one.code for one in TOLD])
def test_figure__of_the_source_that_is_missed_by_one_is_named(code: str) -> None:
    figures = {**CAME.figures, code: CAME.figures[code] + 1}
    assert next(one.means for one in TOLD if one.code == code) in differing(replace(CAME, figures=figures))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"consequences": {**CAME.consequences, "talk": 2}}, "admonition talks"),
        ({"ordered": {**CAME.ordered, "file_fen": 999}}, "fen of the payment files"),
        ({"events": {**CAME.events, "dead_letters": 1}}, "dead letters"),
        ({"report": {"eligible_with_own": 0}}, "eligible organizations with their own"),
    ],
)
def test_what_follows__and_does_not_is_named(changed: dict[str, Any], named: str) -> None:
    assert differing(replace(CAME, **changed)) == [named]


def test_tables__name_what_differs_and_what_was_left_out() -> None:
    row = {"rule": "S1", "zh": "社会组织", "en": "organizations", "told": 38000, "expected": 380, "came": 379}
    found = {
        "scale": 0.01,
        "figures": [{**row, "holds": False}],
        "steps": [{"step": "register", "things": 380, "seconds": 2.0, "processor": {"services": 1.25}}],
        "goals": {"checked": {"seconds": 2.0, "goal": 1.2}},
        "memory": {"services": {"processes": 1, "now_kb": 2048, "peak_kb": 4096}},
        "databases": {"registry": {"bytes": 2**21, "tables": {}}},
        "databases_once_checked": {"registry": {"bytes": 2**20, "tables": {}}},
        "assumed": [],
        "left_out": [{"zh": "未重演", "en": "Not replayed"}],
    }
    shown = Console(file=io.StringIO(), width=150)
    print_run(shown, found)
    text = shown.file.getvalue()  # type: ignore[attr-defined]
    for part in ("38,000", "379", "DIFFERS", "190", "4 MB", "Not replayed", "1.2"):
        assert part in text
