"""pytest's hooks for a run: its servers, whether one process runs it or several, and what it says at its end."""

import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest

from shuangfu.embedded import processes
from tests.running.figures import LINES
from tests.running.servers import OwnServers, Servers, SharedServers
from tests.running.spread import Spread

_OWN = pytest.StashKey[OwnServers]()
_MISSING = pytest.StashKey[str]()
_ADDRESS, _SAID, _LEFT_OUT = "shuangfu_servers", "shuangfu_said", "shuangfu_left_out"
PORTS = processes.PORTS


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """Those of the run, in whichever process of it."""
    worker: dict[str, Any] | None = getattr(request.config, "workerinput", None)
    return _own_servers(request.config) if worker is None else SharedServers(worker[_ADDRESS])


def _own_servers(config: pytest.Config) -> OwnServers:
    if _OWN not in config.stash:
        config.stash[_OWN] = OwnServers()
    return config.stash[_OWN]


def pytest_configure(config: pytest.Config) -> None:
    """Workers draw ports from ranges of their own: what one means to restart on its port, no other is given."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    # Its servers have no TLS; to ask them first costs each connection a millisecond.
    os.environ.setdefault("PGSSLMODE", "disable")
    # As the Makefile does: or else every worker, and every command that a test starts, compiles all modules again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if worker is None:
        signal.signal(signal.SIGTERM, _interrupt)
    else:
        number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
        processes.PORTS = PORTS[number % count :: count]


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """As Ctrl-C: or else the servers would outlive the run."""
    raise KeyboardInterrupt


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The controller gives each worker the address of its servers."""
    node.workerinput[_ADDRESS] = _own_servers(node.config).address()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """See `spread`."""
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """However the run ended, its servers end."""
    if _OWN in config.stash:
        config.stash[_OWN].close()


def _kafka_missing() -> str | None:
    if os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP"):
        return None
    from shuangfu.embedded.kafka_jars import availability

    return availability()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Kafka its tests are left out aloud; with CI=true that is a failure."""
    _check_ids(items)
    needing = [item for item in items if item.get_closest_marker("kafka")]
    missing = _kafka_missing() if needing else None
    if missing is None:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"CI=true, but Kafka cannot run here: {missing}")
    config.stash[_MISSING] = f"KAFKA IS NOT HERE: {missing} — {len(needing)} Kafka tests are LEFT OUT of this run."
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Without collecting garbage: nothing of what is imported goes, and to search it costs a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not look at it again and again.

    Nor often at the rest: an app for each test is thousands of objects, and goes with the test's last reference to it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _check_ids(items: list[pytest.Item]) -> None:
    """Workers would take two tests of one id for one test."""
    repeated = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if repeated:
        raise pytest.UsageError(f"tests of one id, of which only one would be run: {repeated[:5]}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands what it has to say to the controller."""
    config = session.config
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output[_SAID] = LINES
        output[_LEFT_OUT] = config.stash.get(_MISSING, None)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller takes it."""
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    LINES.extend(output.get(_SAID, []))
    if output.get(_LEFT_OUT):
        node.config.stash[_MISSING] = output[_LEFT_OUT]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Seeds and figures, and the one loud line."""
    if LINES:
        terminalreporter.section("faults")
        for line in LINES:
            terminalreporter.line(line)
    if _MISSING in config.stash:
        terminalreporter.write_sep("!", config.stash[_MISSING], red=True, bold=True)
