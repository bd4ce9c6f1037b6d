"""`make pictures`: twelve of the console's pages with the demonstration's data, at a desk and on a telephone."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from shared.settings import TREE
from tests.console.browser.conftest import Served, Watched, serve
from tests.console.pages.conftest import BUILD, PATIENCE, leave, settle, visit
from tests.running.programs import find_program
from tests.running.serving import demo

FOLDER = TREE / "docs" / "pictures"
WIDTHS: dict[int, ViewportSize] = {1440: {"width": 1440, "height": 900}, 390: {"width": 390, "height": 844}}
QUALITY = 70
"""Of JPEG, in percent: letters stay sharp, and a picture small."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as it is seen from a seat; of a list the first record, where `opened`."""

    name: str
    seat: str
    path: str
    opened: bool = False


PICTURES = (
    Picture("worklist", "xihu-district", "/tasks"),
    Picture("organization", "xihu-district", "/organizations", opened=True),
    Picture("formation-case", "xihu-district", "/formation-cases", opened=True),
    Picture("joint-plan", "xihu-district", "/joint-plans", opened=True),
    Picture("areas", "xihu-district", "/areas"),
    Picture("coverage", "xihu-district", "/coverage"),
    Picture("evaluation", "xihu-rater", "/evaluations", opened=True),
    Picture("incubatee", "xihu-incubator", "/incubatees", opened=True),
    Picture("grants", "xihu-approver", "/grants"),
    Picture("overview", "hangzhou-leader", "/overview"),
    Picture("policies", "hangzhou-auditor", "/policies"),
    Picture("operations", "hangzhou-operator", "/operations"),
)


def main() -> int:
    """Writes `docs/pictures/<name>-<width>.jpg`; returns 1 where a page reported an error."""
    if not (BUILD / "index.html").exists():
        print("pictures: the console is not built; `make console` builds it", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_program("chromium", "no picture is taken"), args=["--no-sandbox"]
        )
        errors = [error for served in _demonstrated(Path(folder)) for error in _take_all(chromium, served)]
        chromium.close()
    for error in errors:
        print(f"pictures: {error}", file=sys.stderr)
    return 1 if errors else 0


def _demonstrated(folder: Path) -> Iterator[Served]:
    for served in serve(folder, BUILD):
        demo("--url", served.url, "--data", str(served.data))
        yield served


def _take_all(chromium: Browser, served: Served) -> Iterator[str]:
    """Takes every picture, in each width; gives the errors that pages reported."""
    for width, viewport in WIDTHS.items():
        for seat, pictures in groupby(PICTURES, key=lambda one: one.seat):
            context = chromium.new_context(
                base_url=served.url, locale="zh-CN", reduced_motion="reduce", viewport=viewport
            )
            context.set_default_timeout(PATIENCE)
            watched = Watched(context.new_page())
            watched.page.on("pageerror", lambda error, watched=watched: watched.errors.append(str(error)))
            watched.page.goto("/console/")
            watched.page.locator(f'button[value="{seat}"]').click()
            settle(watched)
            for picture in pictures:
                _take(watched, picture, FOLDER / f"{picture.name}-{width}.jpg")
            yield from watched.errors
            context.close()


def _take(watched: Watched, picture: Picture, target: Path) -> None:
    visit(watched, picture.path)
    if picture.opened:
        leave(watched, watched.page.locator("tbody tr.ant-table-row .cell-link").first.click)
    # Maps and charts draw themselves once their data is there.
    watched.page.wait_for_timeout(1000)
    watched.page.screenshot(path=target, type="jpeg", quality=QUALITY)
    print(f"{target.relative_to(TREE)}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
