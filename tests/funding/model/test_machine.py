"""The chain, dues, pools, payment orders, notices and ledger in any order, against books in memory (issue 15).

Longer, and with other orders each time: MODEL_EXAMPLES=2000 .venv/bin/python -m pytest -n 0 tests/funding/model
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services.funding.app import create_app
from services.funding.requirements import PublicNotice
from services.funding.settings import Settings
from shared.db.sealing import FieldKeys
from shared.field.policies import PolicyBook
from shared.settings import ServiceSettings
from shuangfu.embedded.field_keys import embedded_account_keys
from tests.funding.grants.settling.helpers import require
from tests.funding.model.noticing import PUBLISHED, Noticing

EXAMPLES = os.environ.get("MODEL_EXAMPLES")


@pytest.fixture
async def funding_app(settings_for: Callable[[str], Awaitable[ServiceSettings]], tmp_path: Path) -> FastAPI:
    app = create_app(cast("Settings", await settings_for("funding")))
    require(app)
    app.state.account_keys = FieldKeys(embedded_account_keys(tmp_path))
    published = {"public_notice": PublicNotice(working_days=5)}
    app.state.schemes = PolicyBook(
        [
            replace(one, parameters=one.parameters.model_copy(update=published)) if one.id == PUBLISHED else one
            for one in app.state.schemes.policies
        ]
    )
    return app


def test_s25_h33_in_any_order_with_crashes_and_repeats_the_books_are_those_of_the_model(
    funding_app: FastAPI,
) -> None:
    with asyncio.Runner() as runner:

        class Machine(Noticing):
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
