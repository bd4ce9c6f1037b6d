"""The port of `shuangfu serve`: it is ours from the first moment, or the sentence names it."""

import pytest

from shuangfu.embedded.listening import listen
from shuangfu.embedded.processes import EmbeddedServerError


def test_a_port_is_taken_from_the_moment_it_is_listened_on() -> None:
    """Also where the first server has not begun to answer: the second says so before it starts anything."""
    with listen(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(EmbeddedServerError) as refused:
            listen(port)
    assert str(refused.value) == (
        f"port {port} cannot be used: another program listens there; name another one by --port"
    )
    with listen(port) as again:
        assert again.getsockname()[1] == port, "free again once it is closed"


def test_a_port_that_no_machine_has_is_named() -> None:
    with pytest.raises(EmbeddedServerError, match="port 70000 cannot be used"):
        listen(70_000)
