"""Keys that accounts are sealed with."""

from typing import Any

import pytest

from shared.db.sealing import FieldKeys
from shuangfu.embedded.field_keys import embedded_account_keys
from tests.funding.conftest import Funding


@pytest.fixture(autouse=True)
def _keys(funding: Funding, tmp_path: Any) -> None:
    funding.app.state.account_keys = FieldKeys(embedded_account_keys(tmp_path))
