"""One table of moves: what is in it is possible, and nothing else."""

from enum import StrEnum

import pytest

from shared.problems.problems import IllegalTransition
from shared.problems.transitions import Transitions, move, states_before
from shared.problems.words import STEPS


class State(StrEnum):
    RAISED = "raised"
    REVIEWED = "reviewed"
    PAID = "paid"


class Step(StrEnum):
    REVIEW = "review"
    PAY = "payment"


TRANSITIONS = Transitions(
    "grant",
    {
        (State.RAISED, Step.REVIEW): State.REVIEWED,
        (State.REVIEWED, Step.REVIEW): State.REVIEWED,
        (State.REVIEWED, Step.PAY): State.PAID,
    },
)


def test_move__gives_the_state_after_the_step() -> None:
    assert move(TRANSITIONS, State.RAISED, Step.REVIEW) is State.REVIEWED
    assert move(TRANSITIONS, State.REVIEWED, Step.PAY) is State.PAID


def test_move__takes_states_and_steps_as_they_are_stored() -> None:
    assert move(Transitions("grant", {("raised", "review"): "reviewed"}), "raised", "review") == "reviewed"
    assert move(TRANSITIONS, "raised", "review") is State.REVIEWED  # type: ignore[type-var]


@pytest.mark.parametrize("step", Step)
def test_move__refuses_what_the_table_does_not_have(step: Step) -> None:
    with pytest.raises(IllegalTransition) as raised:
        move(TRANSITIONS, State.PAID, step)
    assert raised.value.status == 409
    assert raised.value.facts == {"state": "paid", "action": step}
    assert raised.value.document("en")["detail"] == f"This grant is paid: {step.value} is not possible again."
    assert raised.value.document("zh")["detail"] == f"该补助已拨付，不能再{STEPS[step].zh}。"


def test_t48_a_step_that_is_still_to_come_is_not_refused_again() -> None:
    with pytest.raises(IllegalTransition) as raised:
        move(TRANSITIONS, State.RAISED, Step.PAY)
    assert raised.value.document("zh")["detail"] == "该补助待复核，不能拨付。"
    assert raised.value.document("en")["detail"] == "This grant is raised: payment is not possible."


def test_move__that_a_life_may_come_back_to_is_not_refused_again() -> None:
    """What was upheld is scored again, and may be objected to once it is published: nobody objected a second time."""
    moves = {
        ("enrolled", "scoring"): "scoring",
        ("scoring", "publication"): "published",
        ("published", "objection"): "objected",
        ("objected", "upholding"): "scoring",
    }
    life = Transitions("evaluation", moves)
    with pytest.raises(IllegalTransition) as raised:
        move(life, "scoring", "objection")
    assert raised.value.document("zh")["detail"] == "该评定正在打分，不能提出异议。"
    with pytest.raises(IllegalTransition) as again:
        move(life, "objected", "objection")
    assert "再" in str(again.value.document("zh")["detail"])


def test_states_before__in_the_order_of_the_table() -> None:
    assert states_before(TRANSITIONS, Step.REVIEW) == [State.RAISED, State.REVIEWED]
    assert states_before(TRANSITIONS, Step.PAY) == [State.REVIEWED]
