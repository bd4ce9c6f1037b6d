"""Which duty a line of a statement is. Pure."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from services.funding.grants.rules import ALL_DUTIES, Recorded
from services.funding.statements.schemas import line_out

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
BY_ITSELF = {"holding", "relocation", "rectification"}
AFTER_PAYMENT = {"use_report", "final_settlement", "posting", "reversal"}


@pytest.mark.parametrize("step", get_args(Recorded))
def test_statement__every_step_is_a_duty_or_happened_by_itself(step: Recorded) -> None:
    absent = dict.fromkeys(("grant_id", "scheme", "year", "note"))
    line = line_out({**absent, "day": NOON.date(), "at": NOON, "kind": "step", "what": step, "by": "甲"})
    assert line.duty in ({None} if step in BY_ITSELF else {*ALL_DUTIES, *AFTER_PAYMENT})
