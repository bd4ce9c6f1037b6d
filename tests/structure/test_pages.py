"""What the pages name is there: files by their path, tests by the beginning of their name."""

import re
from pathlib import Path

from tests.conftest import REPOSITORY

PAGES = [
    *(REPOSITORY / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "README.zh-CN.md")),
    *sorted((REPOSITORY / "docs" / "how-to").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "reference").glob("*.md")),
    *sorted(REPOSITORY.glob("services/*/README.md")),
    *sorted(REPOSITORY.glob("shared/*/README.md")),
]
PATH = re.compile(r"`((?:deploy|policies|services|shared|shuangfu|tests)/[\w/.-]+\.(?:py|md|yml|sql))`")
TEST = re.compile(r"`(test_\w+?)(?:…|\.py)?`")


def named(pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """By page, what it names."""
    return {page.name: set(pattern.findall(page.read_text(encoding="utf-8"))) for page in PAGES}


def test_pages__name_files_that_are_there() -> None:
    found = named(PATH)
    assert sum(map(len, found.values())) > 30
    missing = {page: sorted(p for p in paths if not (REPOSITORY / p).exists()) for page, paths in found.items()}
    assert {page: paths for page, paths in missing.items() if paths} == {}


def test_pages__name_tests_that_are_there() -> None:
    sources = [path for path in (REPOSITORY / "tests").rglob("test_*.py") if path != Path(__file__)]
    tests = {name for path in sources for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))}
    tests |= {path.stem for path in sources}
    found = named(TEST)
    assert sum(map(len, found.values())) > 20
    missing = {page: [n for n in names if not any(t.startswith(n) for t in tests)] for page, names in found.items()}
    assert {page: names for page, names in missing.items() if names} == {}
