"""Each alert, worked out by Prometheus' own `promtool`: silent while all is well, and heard when it should be."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import pytest
import yaml

from shuangfu.services import SERVICES
from tests.conftest import REPOSITORY

RULES = REPOSITORY / "deploy" / "observability" / "alerts.yml"
PROMTOOL = shutil.which("promtool")
STEP_SECONDS = 15
MINUTES = 30
STEPS = MINUTES * 60 // STEP_SECONDS
COMPONENTS = [f"{service}-{half}" for service in SERVICES for half in ("api", "worker")]
PAGE = 'service="registry",method="GET",route="/v1/organizations"'
FREE, SIZE = (f'node_filesystem_{name}_bytes{{job="disks",device="/dev/vda1"}}' for name in ("avail", "size"))


def steady(value: float = 0) -> str:
    """The same all the while."""
    return f"{value}+0x{STEPS}"


def growing(by: float, start: float = 0) -> str:
    """So much more with each step."""
    return f"{start}{by:+}x{STEPS}"


def falling_out(after: int) -> str:
    """Scraped `after` times, then gone from the DNS."""
    return f"1+0x{after} stale"


CRASHING = " ".join(["1"] * 4 + list(islice(cycle(["stale", "_", "_", "0"]), STEPS)))
"""There and not answering, not there, there and not answering …"""
WELL: Mapping[str, str] = {
    **{f'up{{job="shuangfu",component="{name}",instance="{name}"}}': steady(1) for name in COMPONENTS},
    'up{job="gateway",component="gateway",instance="gateway"}': steady(1),
    **{f'process_start_time_seconds{{job="shuangfu",component="{name}"}}': steady(7) for name in COMPONENTS},
    f'shuangfu_http_request_seconds_count{{{PAGE},status="2xx"}}': growing(100),
    f'shuangfu_http_request_seconds_count{{{PAGE},status="5xx"}}': steady(),
    f'shuangfu_http_request_seconds_bucket{{{PAGE},le="0.5"}}': growing(100),
    f'shuangfu_http_request_seconds_bucket{{{PAGE},le="2.5"}}': growing(100),
    f'shuangfu_http_request_seconds_bucket{{{PAGE},le="+Inf"}}': growing(100),
    **{
        series: value
        for service in SERVICES
        for series, value in {
            f'shuangfu_part_up{{service="{service}",part="database"}}': steady(1),
            f'shuangfu_part_up{{service="{service}",part="bus"}}': steady(1),
            f'shuangfu_outbox_oldest_seconds{{service="{service}"}}': steady(),
            f'shuangfu_relay_active{{service="{service}"}}': steady(1),
            f'shuangfu_consumer_standing_seconds{{consumer="{service}"}}': steady(2),
            f'shuangfu_consumer_lag{{consumer="{service}"}}': steady(3),
            f'shuangfu_dead_letters_open{{service="{service}",reason="handler_failed"}}': steady(),
            f'shuangfu_handler_failures_total{{consumer="{service}",handler="h"}}': steady(),
            f'shuangfu_sampled_timestamp_seconds{{service="{service}",sample="bus"}}': growing(STEP_SECONDS),
            f'shuangfu_audit_anchored_timestamp_seconds{{service="{service}"}}': growing(STEP_SECONDS),
        }.items()
    },
    'shuangfu_sampled_timestamp_seconds{service="funding",sample="ledger"}': growing(STEP_SECONDS),
    'shuangfu_ledger_drift{kind="balances"}': steady(),
    FREE: steady(60),
    SIZE: steady(100),
}


@dataclass(frozen=True)
class Case:
    """What is otherwise than well, and which alerts are heard at what minute."""

    name: str
    alerts: set[str]
    changes: Mapping[str, str] = field(default_factory=dict)
    at: float = MINUTES
    without: tuple[str, ...] = ()


def worker(job: str = "shuangfu", component: str = "incubation-worker", instance: str = "incubation-worker") -> str:
    return f'up{{job="{job}",component="{component}",instance="{instance}"}}'


CASES = [
    Case("all is well", set()),
    Case("one of two workers does not answer", {"ShuangfuProcessDown"}, {worker(instance="second"): steady()}, 3),
    Case("not for two minutes yet", set(), {worker(instance="second"): steady()}, 1.5),
    Case("the only worker was stopped", {"ShuangfuPartMissing"}, {worker(): falling_out(20)}, 8),
    Case("the only worker ends again and again", {"ShuangfuPartMissing"}, {worker(): CRASHING}, 6),
    Case("it was never there", {"ShuangfuPartMissing"}, without=(worker(),), at=3),
    Case(
        "the only API does not answer",
        {"ShuangfuProcessDown", "ShuangfuPartMissing"},
        {worker(component="registry-api", instance="registry-api"): steady()},
        3,
    ),
    Case(
        "the gateway does not answer",
        {"ShuangfuProcessDown", "ShuangfuPartMissing"},
        {worker("gateway", "gateway", "gateway"): steady()},
        3,
    ),
    Case("the gateway is gone", {"ShuangfuPartMissing"}, {worker("gateway", "gateway", "gateway"): falling_out(4)}, 4),
    Case(
        "a worker is ended every two minutes",
        {"ShuangfuStartsAgainAndAgain"},
        {
            'process_start_time_seconds{job="shuangfu",component="incubation-worker"}': " ".join(
                str(step // 9 * 135) for step in range(STEPS)
            )
        },
        10,
    ),
    Case(
        "it was exchanged once",
        set(),
        {'process_start_time_seconds{job="shuangfu",component="incubation-worker"}': f"7+0x20 900+0x{STEPS - 20}"},
        10,
    ),
    Case(
        "one request in ten fails",
        {"ShuangfuRequestsFail"},
        {f'shuangfu_http_request_seconds_count{{{PAGE},status="5xx"}}': growing(11)},
        11,
    ),
    Case(
        "one request in fifty fails",
        set(),
        {f'shuangfu_http_request_seconds_count{{{PAGE},status="5xx"}}': growing(2)},
    ),
    Case(
        "one request in ten takes two seconds",
        {"ShuangfuRequestsSlow"},
        {f'shuangfu_http_request_seconds_bucket{{{PAGE},le="0.5"}}': growing(90)},
        16,
    ),
    Case(
        "files take long",
        set(),
        {
            f'shuangfu_http_request_seconds_bucket{{service="registry",method="POST",route="{route}",le="{le}"}}': value
            for route in ("/v1/imports", "/v1/civil-affairs/registrations:batch", "/v1/joint-plans")
            for le, value in (("0.5", steady()), ("+Inf", growing(100)))
        },
    ),
    Case("no database", {"ShuangfuDatabaseAway"}, {'shuangfu_part_up{service="funding",part="database"}': steady()}, 2),
    Case("no bus", {"ShuangfuBusAway"}, {'shuangfu_part_up{service="funding",part="bus"}': steady()}, 2),
    Case("an old event", {"ShuangfuOutboxOld"}, {'shuangfu_outbox_oldest_seconds{service="registry"}': growing(15)}, 8),
    Case("no relay", {"ShuangfuNoRelay"}, {'shuangfu_relay_active{service="registry"}': steady()}, 3),
    Case("another relay is on guard", set(), {'shuangfu_relay_active{service="registry",instance="second"}': steady()}),
    Case(
        "a consumer stands still, and is ended after two minutes",
        {"ShuangfuConsumerStandsStill"},
        {'shuangfu_consumer_standing_seconds{consumer="funding"}': "0+15x9 0"},
        1.75,
    ),
    Case(
        "it subscribes anew and goes on",
        set(),
        {'shuangfu_consumer_standing_seconds{consumer="funding"}': "0 15 30 45 60 2+0x60"},
        1.75,
    ),
    Case("far behind", {"ShuangfuConsumerBehind"}, {'shuangfu_consumer_lag{consumer="funding"}': steady(20_000)}, 16),
    Case(
        "put aside",
        {"ShuangfuDeadLetters"},
        {'shuangfu_dead_letters_open{service="funding",reason="handler_failed"}': steady(1)},
        2,
    ),
    Case(
        "a handler fails",
        {"ShuangfuHandlerFails"},
        {'shuangfu_handler_failures_total{consumer="funding",handler="h"}': growing(1)},
        14,
    ),
    Case("the ledger", {"ShuangfuLedgerDrift"}, {'shuangfu_ledger_drift{kind="balances"}': steady(1)}, 0.5),
    Case(
        "gauges of long ago",
        {"ShuangfuSampleOld"},
        {'shuangfu_sampled_timestamp_seconds{service="registry",sample="bus"}': steady(STEP_SECONDS)},
        4,
    ),
    Case(
        "the ledger was not looked at",
        {"ShuangfuSampleOld"},
        {'shuangfu_sampled_timestamp_seconds{service="funding",sample="ledger"}': steady()},
        18,
    ),
    Case(
        "the trail is not anchored",
        {"ShuangfuAuditNotAnchored"},
        {'shuangfu_audit_anchored_timestamp_seconds{service="funding"}': steady(-1500)},
        12,
    ),
    Case("a fifth of the disk", {"ShuangfuDiskFills"}, {FREE: steady(19)}, 16),
    Case("full in three days", {"ShuangfuDiskFills"}, {FREE: growing(-0.01, 45)}, 16),
    Case("full", {"ShuangfuDiskFills", "ShuangfuDiskFull"}, {FREE: steady(4)}, 16),
    Case("nobody looks at the disks", {"ShuangfuDisksUnseen"}, without=(FREE, SIZE), at=6),
]


@pytest.fixture
def promtool() -> str:
    if PROMTOOL is None:
        pytest.skip("no promtool (of Debian's package prometheus): the alert rules are not worked out")
    return PROMTOOL


def test_rules__are_heard_when_they_should_be(promtool: str, tmp_path: Path) -> None:
    heard = 'group by (alertname) (ALERTS{alertstate="firing"})'
    tests = [
        {
            "name": case.name,
            "interval": f"{STEP_SECONDS}s",
            "input_series": [
                {"series": series, "values": values}
                for series, values in {**WELL, **case.changes}.items()
                if series not in case.without
            ],
            "promql_expr_test": [
                {
                    "expr": heard,
                    "eval_time": f"{case.at * 60:.0f}s",
                    "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(case.alerts)],
                }
            ],
        }
        for case in CASES
    ]
    file = tmp_path / "tests.yml"
    file.write_text(
        yaml.safe_dump(
            {"rule_files": [str(RULES)], "evaluation_interval": f"{STEP_SECONDS}s", "tests": tests}, sort_keys=False
        )
    )
    done = subprocess.run([promtool, "test", "rules", str(file)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules__all_of_them_are_worked_out() -> None:
    rules = {rule["alert"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}
    assert rules == set().union(*(case.alerts for case in CASES))
