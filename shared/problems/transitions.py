"""One shape for every life cycle: a table of the possible moves, and one function that applies it."""

from collections.abc import Mapping
from typing import TypeVar

from shared.problems.problems import IllegalTransition

State = TypeVar("State", bound=str)
Step = TypeVar("Step", bound=str)


def move(transitions: Mapping[tuple[State, Step], State], state: State, step: Step) -> State:
    """The state after a step. Raises IllegalTransition (409) for a move that the table does not have."""
    moved = transitions.get((state, step))
    if moved is None:
        raise IllegalTransition(state=state, action=step)
    return moved


def states_before(transitions: Mapping[tuple[State, Step], State], step: Step) -> list[State]:
    """The states in which a step is possible, in the order of the table."""
    return [state for state, possible in transitions if possible == step]
