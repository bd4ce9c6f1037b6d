"""The pure parts of the trial with several containers of a kind. Nothing is measured here."""

import io

import pytest
from rich.console import Console

from benchmarks.scaling.__main__ import as_json, shown
from benchmarks.scaling.deployment import SHARES, Clock, Used, kind_of, used_between
from benchmarks.scaling.measuring import BATCH, LAYOUTS, ONE, SEVERAL, Figures


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        ("registry-api", "api"),
        ("funding-worker", "worker"),
        ("postgres", "postgres"),
        ("postgres-incubation", "postgres"),
        ("kafka", "kafka"),
        ("gateway", "gateway"),
        ("console", ""),
        ("migrate", ""),
    ],
)
def test_kind__is_that_of_the_container_s_service(service: str, kind: str) -> None:
    assert kind_of(service) == kind


def test_used__is_counted_over_all_containers_of_a_service() -> None:
    before = {"registry-api": [Clock(10.0, 5.0, 100, 40), Clock(11.0, 7.0, 100, 0)]}
    after = {"registry-api": [Clock(20.0, 6.0, 200, 130), Clock(21.0, 7.5, 200, 10)]}
    used = used_between(before, after)["registry-api"]
    assert used.seconds == pytest.approx(1.5)
    assert used.share == pytest.approx(1.5 / (20 * SHARES["api"]))
    assert used.held_back == pytest.approx(100 / 200)


def test_used__of_containers_without_a_share_is_held_back_in_none() -> None:
    clocks = {"kafka": [Clock(1.0, 1.0, 0, 0)]}
    assert used_between(clocks, {"kafka": [Clock(2.0, 1.0, 0, 0)]})["kafka"] == Used(0.0, 0.0, 0.0)


def test_layouts__differ_in_what_the_issue_names() -> None:
    more = {service: number for service, number in SEVERAL.items() if number != ONE[service]}
    assert more == {"registry-api": 2} | {service: 3 for service in ONE if service.endswith("-worker")}


def test_table__names_who_is_held_back_most_and_how_many_times_one() -> None:
    one, several = LAYOUTS
    bound = {"registry-api": Used(1.0, 0.9, 0.95), "kafka": Used(1.0, 0.2, 0.1)}
    found = {BATCH: {one: Figures([90.0, 110.0], bound), several: Figures([210.0, 190.0], bound)}}
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(shown(found))
    text = console.export_text()
    assert "2.00" in text
    assert "registry-api 95% (90%)" in text
    assert "kafka" not in text
    jobs = as_json(found, {})["jobs"]
    assert isinstance(jobs, dict)
    assert jobs[BATCH][one]["per_second"] == [90.0, 110.0]
