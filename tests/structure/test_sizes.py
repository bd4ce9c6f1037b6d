"""Files and folders stay small enough to be read: split by noun before they grow (CONTRIBUTING)."""

from collections import Counter

from tests.conftest import REPOSITORY

PRODUCT = ("services", "shared", "shuangfu", "benchmarks")
MOST_LINES = 220
MOST_FILES = 14


def sources() -> list[str]:
    """Every Python file of the product, migrations aside: those are frozen, one file each."""
    found = [path.relative_to(REPOSITORY) for part in PRODUCT for path in (REPOSITORY / part).rglob("*.py")]
    return sorted(str(path) for path in found if "versions" not in path.parts)


def test_files__have_at_most_220_lines() -> None:
    assert len(sources()) > 200
    long = {path: lines for path in sources() if (lines := (REPOSITORY / path).read_text().count("\n")) > MOST_LINES}
    assert long == {}


def test_folders__have_at_most_14_files() -> None:
    files = Counter(path.rpartition("/")[0] for path in sources())
    assert {folder: count for folder, count in files.items() if count > MOST_FILES} == {}
