"""What the tests of identity and scope share."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[structlog.typing.EventDict]]:
    """Tracebacks with every local variable take seconds to draw, and nobody looks at them here."""
    with structlog.testing.capture_logs() as found:
        yield found
