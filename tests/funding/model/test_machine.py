"""The chain, dues, pools and ledger in any order, against books in memory (issue 15).

Longer, and with other orders each time: MODEL_EXAMPLES=2000 .venv/bin/python -m pytest -n 0 tests/funding/model
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services.funding.app import create_app
from services.funding.settings import Settings
from shared.settings import ServiceSettings
from tests.funding.grants.settling.helpers import require
from tests.funding.model.bookkeeping import Funding

EXAMPLES = os.environ.get("MODEL_EXAMPLES")


@pytest.fixture
async def funding_app(settings_for: Callable[[str], Awaitable[ServiceSettings]]) -> FastAPI:
    app = create_app(cast("Settings", await settings_for("funding")))
    require(app)
    return app


def test_s25_h33_in_any_order_with_crashes_and_repeats_the_books_are_those_of_the_model(
    funding_app: FastAPI,
) -> None:
    with asyncio.Runner() as runner:

        class Machine(Funding):
            app = funding_app

        Machine.runner = runner
        try:
            run_state_machine_as_test(
                Machine,
                settings=settings(
                    max_examples=int(EXAMPLES or 20),
                    stateful_step_count=25,
                    derandomize=EXAMPLES is None,
                    database=None,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            runner.run(Machine.app.state.database.close())
