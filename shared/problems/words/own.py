"""The words that a thing has of its own, for states and steps that are called otherwise elsewhere."""

from shared.problems.words import incubation
from shared.problems.words.documents import Word


def own_words(thing: str, **facts: str) -> dict[str, Word]:
    """Those of a thing for these facts (`state`, `action`); a fact without one is left out."""
    own = incubation.OWN.get(thing, {})
    return {fact: own[fact][value] for fact, value in facts.items() if value in own.get(fact, {})}
