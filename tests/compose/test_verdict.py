"""The verdict on a run of the compose deployment: red where it was not under fire, or had nothing to check."""

from dataclasses import replace

import pytest

from tests.compose.killer import Kill
from tests.compose.stack import Container
from tests.compose.verdict import Verdict
from tests.faults.checker.invariants import Baseline, Report

CONTAINERS = [Container(str(number), "worker", number) for number in range(4)]
BASELINE = Baseline({"transaction 1": "x", "entry 1": "y"})
REPORT = Report(events=9, postings=3)


def verdict(during: int = 4, killed: int = 4, writes: int = 5, repeats: int = 1) -> Verdict:
    kills = [Kill(one, "pay 1", 1.0, "policy", place < during) for place, one in enumerate(CONTAINERS[:killed])]
    return Verdict(1, kills=kills, writes=writes, traffic_repeats=repeats)


def test_fire__most_are_killed_while_the_demonstration_goes_on() -> None:
    sound = verdict(during=3)
    sound.hold_fire(4)
    assert not sound.breaches


@pytest.mark.parametrize(
    ("made", "breach"),
    [
        (verdict(killed=3), "containers killed: 3, not 4"),
        (verdict(during=2), "killed during the demonstration: 2, not more than 2.0"),
        (verdict(repeats=0), "requests repeated: 0, not more than 0"),
        (verdict(writes=0), "registrations put meanwhile: 0, not more than 0"),
    ],
)
def test_fire__nobody_noticed(made: Verdict, breach: str) -> None:
    made.hold_fire(4)
    assert made.breaches == [breach]


@pytest.mark.parametrize(
    ("report", "baseline", "breaches"),
    [
        (REPORT, BASELINE, []),
        (replace(REPORT, events=0), BASELINE, ["events: 0, not more than 0"]),
        (replace(REPORT, dead_letters=2), BASELINE, ["events put aside: 2, not 0"]),
        (replace(REPORT, breaches=["I1: lost"]), BASELINE, ["I1: lost"]),
        (REPORT, Baseline(), ["postings before the last kills: 0, not more than 0"]),
        (replace(REPORT, postings=0), BASELINE, ["postings: 0, not more than 0"]),
    ],
)
def test_report__says_something(report: Report, baseline: Baseline, breaches: list[str]) -> None:
    made = verdict()
    made.hold_report(report, baseline)
    assert made.breaches == breaches
