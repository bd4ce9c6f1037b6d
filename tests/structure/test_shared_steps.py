"""What the modules of incubation share stands in one place: copies of it had drifted apart."""

import ast

import pytest

from tests.conftest import REPOSITORY

PLACES = {
    "step_of": "meetings/taking.py",
    "faults_of_day": "incubating/days.py",
    "find_organization": "organizations/queries.py",
    "answered": "incubatees/routes/answering.py",
}


def defined(name: str) -> list[str]:
    """The files of the service that define a function of this name, private or not."""
    service = REPOSITORY / "services" / "incubation"
    return [
        str(path.relative_to(service))
        for path in sorted(service.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_") == name
    ]


@pytest.mark.parametrize("name", PLACES)
def test_shared__is_defined_once(name: str) -> None:
    # The routes of meetings answer with other things than incubatees.
    found = [path for path in defined(name) if not path.startswith("meetings/") or PLACES[name] == path]
    assert found == [PLACES[name]]
