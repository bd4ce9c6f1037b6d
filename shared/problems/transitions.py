"""One shape for every life cycle: a table of the possible moves, and one function that applies it."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from shared.problems.problems import IllegalTransition

State = TypeVar("State", bound=str)
Step = TypeVar("Step", bound=str)


class Transitions(dict[tuple[State, Step], State], Generic[State, Step]):
    """The possible moves of a kind of thing; `what` is its name among `words.THINGS`."""

    def __init__(self, what: str, moves: Mapping[tuple[State, Step], State]) -> None:
        super().__init__(moves)
        self.what = what


def move(transitions: Transitions[State, Step], state: State, step: Step) -> State:
    """The state after a step. Raises IllegalTransition (409) for a move that the table does not have."""
    moved = transitions.get((state, step))
    if moved is None:
        raise IllegalTransition(
            what=transitions.what, state=state, action=step, again=_lies_behind(transitions, state, step)
        )
    return moved


def _lies_behind(transitions: Mapping[tuple[State, Step], State], state: State, step: Step) -> bool:
    """Whether the step was taken on the way to the state, and is not still ahead: it is refused a second time."""
    taken = {moved for (_, possible), moved in transitions.items() if possible == step}
    if state in taken:
        return True
    ahead = _reached(transitions, {state})
    return state in _reached(transitions, taken) and not any((one, step) in transitions for one in ahead)


def _reached(transitions: Mapping[tuple[State, Step], State], states: set[State]) -> set[State]:
    """These states, and all that moves lead to from them."""
    found = set(states)
    while more := {moved for (before, _), moved in transitions.items() if before in found} - found:
        found |= more
    return found


def states_before(transitions: Mapping[tuple[State, Step], State], step: Step) -> list[State]:
    """The states in which a step is possible, in the order of the table."""
    return [state for state, possible in transitions if possible == step]
