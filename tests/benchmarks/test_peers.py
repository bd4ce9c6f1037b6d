"""The pure parts of the comparison with peers. Nothing is measured here."""

import compileall
import io
from pathlib import Path

import pytest
from rich.console import Console

import benchmarks.peers.__main__ as program
from benchmarks.peers import environment
from benchmarks.peers.contenders import DJANGO, LACKS, NAMES, PRODUCT, STREAM, TITLES, described
from benchmarks.peers.deciding import decide
from benchmarks.peers.measuring import Job


def job(**figures: list[float]) -> Job:
    names = {"product": PRODUCT, "django": DJANGO, "stream": STREAM}
    return Job("invented", "/s", figures={names[name]: values for name, values in figures.items()})


def test_times__are_the_median_of_the_rounds_pairs() -> None:
    found = job(product=[400.0, 40.0, 300.0], django=[100.0, 10.0, 150.0])
    assert found.times(DJANGO) == 4.0, "one slow round, slow for both, moves nothing"


def test_times__of_what_is_better_where_less_are_the_other_way_round() -> None:
    found = job(product=[1.0], stream=[3.0])
    found.more = False
    assert (found.times(STREAM), found.reached) == (3.0, True)


def test_goal__is_judged_against_the_best_peer() -> None:
    found = job(product=[300.0], django=[100.0], stream=[200.0])
    assert (found.best, found.reached) == (STREAM, False)
    assert job(product=[400.0], django=[100.0], stream=[200.0]).reached
    assert job(product=[400.0]).best is None


def test_table__names_the_product_once_a_job_and_the_goal_beside_the_best() -> None:
    console = Console(width=200, file=io.StringIO())
    console.print(program.shown([job(product=[300.0], django=[100.0], stream=[200.0])]))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert [line for line in lines if "MISSED" in line] == [line for line in lines if TITLES[STREAM] in line]
    assert "1.50 ×" in "".join(lines)


def test_contenders__each_says_what_it_does_not_do() -> None:
    assert set(LACKS) == set(TITLES) == set(NAMES)
    assert all(line.endswith(".") for line in described(NAMES))


@pytest.mark.parametrize(("members", "outcome"), [(0, "covered"), (1, "joint"), (2, "joint"), (3, "standalone")])
def test_deciding__is_that_of_h1(members: int, outcome: str) -> None:
    assert decide(members) == outcome


def test_peers__can_be_compiled_and_their_lock_names_no_host() -> None:
    folder = Path(program.__file__).parent
    assert compileall.compile_dir(folder, quiet=1, force=True)
    lines = environment.LOCK.read_text().splitlines()
    assert not [line for line in lines if "://" in line or "index-url" in line]


def test_redis__that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import asyncio

    monkeypatch.setenv("PATH", str(tmp_path))
    servers = environment.PeerServers(tmp_path, Path("python"))
    with pytest.raises(environment.Missing, match="redis-server is not installed"):
        asyncio.run(servers.redis())
