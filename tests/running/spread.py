"""Which worker runs what, with `-n`.

A file is one piece of work: what it sets up once is set up once. The longest pieces go first, so that the workers end
together. Pieces of one lane are run one after the other by one worker: stacks of eight processes, and houses of four
services, load the machine and keep deadlines, and would be in each other's way. What measures a rate runs while nobody
else does.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ALONE = "tests/faults/processes/test_f16_long_transaction.py"
LANES: Sequence[str] = (
    "tests/faults/processes/",
    "tests/faults/in_process/",
    "tests/console/browser/",
    "tests/console/pages/",
)
FIRST: Sequence[str] = (
    "tests/operations/backup/test_drill.py",
    *LANES,
    "tests/journeys/",
    "tests/security/test_openapi.py",
    "tests/shared/bus/",
    "tests/interfaces/",
    "tests/embedded/",
    "tests/operations/",
    "tests/security/test_matrix.py",
    "tests/upgrades/",
    "tests/contracts/test_asyncapi.py",
    "tests/incubation/joint_plans/",
    "tests/registry/filed_bodies/test_killed.py",
    "tests/registry/civil_affairs/test_results.py",
    "tests/shared/field/files/",
    "tests/security/",
)
"""What takes long, in this order; the rest follows as it was collected."""
APART: Sequence[str] = ("tests/operations/backup/test_drill.py",)
"""Files of long tests that share nothing: each test is a piece of its own."""
Piece = dict[str, bool]
"""Ids of tests, and whether each was run."""


class Spread(LoadScopeScheduling):
    """Hands out pieces in order; see above."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self._lanes: dict[str, Any] = {}
        """Each lane that was begun, and its worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file

    def schedule(self) -> None:
        """Hand out the first pieces, once all workers have collected the same tests."""
        if self.collection is None:
            if not self._check_nodes_have_same_collection():
                return
            self.collection = list(next(iter(self.registered_collections.values())))
            pieces: dict[str, Piece] = {}
            for nodeid in self.collection:
                pieces.setdefault(self._split_scope(nodeid), {})[nodeid] = False
            self.workqueue.update(sorted(pieces.items(), key=lambda piece: _place(piece[0])))
        self._hand_out()

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """Go on with the next, and after what ran alone with all the others."""
        alone = self._runs_alone()
        super().mark_test_complete(node, item_index, duration)
        if alone and not self._runs_alone():
            self._hand_out()

    def remove_node(self, node: Any) -> str | None:
        """What it left is for the others."""
        self._lanes = {lane: owner for lane, owner in self._lanes.items() if owner is not node}
        left: str | None = super().remove_node(node)
        return left

    def _hand_out(self) -> None:
        for _ in range(2):  # a worker begins with a test once it knows the next one
            for node in self.nodes:
                self._reschedule(node)

    def _reschedule(self, node: Any) -> None:
        """Another piece for a worker that has nearly done."""
        own = self.assigned_work[node]
        if node.shutting_down or self._pending_of(own) > 2 or (self._runs_alone() and ALONE not in own):
            return
        piece = self._next_piece(node)
        if piece is None:
            node.shutdown()
        else:
            self.workqueue.move_to_end(piece, last=False)
            self._assign_work_unit(node)

    def _runs_alone(self) -> bool:
        """Whether the piece that nothing may run beside is under way."""
        return any(self._pending_of({ALONE: own[ALONE]}) for own in self.assigned_work.values() if ALONE in own)

    def _next_piece(self, node: Any) -> str | None:
        """Of its own lane; or else the first in the queue, of a further lane only where there is nothing else."""
        owned = {lane for lane, owner in self._lanes.items() if owner is node}

        def rank(piece: str) -> int:
            lane = _lane(piece)
            return 0 if lane in owned else 1 if lane is None or not owned else 2

        open_to_it = [piece for piece in self.workqueue if self._lanes.get(_lane(piece) or "", node) is node]
        found = min(open_to_it, key=rank, default=None)
        lane = found and _lane(found)
        if lane:
            self._lanes[lane] = node
        return found


def _lane(piece: str) -> str | None:
    return next((lane for lane in LANES if piece.startswith(lane)), None)


def _place(piece: str) -> tuple[bool, int]:
    found = [place for place, prefix in enumerate(FIRST) if piece.startswith(prefix)]
    return piece != ALONE, found[0] if found else len(FIRST)
