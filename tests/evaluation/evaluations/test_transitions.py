"""The lives of cycles, evaluations, extensions and objections: every move that the tables do not have is refused."""

from itertools import product
from typing import Any, get_args

import pytest

from services.evaluation.cycles import rules as cycles
from services.evaluation.evaluations import rules as evaluations
from services.evaluation.extensions import rules as extensions
from services.evaluation.notices import rules as objections
from shared.problems.problems import IllegalTransition
from shared.problems.transitions import move

EVERY = [
    (table, state, step)
    for table, states, steps in (
        (cycles.TRANSITIONS, get_args(cycles.State), get_args(cycles.Step)),
        (evaluations.TRANSITIONS, get_args(evaluations.State), get_args(evaluations.Step)),
        (extensions.TRANSITIONS, get_args(extensions.State), get_args(extensions.Step)),
        (objections.TRANSITIONS, get_args(objections.State), get_args(objections.Step)),
    )
    for state, step in product(states, steps)
]
# Written by hand beside the tables: what each state allows.
ALLOWED = {
    ("cycle", "drafted"): {"opening"},
    ("cycle", "open"): {"closing"},
    ("cycle", "closed"): set(),
    ("evaluation", "enrolled"): {"scoring", "extension", "completion", "withdrawal"},
    ("evaluation", "scoring"): {"scoring", "extension", "return", "decision", "completion", "withdrawal"},
    ("evaluation", "decided"): {"return", "publication", "completion", "withdrawal"},
    ("evaluation", "published"): {"objection", "completion", "withdrawal"},
    ("evaluation", "objected"): {"objection", "rejection", "upholding", "withdrawal"},
    ("evaluation", "completed"): {"reopening"},
    ("evaluation", "withdrawn"): set(),
    ("extension", "open"): {"granting", "refusal"},
    ("extension", "granted"): set(),
    ("extension", "refused"): set(),
    ("objection", "open"): {"rejection", "upholding", "settling"},
    ("objection", "rejected"): set(),
    ("objection", "upheld"): set(),
    ("objection", "settled"): set(),
}


@pytest.mark.parametrize(("table", "state", "step"), EVERY)
def test_every_move__is_in_the_table_or_refused(table: Any, state: Any, step: Any) -> None:
    if step in ALLOWED[table.what, state]:
        assert move(table, state, step) in {known for known, _ in table} | set(table.values())
    else:
        with pytest.raises(IllegalTransition):
            move(table, state, step)


@pytest.mark.parametrize("state", get_args(evaluations.State))
def test_state__is_stored_so_that_the_version_before_reads_it(state: evaluations.State) -> None:
    stored = evaluations.stored_as(state)
    assert stored["state"] in ("enrolled", "scoring", "completed", "withdrawn")
    assert evaluations.state_of(stored) == state
