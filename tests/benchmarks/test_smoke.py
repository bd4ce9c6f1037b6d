"""The pure parts of the benchmarks: numbers, table, JSON, invented data. Nothing is measured here."""

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from rich.console import Console
from starlette.requests import Request

import benchmarks.__main__ as benchmark
from benchmarks import unguarded
from benchmarks.__main__ import main, missed
from benchmarks.data import LIMIT, Numbers, ndjson, organization
from benchmarks.floors.rows import decided_rows, registered_rows, utc_now
from benchmarks.floors.tables import CASE, CHECK, ORGANIZATION, OUTBOX, PROJECTION, insert_many, insert_one, lists
from benchmarks.imports.measured import Imported
from benchmarks.joint_plans import _into_buildings
from benchmarks.load import Load, put_request
from benchmarks.options import Options, notes
from benchmarks.planned import Division, Planned
from benchmarks.report import Latency, Rates, Results, Trip, as_json, percentile
from benchmarks.shown.table import table
from services.incubation.joint_plans.search.candidates import Candidate
from services.registry.civil_affairs.reading import read_registration
from services.registry.organizations.terms import Terms
from services.registry.policies import read_registration_policies
from shared.settings import REPOSITORY_POLICIES
from shared.web import guarded


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_percentile_is_the_nearest_rank(percent: float, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], percent) == expected


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


def test_ratio_is_the_median_of_the_pairs() -> None:
    # One noisy pair (both slow) does not move it; a ratio of medians would be 0.5.
    rates = Rates([600.0, 60.0, 500.0], [1000.0, 100.0, 1000.0], 0.5)
    assert rates.ratios == [0.6, 0.6, 0.5]
    assert rates.ratio == 0.6
    assert rates.reached


def test_goal_is_missed_below_it() -> None:
    assert not Rates([490.0], [1000.0], 0.5).reached


def test_trips_are_counted_in_the_transport_s_own_bare_trip() -> None:
    bare = {"kafka": Latency(2.0, 9.0, 10), "postgres_log": Latency(1.0, 9.0, 10)}
    trip = Trip(Latency(5.0, 12.0, 10), bare, "postgres_log")
    assert trip.trips == 5.0
    assert not trip.reached
    assert Trip(Latency(5.0, 12.0, 10), bare, "kafka").reached


def _results() -> Results:
    bare = {"kafka": Latency.of([0.002] * 3)}
    return Results(
        {"cores": 2},
        Rates([500.0], [1000.0], 0.5),
        {"kafka": Rates([3000.0], [10_000.0], 0.4)},
        {"kafka": Trip(Latency.of([0.004] * 3), bare, "kafka")},
        ["a note"],
        ["a warning"],
        Rates([700.0], [1000.0], 0.75),
    )


def test_json_holds_every_number_and_verdict() -> None:
    found: dict[str, Any] = orjson.loads(orjson.dumps(as_json(_results())))
    assert found["registrations"]["ratio"] == 0.5
    assert found["registrations"]["reached"] is True
    assert found["security"]["ratio"] == 0.7
    assert found["security"]["reached"] is False
    assert found["chain"]["kafka"] | {"rounds": None} == {
        "unit": "organizations/s",
        "product": 3000.0,
        "floor": 10_000.0,
        "ratio": 0.3,
        "goal": 0.4,
        "reached": False,
        "rounds": None,
    }
    assert found["latency"]["kafka"]["trips_p50"] == 2.0
    assert found["warnings"] == ["a warning"]


def test_json_of_nothing_measured() -> None:
    found = as_json(Results({}))
    assert found["registrations"] is None
    assert found["security"] is None
    assert found["chain"] == found["latency"] == {}


def test_table_shows_verdicts() -> None:
    output = io.StringIO()
    Console(file=output, width=120).print(table(_results()))
    text = output.getvalue()
    assert text.count("MISSED") == 2
    assert text.count("reached") == 2
    assert "chain on kafka" in text
    assert "guarded | unguarded" in text


def test_missed_goals_are_named_and_end_the_run_with_a_code_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Division("a town", 100, 1000, 1.02, None, 45)
    plans = [Planned(town, 100, 1.0, 1.02, 3.0, 45.0), Planned(town, 100, 1.0, 1.0, 1.0, 1.0, together=0.9)]
    results = replace(_results(), plans=[plans[0]])
    assert missed(results) == ["security", "chain on kafka"]
    assert missed(replace(results, plans=[plans[1]]))[-1] == "joint plans: a town"
    assert missed(Results({})) == []

    async def measured(*_: object) -> Results:
        return results

    monkeypatch.setattr(benchmark, "measure", measured)
    assert main(["--only", "joint_plans"]) == benchmark.MISSED != 0
    assert "a goal was missed by security; chain on kafka" in capsys.readouterr().err
    results = Results({})
    assert main(["--only", "joint_plans"]) == 0


def test_import_under_kills_is_reached_only_where_every_row_is_where_it_belongs_once() -> None:
    whole = Imported(rows=100, refused=2, kills=3, stored=98, audited=98, stated=98, reported=2, seconds=9.0)
    assert whole.reached
    for name in ("stored", "audited", "stated", "reported"):
        assert not replace(whole, **{name: getattr(whole, name) + 1}).reached
    output = io.StringIO()
    Console(file=output, width=120).print(table(Results({}, imports=[whole])))
    assert "worker killed 3 times" in output.getvalue()


def test_buildings_hold_units_of_one_place_and_street() -> None:
    candidates = [Candidate(UUID(int=n), f"{n:018d}", 1, lon=120 + n / 100, lat=30.0) for n in range(40)]
    placed = _into_buildings(candidates, 32)
    assert [one.carrier for one in placed].count("building 0") == 8
    assert len({(one.carrier, one.street, one.lon) for one in placed[:32]}) == 4
    assert placed[32:] == candidates[32:]


def test_notes_name_who_shares_the_cores() -> None:
    assert "same 2 cores" in notes(Options(), 2)[0]


@pytest.mark.parametrize("number", [0, 1, 5, 12_345, LIMIT - 1])
def test_invented_organizations_are_accepted_by_the_registry(number: int) -> None:
    line = ndjson(number, 1)
    terms = Terms(
        read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES), utc_now(), allow_sample_codes=True
    )
    checked = read_registration(line.strip(), terms)
    assert checked.registration.uscc == organization(number)[0]
    assert not checked.warnings


def test_invented_codes_differ() -> None:
    assert len({organization(number)[0] for number in range(2_000)}) == 2_000


def test_numbers_are_handed_out_once_and_end() -> None:
    numbers = Numbers()
    assert [numbers.take(10), numbers.take(5), numbers.take(0)] == [0, 10, 15]
    with pytest.raises(ValueError, match="sample codes"):
        numbers.take(LIMIT)


def test_floor_rows_fit_their_columns() -> None:
    code, content = organization(3)
    row, event = registered_rows({"uscc": code, **content}, utc_now())
    assert len(row) == len(ORGANIZATION)
    assert len(event) == len(OUTBOX)
    rows = decided_rows(orjson.loads(event[-1]), str(event[0]), utc_now())
    assert [len(each) for each in rows] == [len(PROJECTION), len(CHECK), len(CASE), len(OUTBOX)]
    assert rows[1][list(CHECK).index("outcome")] == "standalone"


def test_statements_of_the_floor() -> None:
    columns = {"id": "uuid", "data": "jsonb"}
    assert insert_one("t", columns) == "INSERT INTO t (id, data) VALUES ($1, $2::text::jsonb)"
    assert insert_many("t", columns, "TAIL") == (
        "INSERT INTO t (id, data) SELECT u.id, u.data::jsonb FROM unnest($1::uuid[], $2::text[]) AS u(id, data) TAIL"
    )
    assert lists([(1, "a"), (2, "b")]) == [[1, 2], ["a", "b"]]


def test_a_request_states_its_length() -> None:
    head, _, body = put_request(7).partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert organization(7)[0].encode() in head


def test_a_request_carries_its_token_only_where_there_is_one() -> None:
    assert b"\r\nauthorization: Bearer abc\r\n" in put_request(7, "abc")
    assert b"authorization" not in put_request(7)


async def test_unguarded_stubs_replace_what_the_direct_route_calls() -> None:
    # Names that the route no longer knows would leave the comparison guarded on both sides.
    for name in ("authenticate", "check_permission"):
        assert hasattr(guarded, name)
    request = Request({"type": "http", "headers": []})
    actor = await unguarded.authenticate(request)
    assert request.state.actor is actor
    assert request.state.access.reaches("330102")


def test_quick_is_smaller_and_organizations_win() -> None:
    assert Options().sized(quick=True, organizations=None).chain_organizations == 3_000
    assert Options().sized(quick=True, organizations=50).chain_organizations == 50
    assert Options().sized(quick=False, organizations=None) == Options()


def test_rate_of_a_load() -> None:
    assert Load(100, 2.0, 1.0, 2.0).per_second == 50.0


def test_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])
    assert "invalid choice" in capsys.readouterr().err
