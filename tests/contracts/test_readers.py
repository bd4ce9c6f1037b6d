"""The readers of each event, where people and the faults' checker look for them."""

import re
from typing import Any

import pytest

from shared.contracts.catalog import CATALOG
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import REPOSITORY
from tests.faults.rig.subscribers import SUBSCRIBERS
from tests.security.walk import APPS


def test_readers__of_each_event_are_written_down() -> None:
    """A handler that is added or taken out is seen here, and not first by a trial of half an hour."""
    handled = {name: make_worker(load(name), app.state.settings).handlers.types for name, app in APPS.items()}
    assert SUBSCRIBERS.keys() >= CATALOG.keys()
    readers = {event: {name for name, types in handled.items() if event in types} for event in SUBSCRIBERS}
    assert {event: set(names) for event, names in SUBSCRIBERS.items()} == readers


def test_events__have_a_row_on_their_page() -> None:
    """`organization.registered`, `.changed` is short for both; the last column names who reads them."""
    page = (REPOSITORY / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.count("|") == 5]
    listed: dict[str, set[str]] = {}
    for _topic, types, _key, readers in rows[2:]:
        aggregate = ""
        for name in re.findall(r"`([\w.]+)`", types):
            aggregate = aggregate if name.startswith(".") else name.removeprefix("shuangfu.").rpartition(".")[0]
            event = f"{aggregate}{name}" if name.startswith(".") else name.removeprefix("shuangfu.")
            listed[event.removesuffix(".v1")] = {service for service in SERVICES if f"{service}:" in readers}
    short = {".".join(event.split(".")[2:4]): set(names) for event, names in SUBSCRIBERS.items()}
    assert {event.removeprefix("bus."): names for event, names in listed.items()} == short


@pytest.mark.parametrize("event", CATALOG)
def test_t26_narrowing__shows_a_reader_of_the_division_all_of_it(event: str) -> None:
    """Also where the data itself names no division: those events are shown by the row's."""
    payload = CATALOG[event]
    data: dict[str, Any] = {"id": "x", "covers": [], "added": [], "removed": [], "organizations": []}
    assert payload.narrow(data | {"division": "330106"}, lambda _: True) is not None
    if "division" not in payload.model_fields:
        assert payload.narrow(data, lambda _: False) == (event, data)
