"""A handler goes by one name of its own in logs, metrics and dead letters, whatever is wrapped around it."""

import importlib
from collections.abc import Awaitable, Callable

import pytest

from shared.bus.handlers import handler_name
from shared.settings import ServiceSettings
from shuangfu.services import SERVICES, handlers_of, load


@pytest.mark.parametrize("service", SERVICES)
async def test_handlers__go_by_names_that_lead_to_them(
    service: str, settings_for: Callable[[str], Awaitable[ServiceSettings]]
) -> None:
    handlers = handlers_of(load(service), await settings_for(service))
    different = {id(handler): handler for kind in handlers.types if (handler := handlers.of(kind)) is not None}
    names = [handler_name(handler) or "" for handler in different.values()]
    assert len(set(names)) == len(names), "two handlers under one name"
    for name in names:
        module, _, function = name.rpartition(".")
        assert not function.startswith("_"), name
        assert callable(getattr(importlib.import_module(module), function)), name
