"""The check of `make lint` finds the words that are gone, and leaves alone those that only look like them."""

import pytest

from tests.structure.words import find_gone_words

GONE = [
    ("a.py", "# behind the door\n", "door"),
    ("a.py", '"""It is published anew."""\n', "anew"),
    ("a.py", 'x: int = 1\n"""Kept for so long."""\n', "so many"),
    ("a.py", 'log.warning("event_put_aside", id=1)\n', "put aside"),
    ("a.py", 'DEPTH = Gauge("depth", "Events put aside.")\n', "put aside"),
    ("a.md", "The event\nwas put aside.\n", "put aside"),
    ("a.md", "One trip to the server.\n", "trip"),
    ("a.yaml", "key: 1  # while it is away\n", "away"),
    ("a.py", "# each look at the outbox\n", "look"),
    ("a.py", "# by another hand\n", "hand"),
]
LEFT = [
    ("a.py", 'door = "door"\n'),
    ("a.md", "The column `door`.\n\n```\nbehind the door\n```\n"),
    (
        "a.md",
        "One round trip; a lookup; string; look at it; right away; by hand; no room for more; as long as.\n",
    ),
    ("a.yaml", "door: 1\n"),
]


@pytest.mark.parametrize(("path", "source", "rule"), GONE)
def test_words__that_are_gone_are_found(path: str, source: str, rule: str) -> None:
    [line] = find_gone_words(path, source)
    assert rule in line.split(": ")[1]


@pytest.mark.parametrize(("path", "source"), LEFT)
def test_words__that_only_look_like_them_are_left_alone(path: str, source: str) -> None:
    assert list(find_gone_words(path, source)) == []
