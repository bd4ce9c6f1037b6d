"""What the console says a step needs is what the service asks for: else it bars who may, and sends who may not."""

import json
import re
from collections.abc import Iterator, Mapping

import pytest

from shuangfu.services import SERVICES
from tests.conftest import REPOSITORY

SOURCES = REPOSITORY / "console" / "src"
_ACT = re.compile(r'<Act\b[^>]*?service="(\w+)"[^>]*?op="(\w+)"[^>]*?needs="([\w.]+)"')
_GATE = re.compile(r"gate\('(\w+)', '([\w.]+)'")
_SERVICE = re.compile(r"service: '(\w+)'")
Needed = Mapping[str, tuple[str, list[str]]]
"""By the operation's id: the last part of its path, and its permissions."""


@pytest.fixture(scope="module")
def needed() -> Mapping[str, Needed]:
    return {service: dict(_read(service)) for service in SERVICES}


def _read(service: str) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    paths = json.loads((REPOSITORY / "services" / service / "openapi.json").read_text(encoding="utf-8"))["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            if "x-permissions" in operation:
                last = path.rpartition("/")[2].replace("-", "_")
                yield operation["operationId"], (last, operation["x-permissions"])


def test_acts__need_what_their_operations_ask_for(needed: Mapping[str, Needed]) -> None:
    found = [
        (file.name, service, op, permission)
        for file in sorted(SOURCES.rglob("*.tsx"))
        for service, op, permission in _ACT.findall(file.read_text(encoding="utf-8"))
    ]
    assert len(found) > 10
    assert [one for one in found if one[3] not in needed[one[1]][one[2]][1]] == []


def test_gates__need_what_one_of_the_operations_of_their_name_asks_for(needed: Mapping[str, Needed]) -> None:
    wrong, seen = [], 0
    for file in sorted((SOURCES / "pages").rglob("*.tsx")):
        text = file.read_text(encoding="utf-8")
        services = {*_SERVICE.findall(text)} & needed.keys()
        for step, permission in _GATE.findall(text):
            asked = [one[1] for service in services for one in needed[service].values() if one[0] == step]
            seen += bool(asked)
            if asked and not any(permission in one for one in asked):
                wrong.append((file.name, step, permission))
    assert seen > 20
    assert wrong == []
