"""What must hold of the compose deployment's files, without Docker."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.registry.imports.routes import MAX_UPLOAD_BYTES
from shared.settings import DatabaseSettings, MigrationSettings, ServiceSettings
from shared.web.documents.scan_routes import FORM_BYTES
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.services import SERVICES, settings_kind
from tests.conftest import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
HALVES = {f"{service}-{half}" for service in SERVICES for half in ("api", "worker")}
ONE_SHOT = {"migrate", "ops"}
OURS = HALVES | ONE_SHOT | {"console"}
"""What runs our image."""
OWN_ACCOUNT = {"postgres", "kafka"}
"""Their images switch to their own account."""
WATCHERS = {"prometheus", "grafana", "node-exporter"}
REFERENCE = re.compile(r"\$\{([A-Z_]+)(?::-([^}]*))?\}")


@cache
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


NAMES = sorted(services())


def test_compose__has_both_halves_of_every_service_and_what_they_need() -> None:
    assert set(services()) == OURS | OWN_ACCOUNT | {"gateway"} | WATCHERS
    assert "version" not in compose()
    assert len({services()[name]["image"] for name in OURS}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_compose__every_container_is_hardened(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name in OWN_ACCOUNT:
        assert "user" not in service
    else:
        user, _, group = service["user"].partition(":")
        assert int(user) > 0
        assert group
    assert set(service.get("cap_add", [])) <= ({"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"})
    assert "cap_add" not in service or name == "postgres"


@pytest.mark.parametrize("name", NAMES)
def test_compose__every_container_has_limits_and_logs_that_end(name: str) -> None:
    service = services()[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", NAMES)
def test_compose__every_server_tells_its_health_and_comes_back(name: str) -> None:
    service = services()[name]
    if name in ONE_SHOT:
        assert service["healthcheck"] == {"disable": True}
        assert service["restart"] in ("no", "on-failure:5")
        return
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", NAMES)
def test_compose__can_be_scaled_and_only_the_gateway_is_reached_from_outside(name: str) -> None:
    service = services()[name]
    assert "container_name" not in service
    for port in service.get("ports", []):
        assert name in {"gateway", "prometheus", "grafana"}
        assert port.startswith(("127.0.0.1:", "${GATEWAY_ADDRESS:-127.0.0.1}:"))
    if name in OWN_ACCOUNT | {"migrate", "node-exporter"}:
        assert service["networks"] == ["data"]
    if name.endswith("-worker"):
        assert service["networks"] == ["data", "telemetry"]
    assert compose()["networks"]["data"] == {"internal": "${DATA_INTERNAL:-true}"}
    assert compose()["networks"]["telemetry"] == {"internal": "${TELEMETRY_INTERNAL:-true}"}


def test_compose__spans_have_a_way_that_nothing_else_has() -> None:
    """A collector on it sees no database and no broker, and is explained where the endpoint is."""
    assert {name for name in NAMES if "telemetry" in services()[name].get("networks", [])} == HALVES
    assert {"OTEL_EXPORTER_OTLP_ENDPOINT", "TELEMETRY_INTERNAL"} <= _explained().keys()


def test_compose__what_it_mounts_is_there() -> None:
    mounted = {volume.split(":")[0] for service in services().values() for volume in service.get("volumes", [])}
    files = {place for place in mounted if place.startswith("./")}
    assert len(files) > 3
    assert {place for place in files if not (DEPLOY / place).exists()} == set()
    named = {place for place in mounted if re.fullmatch(r"[a-z]+", place)}
    assert named == set(compose()["volumes"])


@pytest.mark.parametrize("name", NAMES)
def test_compose__no_secret_stands_in_it(name: str) -> None:
    for variable, value in services()[name].get("environment", {}).items():
        secret = re.search(r"PASSWORD|SECRET|TOKEN|_KEY$", variable)
        assert not secret or str(value).startswith("/run/"), variable
        assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), f"{variable} has a password in its URL"
    for secret in compose()["secrets"].values():
        assert secret["file"].startswith("${SECRETS:-./secrets}/")


def test_compose__services_know_the_runtime_password_only() -> None:
    for name in HALVES:
        given = {entry if isinstance(entry, str) else entry["source"] for entry in services()[name]["secrets"]}
        assert given <= {"shuangfu_database_password", "anchor_key", "anchor_public_key"}
    for service in SERVICES:
        depends = services()[f"{service}-api"]["depends_on"]
        assert depends["migrate"] == {"condition": "service_completed_successfully"}


def _explained() -> dict[str, str]:
    """Every variable of .env.example with the value that is shown."""
    lines = (DEPLOY / ".env.example").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"(?:# )?([A-Z_]+)=(.*)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def test_environment__explains_every_setting_of_the_services() -> None:
    text = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    of_services = [*(settings_kind(service) for service in SERVICES), ConsoleSettings]
    kinds = (DatabaseSettings, MigrationSettings, *of_services)
    fields = {f"SHUANGFU_{name.upper()}" for kind in kinds for name in kind.model_fields}
    assert sorted(name for name in fields if not re.search(rf"\b{name}\b", text)) == []
    for name, shown in _explained().items():
        known = {name: field for kind in of_services for name, field in kind.model_fields.items()}
        field = known.get(name.removeprefix("SHUANGFU_").lower())
        if name.startswith("SHUANGFU_") and shown:
            assert field is not None, f"{name} is no setting"
            default = field.default
            plain = str(list(default)).replace("'", '"').replace(" ", "") if isinstance(default, tuple) else default
            assert shown == (str(plain).lower() if isinstance(plain, bool) else str(plain)), name


def test_environment__explains_every_variable_of_the_compose_file() -> None:
    explained = _explained()
    used = REFERENCE.findall((DEPLOY / "docker-compose.yml").read_text(encoding="utf-8"))
    assert len(used) > 20
    for name, default in used:
        if name == "USER":  # the account
            continue
        assert name in explained, f"{name} is not in .env.example"
        assert explained[name] == default, name


def test_image__is_small_closed_and_not_roots() -> None:
    stages = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")
    last = stages[-1]
    assert last.startswith("scratch"), "nothing of a build stays"
    [user] = re.findall(r"^USER (\d+):(\d+)$", last, re.M)
    assert user == ("10001", "10001")
    assert services()["registry-api"]["user"] == ":".join(user)
    assert "HEALTHCHECK" in last
    assert "pip" not in last
    assert "apt-get" not in last
    assert "PYTHONDONTWRITEBYTECODE=1" in last
    for label in ("title", "description", "version", "revision", "created"):
        assert f"org.opencontainers.image.{label}" in last
    assert "--require-hashes" in stages[1]
    assert "RUN --mount" not in "".join(stages[1:])
    assert "<<" not in "".join(stages[1:])


def _locked(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", path.read_text(encoding="utf-8"), re.M))


def test_image__its_lock_is_the_runtime_part_of_the_lock() -> None:
    runtime, everything = _locked(DEPLOY / "requirements.lock"), _locked(REPOSITORY / "requirements.lock")
    assert runtime.items() <= everything.items(), "run `make lock`"
    assert not runtime.keys() & {"pytest", "mypy", "ruff", "uv", "hatchling", "schemathesis", "hypothesis"}
    assert {"fastapi", "aiokafka", "asyncpg"} <= runtime.keys()


def test_image__secrets_never_reach_the_builder() -> None:
    kept = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert (REPOSITORY / ".dockerignore").read_text().splitlines()[1] == "*"
    assert [line for line in kept if "deploy" in line] == ["!deploy/requirements.lock"]


def test_gateway__routes_every_service_and_hides_what_is_for_operators() -> None:
    whole = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    _, inner, watched, text = re.split(r"^    server \{$", whole, flags=re.M)
    assert re.findall(r"listen (.*);", inner) == ["127.0.0.1:8081"], "not reached from outside"
    assert re.findall(r"listen (.*);", watched) == ["8082"], "published by no port"
    assert not re.search("proxy_pass", watched), "it tells that it answers, and leads nowhere"
    assert re.findall(r"listen (.*);", text) == ["8080"]
    locations = set(re.findall(r"location (?:= )?(/[^ ]*) ", text))
    [routed] = re.findall(r"location ~ \^/\((.*)\)/v1/ \{", text)
    assert set(routed.split("|")) == set(SERVICES)
    contents = {"/", "/docs", "/-/contents", "/healthz", "/readyz"}
    assert {place for place in locations if not re.match(r"/[a-z]+/v1/", place)} == contents
    for service in SERVICES:
        command = services()[f"{service}-api"]["command"]
        assert command[command.index("--root-path") + 1] == f"/{service}"
    body = int(re.findall(r"location = /registry/v1/imports \{\s+client_max_body_size (\d+)m;", text)[0])
    assert body * 1024 * 1024 > MAX_UPLOAD_BYTES
    scan = int(re.findall(r"/v1/documents/\[\^/\]\+/scan\$ \{\s+client_max_body_size (\d+)m;", text)[0])
    assert scan * 1024 * 1024 >= ServiceSettings.model_fields["scan_bytes"].default + FORM_BYTES
    assert text.index("/scan$ {") < text.index(")/v1/ {"), "nginx takes the first pattern that fits"
    general = int(re.findall(r"^        client_max_body_size (\d+)m;", text, re.M)[0])
    assert general * 1024 * 1024 > ServiceSettings.model_fields["max_body_bytes"].default
    seconds = int(re.findall(r"^    proxy_read_timeout (\d+)s;", whole, re.M)[0])
    assert seconds > ServiceSettings.model_fields["request_timeout_seconds"].default


def test_t61_gateway__leads_no_path_to_what_host_says() -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    prefixes = re.findall(r"location (/\S*) \{([^}]*)", text)
    assert [place for place, block in prefixes if place.endswith("/") and "_pass" in block] == []
    assert "recursive_error_pages on;" in text, "a list as a file fails as any other answer does"


def test_gateway__is_ready_while_every_api_is() -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    steps = re.findall(r"location = /(\w+) \{ set \$part (\w+); auth_request /ask; proxy_pass \S+:8081/(\w+); \}", text)
    assert {part for _, part, _ in steps} == set(SERVICES)
    ways = {place: following for place, _, following in steps}
    place, asked = re.findall(r"location = /readyz \{ access_log off; proxy_pass \S+:8081/(\w+); \}", text)[0], 0
    while place in ways:
        place, asked = ways[place], asked + 1
    assert (place, asked) == ("well", len(SERVICES)), "from one to the next, and then it is well"
    assert "location = /ask { internal; proxy_pass http://$part-api:8080/readyz; }" in text


def test_t46_gateway__keeps_no_body_and_bounds_connections() -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"proxy_request_buffering (\w+);", text) == ["off"], "for every route"
    assert "proxy_max_temp_file_size 0;" in text, "no answer fills /tmp either"
    limits = {zone: int(most) for zone, most in re.findall(r"limit_conn (\w+) (\d+);", text)}
    assert limits["senders"] < limits["callers"] < 2048
    for place in ("/registry/v1/imports", "/registry/v1/civil-affairs/registrations:batch"):
        [block] = re.findall(rf"location = {place} \{{(.*?)\n        \}}", text, re.S)
        assert "limit_conn senders" in block, place


def test_t46_gateway__answers_its_own_errors_as_problems_in_both_languages() -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    server = text.rpartition("server {")[2]
    covered = {
        int(code) for line in re.findall(r"error_page ([^;]*);", server) for code in re.findall(r"\b\d{3}\b", line)
    }
    assert {400, 404, 405, 408, 413, 414, 429, 431, 494, 500, 501, 502, 503, 504, 505} <= covered
    slugs = dict(re.findall(r"^        (\d{3}|~\S+|default) ([a-z-]+);$", text, re.M))
    for name in ("title", "detail"):
        [block] = re.findall(rf'map "\$language \$slug" \${name} \{{(.*?)\n    \}}', text, re.S)
        for slug in set(slugs.values()) - {"http-error"}:
            assert {f'"en {slug}"', f'"zh {slug}"'} <= set(re.findall(r'"(?:en|zh) [a-z-]+"', block)), slug
        chinese = re.findall(r'(?:"zh [a-z-]+"|default) "([^"]*)";', block)
        assert len(chinese) == len(set(slugs.values()))
        assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in chinese)
    document = re.findall(r"map \$slug \$problem \{ default '([^']*)'; \}", text)[0]
    assert json.loads(re.sub(r"\$\w+", "1", document)).keys() == {"type", "title", "status", "detail", "errors"}


def test_gateway__logs_the_status_that_was_answered_and_no_probe() -> None:
    text = (DEPLOY / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    [line] = re.findall(r"log_format entry (.*?);\n", text, re.S)
    shown = "".join(re.findall(r"'([^']*)'", line))
    found = json.loads(re.sub(r"\$\w+", "1", shown))
    assert {name for name, value in found.items() if value == 1} == {"status", "seconds", "bytes"}
    assert re.search(r'map \$status \$status_number \{ "~\^0" 0; default \$status; \}', text)
    assert re.search(r'"status":\$status_number', shown)
    for probe in ("healthz", "readyz"):
        assert re.search(rf"location = /{probe} \{{ access_log off;", text)
