"""Many checks in one test, each failing one named."""

from collections.abc import Iterator
from contextlib import contextmanager


class Checks:
    """`with checks.of("what"):` around each; `all_checked` raises what failed of them."""

    def __init__(self) -> None:
        self._failed: list[str] = []

    @contextmanager
    def of(self, what: object) -> Iterator[None]:
        """One check: an AssertionError in it is remembered, and the next one begins."""
        try:
            yield
        except AssertionError as error:
            self._failed.append(f"{what}: {error}")

    def end(self) -> None:
        """Raises AssertionError with all that failed."""
        assert not self._failed, "\n".join(self._failed)


@contextmanager
def all_checked() -> Iterator[Checks]:
    """`with all_checked() as checks:` around all of them."""
    checks = Checks()
    yield checks
    checks.end()
