"""The life of every kind of consequence: each move that its table does not have is refused."""

from itertools import product
from typing import get_args

import pytest

from services.evaluation.consequences.lives import FIRST, TABLES, Kind, State, Step, owner_of
from shared.problems.problems import IllegalTransition
from shared.problems.transitions import move

OPINION = {
    "open": {"plan": "underway", "superseding": "superseded", "lapsing": "lapsed"},
    "underway": {"tracking": "tracked", "superseding": "superseded", "lapsing": "lapsed"},
    "tracked": {
        "tracking": "tracked",
        "acceptance": "closed",
        "rejection": "open",
        "superseding": "superseded",
        "lapsing": "lapsed",
    },
}
EFFECT = {"in_effect": {"superseding": "superseded"}}
# Written by hand beside the tables: what each state of a kind allows.
ALLOWED = {
    "improvement": OPINION,
    "rectification": OPINION,
    "laggard": {"open": {"settlement": "closed", "superseding": "superseded", "lapsing": "lapsed"}},
    "talk": {"open": {"talk": "closed", "superseding": "superseded", "lapsing": "lapsed"}},
    "nomination": {"in_effect": {"superseding": "superseded", "lapsing": "lapsed"}},
    "score_letter": {
        "open": {"sending": "sent", "superseding": "superseded"},
        "sent": {"receipt": "received", "superseding": "superseded"},
        "received": {"use": "closed", "superseding": "superseded"},
        "closed": {"superseding": "superseded"},
    },
    "ceiling": EFFECT,
    "procurement": EFFECT,
}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_move__is_in_the_table_or_refused(kind: Kind) -> None:
    state: State
    step: Step
    for state, step in product(get_args(State), get_args(Step)):
        after = ALLOWED[kind].get(state, {}).get(step)
        if after is not None:
            assert move(TABLES[kind], state, step) == after
        else:
            with pytest.raises(IllegalTransition):
                move(TABLES[kind], state, step)


def test_kinds__have_a_beginning_and_an_owner() -> None:
    assert {*TABLES} == {*FIRST} == {*get_args(Kind)} == {*ALLOWED}
    assert {kind for kind, state in FIRST.items() if state == "in_effect"} == {"nomination", "ceiling", "procurement"}
    assert owner_of("rectification", "open") == "secretary"
    assert owner_of("rectification", "tracked") == "district_officer"
    assert owner_of("talk", "open") == "district_officer"
