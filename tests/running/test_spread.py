"""Every test is run once, whatever worker runs it; a lane is one worker's, and what runs alone runs alone."""

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tests.running.spread import ALONE, LANES, Spread

TESTS = [
    *(f"tests/shared/web/test_{letter}.py::test_{n}" for letter in "abcdef" for n in range(4)),
    f"{ALONE}::test_rates",
    *(f"{lane}test_{n}.py::test_one" for lane in LANES for n in range(5)),
    "tests/operations/backup/test_drill.py::test_drill[kafka]",
    "tests/operations/backup/test_drill.py::test_drill[postgres_log]",
]


class Worker:
    """As those of pytest-xdist: begins with a test once it knows the next one, or that there is none."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.queue: list[int] = []
        self.shutting_down = False
        self.ran: list[str] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.queue += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    def can_run(self) -> bool:
        return len(self.queue) + self.shutting_down > 1


def begun(count: int, tests: list[str]) -> tuple[Spread, list[Worker]]:
    options = SimpleNamespace(tx=["popen"] * count, debug=False)
    config: Any = SimpleNamespace(getvalue=lambda name: getattr(options, name), option=options)
    found, workers = Spread(config), [Worker(f"gw{n}") for n in range(count)]
    for worker in workers:
        found.add_node(worker)
        found.add_node_collection(worker, tests)
    found.schedule()
    return found, workers


def end(spread: Spread, workers: list[Worker], chance: random.Random) -> None:
    """Some worker that can ends a test, until none can."""
    while able := [worker for worker in workers if worker.can_run()]:
        worker = chance.choice(able)
        index = worker.queue.pop(0)
        worker.ran.append(spread.registered_collections[worker][index])
        spread.mark_test_complete(worker, index)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 40])
@pytest.mark.parametrize("tests", [TESTS, TESTS[:1], TESTS[:25], TESTS[25:]], ids=["all", "one", "alone", "lanes"])
def test_spread__runs_every_test_once_and_each_lane_on_one_worker(tests: list[str], count: int) -> None:
    for seed in range(20):
        spread, workers = begun(count, tests)
        end(spread, workers, random.Random(seed))
        assert Counter(test for worker in workers for test in worker.ran) == Counter(tests)
        assert all(worker.shutting_down and not worker.queue for worker in workers), "a worker waits for ever"
        for lane in LANES:
            assert sum(any(test.startswith(lane) for test in worker.ran) for worker in workers) <= 1
        if count > 1 and tests is TESTS:
            owners = [next(w for w in workers if any(test.startswith(lane) for test in w.ran)) for lane in LANES]
            assert owners[0] is not owners[1], "lanes go on beside each other"


def test_spread__nothing_begins_before_what_runs_alone_has_ended() -> None:
    spread, workers = begun(4, TESTS)
    assert [worker.can_run() for worker in workers].count(True) == 1
    [runner] = [worker for worker in workers if worker.can_run()]
    assert TESTS[runner.queue[0]].startswith(ALONE)
    spread.mark_test_complete(runner, runner.queue.pop(0))
    assert all(worker.can_run() for worker in workers)


def test_spread__what_a_dead_worker_left_is_run_by_others() -> None:
    spread, workers = begun(3, TESTS)
    dead, *others = workers
    assert spread.remove_node(dead) == TESTS[dead.queue[0]]
    for worker in others:
        worker.shutting_down = False
    spread.schedule()
    end(spread, others, random.Random(1))
    assert Counter(test for worker in others for test in worker.ran) == Counter(TESTS)


def test_spread__runs_nothing_where_workers_collected_different_tests() -> None:
    options = SimpleNamespace(tx=["popen"] * 2, debug=False)
    hook = SimpleNamespace(pytest_collectreport=lambda **_: None)
    config: Any = SimpleNamespace(getvalue=lambda name: getattr(options, name), option=options, hook=hook)
    spread = Spread(config)
    for name, tests in (("gw0", TESTS), ("gw1", TESTS[1:])):
        worker = Worker(name)
        spread.add_node(worker)
        spread.add_node_collection(worker, tests)
    spread.schedule()
    assert spread.collection is None
