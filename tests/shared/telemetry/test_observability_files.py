"""Dashboard, alert rules and reference name what the code exports, and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from shared.settings import ServiceSettings
from shared.telemetry import metrics
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "observability"
REFERENCE = REPOSITORY / "docs" / "reference" / "metrics.md"
OURS = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
SUFFIXES: dict[type, tuple[str, ...]] = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_count", "_sum")}
PROMETHEUS_OWN = {"up", "ALERTS"}
DISKS = {f"node_filesystem_{name}_bytes": {"device", "mountpoint", "fstype"} for name in ("avail", "size")}
"""Node exporter's, with the labels that it documents."""
MOUNTED = "/etc/prometheus"
"""Where Prometheus has this folder: the folder, so that it sees a file that was replaced."""
TARGET_LABELS = {"job", "instance", "component", "alertstate", "le"}
"""What Prometheus puts on a series, by prometheus.yml and by itself."""
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "grafana" / "dashboards" / "shuangfu.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def exported() -> dict[str, set[str]]:
    """Each series that the code can export, with its labels."""
    found = {m._name + suffix: set(m._labelnames) for m in OURS for suffix in SUFFIXES[type(m)]}
    process = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    return found | DISKS | {name: set() for name in process if name.startswith(("process_", "python_"))}


def named(expression: str) -> Iterator[tuple[str, set[str]]]:
    """(series, labels that are selected) of a PromQL expression."""
    without_text = re.sub(r'"[^"]*"', '""', expression)
    for name, selector in re.findall(
        r"\b((?:shuangfu|process|python|node)_\w+|up|ALERTS)\b(?:\{([^}]*)\})?", without_text
    ):
        yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))


def grouped(expression: str) -> set[str]:
    """Labels that the expression groups by."""
    return {label.strip() for group in re.findall(r"\bby\s*\(([^)]*)\)", expression) for label in group.split(",")}


def check(expression: str) -> None:
    known, series = exported(), list(named(expression))
    assert series, f"names no series: {expression}"
    labels: set[str] = set()
    for name, selected in series:
        assert name in known or name in PROMETHEUS_OWN, f"{name} is not exported: {expression}"
        of_it = known.get(name, set()) | TARGET_LABELS
        assert selected <= of_it, f"{name} has no label {selected - of_it}: {expression}"
        labels |= of_it
    assert grouped(expression) <= labels, f"no label {grouped(expression) - labels}: {expression}"


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_alert__names_what_is_exported_and_what_to_do(rule: dict[str, Any]) -> None:
    check(rule["expr"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    told = rule["annotations"]
    chinese, _, english = told["summary"].partition(" / ")
    assert re.search(r"[一-鿿]", chinese)
    assert english
    assert not re.search(r"[一-鿿]", english)
    assert re.fullmatch(r"docs/how-to/runbook\.md#[a-z0-9-]+", told["runbook"])
    labels = set(re.findall(r"\$labels\.(\w+)", str(told)))
    available = TARGET_LABELS | grouped(rule["expr"])
    assert labels <= available, f"{labels - available} is not on the alert"


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_panel__names_what_is_exported(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        check(target["expr"])
        legend = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        assert legend <= grouped(target["expr"]), panel["title"]


def test_dashboard__shows_all_that_alerts_are_made_of() -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name, _ in named(target["expr"])}
    alerted = {name for rule in RULES for name, _ in named(rule["expr"])}
    assert alerted <= shown


def test_reference__has_every_metric_with_its_labels_and_no_other() -> None:
    rows = re.findall(r"^\| `(shuangfu_\w+)` \| (\w+)[^:|]*(?::([^|]*))?\|", REFERENCE.read_text(), re.MULTILINE)
    documented = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    ours = {
        metric._name + ("_total" if isinstance(metric, Counter) else ""): (metric._type, set(metric._labelnames))
        for metric in OURS
    }
    assert documented == ours


def test_prometheus__finds_every_process_of_the_composition() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    compose = yaml.safe_load((REPOSITORY / "deploy" / "docker-compose.yml").read_text())["services"]
    [job] = [job for job in config["scrape_configs"] if job["job_name"] == "shuangfu"]
    [discovery] = job["dns_sd_configs"]
    processes = {name for name in compose if name.endswith(("-api", "-worker"))}
    assert set(discovery["names"]) == processes
    [gateway] = [job for job in config["scrape_configs"] if job["job_name"] == "gateway"]
    assert [(one["names"], one["port"]) for one in gateway["dns_sd_configs"]] == [(["gateway"], 8082)]
    assert "listen 8082;" in (REPOSITORY / "deploy" / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    assert set(compose["gateway"]["networks"]) & set(compose["prometheus"]["networks"])
    [missing] = [rule["expr"] for rule in RULES if rule["alert"] == "ShuangfuPartMissing"]
    named_there = re.findall(r'absent\(up\{job="(\w+)", component="([^"]+)"\}\)', missing)
    assert sorted(named_there) == sorted([("gateway", "gateway"), *(("shuangfu", name) for name in processes)])


def test_alert__of_a_consumer_comes_before_its_health_check_ends_it() -> None:
    """`/healthz` fails at twice the stall, and the container restarts some seconds later: too late to see why."""
    [rule] = [rule for rule in RULES if rule["alert"] == "ShuangfuConsumerStandsStill"]
    stall = float(ServiceSettings.model_fields["stall_seconds"].default)
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    seen_after = sum(
        float(config["global"][name].removesuffix("s")) for name in ("scrape_interval", "evaluation_interval")
    )
    above = float(rule["expr"].rpartition(">")[2])
    assert rule["for"] == "0m"
    assert stall < above < 2 * stall - seen_after


def test_prometheus__finds_its_rules_and_grafana_its_source() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    compose = yaml.safe_load((REPOSITORY / "deploy" / "docker-compose.yml").read_text())["services"]
    assert [str(FOLDER / name.removeprefix(f"{MOUNTED}/")) for name in config["rule_files"]] == [
        str(FOLDER / "alerts.yml")
    ]
    assert f"./observability:{MOUNTED}:ro" in compose["prometheus"]["volumes"]
    assert f"--config.file={MOUNTED}/prometheus.yml" in compose["prometheus"]["command"]
    provisioned = yaml.safe_load((FOLDER / "grafana/provisioning/dashboards/shuangfu.yml").read_text())["providers"]
    targets = [volume.split(":")[1] for volume in compose["grafana"]["volumes"]]
    assert provisioned[0]["options"]["path"] in targets
    [source] = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]} == {source["uid"]}


def test_prometheus__tells_the_alertmanagers_that_files_name_and_git_leaves_those_alone() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    [manager] = config["alerting"]["alertmanagers"]
    assert [discovery["files"] for discovery in manager["file_sd_configs"]] == [[f"{MOUNTED}/receivers/*.yml"]]
    example = yaml.safe_load((FOLDER / "receivers" / "example").read_text())
    assert all(re.fullmatch(r"[\w.-]+:\d+", target) for entry in example for target in entry["targets"])
    assert "deploy/observability/receivers/*.yml" in (REPOSITORY / ".gitignore").read_text().splitlines()


def test_prometheus__asks_how_full_each_disk_is_that_keeps_something() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    compose = yaml.safe_load((REPOSITORY / "deploy" / "docker-compose.yml").read_text())
    [job] = [job for job in config["scrape_configs"] if job["job_name"] == "disks"]
    [host] = [target.split(":")[0] for entry in job["static_configs"] for target in entry["targets"]]
    exporter = compose["services"][host]
    assert all(volume.endswith(":ro") for volume in exporter["volumes"]), "it looks, and changes nothing"
    seen = {volume.split(":")[0] for volume in exporter["volumes"] if not volume.startswith("$")}
    assert seen == set(compose["volumes"]) - {"grafana"}, "Grafana's holds nothing that anybody needs"
    assert any(volume.startswith("${BACKUPS:-") for volume in exporter["volumes"])
    alerts = {rule["alert"] for rule in RULES if 'job="disks"' in rule["expr"]}
    assert alerts == {"ShuangfuDiskFills", "ShuangfuDiskFull", "ShuangfuDisksUnseen"}


def test_alert__links_to_a_section_of_the_runbook() -> None:
    runbook = (REPOSITORY / "docs" / "how-to" / "runbook.md").read_text()
    sections = {title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", runbook, re.MULTILINE)}
    linked = {rule["annotations"]["runbook"].partition("#")[2] for rule in RULES}
    assert linked <= sections
