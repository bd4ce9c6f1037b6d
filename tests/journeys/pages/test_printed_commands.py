"""Every command that README and docs/how-to print is typed in a fresh home, in the order of its page.

What a page shows of the output is compared. May differ: ids, instants, the day of a rectification's acceptance (today),
durations, ports, and the folder before a path;
on the pages of docs/how-to all figures, for they are those of the reader's data (README's first session begins with
none). `…` stands for any text. A read is repeated for some seconds until it shows what the page shows: events take
their time.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import REPOSITORY
from tests.journeys.pages.left_out import LEFT_OUT, NO_COMMANDS, STANDS_FOR
from tests.journeys.pages.places import ServedHome
from tests.running.pages import PROGRAMS, Printed, blocks, commands
from tests.running.shell import Done, Shell

HOW_TO = REPOSITORY / "docs" / "how-to"
PAGES = {
    "README": REPOSITORY / "README.md",
    **{page.stem: page for page in sorted(HOW_TO.glob("*.md"))},
    "xihu": REPOSITORY / "examples" / "xihu" / "README.md",
}
PRINTED = {name: commands(page) for name, page in PAGES.items()}
PATIENCE_SECONDS = 30.0
VARYING = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)": "<instant>",
    r"\b\d+(\.\d+)? (m?s)\b": r"<duration> \2",
    r"127\.0\.0\.1:\d+": "<address>",
    r"/[\w/.-]+(?=/\.local/)": "~",
    r"\d{4}-\d\d-\d\d(?= 验收)": "<today>",
}


@pytest.fixture(scope="module")
def server() -> Iterator[ServedHome]:
    """For all pages; not in pytest's own folder, which is closed to PostgreSQL's account."""
    with TemporaryDirectory(prefix="shuangfu-pages-") as folder:
        Path(folder).chmod(0o755)
        found = ServedHome(Path(folder))
        with found.program:
            try:
                yield found
            finally:
                found.end()


def reason_to_leave_out(page: str, text: str) -> str | None:
    """Why a command is not typed here, if it is not."""
    found = [reason for (where, start), reason in LEFT_OUT.items() if where == page and text.startswith(start)]
    return found[0] if found else None


def put_in(server: ServedHome, text: str) -> str:
    """What a reader puts in: the places and names of his own."""
    own = {
        "http://127.0.0.1:8000": server.url,
        "/mnt/kept": str(server.kept),
        "/var/lib/shuangfu/anchors": str(server.data / "anchors"),
        "/var/lib/shuangfu/backups": str(server.backups),
        "/path/to/policies:/new:ro": "policies",
        "load /new": f"load {REPOSITORY / 'policies'}",
        "shuangfu import ": f"shuangfu import --url {server.url} ",
        "list.xlsx": "examples/xihu/registrations.xlsx",
    }
    if "db.example" in text:
        own["postgresql://postgres:…@db.example:5432/postgres"] = f"'{server.administrator()}'"
    for printed, meant in own.items():
        text = text.replace(printed, meant)
    return text


def without_varying(text: str, *, figures: bool) -> str:
    """The text with marks instead of what may differ."""
    for pattern, mark in VARYING.items():
        text = re.sub(pattern, mark, text)
    return text if figures else re.sub(r"\d+(\.\d+)?", "<figure>", text)


def shows(printed: Printed, output: str, *, figures: bool) -> bool:
    """Whether the output is what the page shows below the command."""
    wanted = without_varying("\n".join(printed.shown), figures=figures)
    found = without_varying(output, figures=figures).strip()
    if printed.excerpt:
        wanted, found = (re.sub(r"\s", "", text) for text in (wanted, found))
    pattern = re.escape(wanted).replace("…", r"[\s\S]*?")
    return (re.search if printed.excerpt else re.fullmatch)(pattern, found) is not None


def typed(server: ServedHome, shell: Shell, printed: Printed, *, figures: bool) -> Done:
    """Type a command; a read again until it shows what it should."""
    text = put_in(server, printed.text)
    done = shell.type(text)
    done = Done(done.code, done.output.replace(f"{server.checkout}/", ""))
    reads = text.startswith("curl ") and " -X " not in text
    deadline = time.monotonic() + PATIENCE_SECONDS
    while reads and not shows(printed, done.output, figures=figures) and time.monotonic() < deadline:
        time.sleep(0.2)
        done = shell.type(text)
    return done


def faults_of(server: ServedHome, page: str) -> list[str]:
    """Type the commands of a page; a text for each that failed, or showed something else."""
    faults, exact = [], page == "README"
    with server.shell() as shell:
        for name, value in STANDS_FOR.get(page, {}).items():
            assert shell.type(f"{name}={value}").code == 0
        for printed in PRINTED[page]:
            if server.follow(page, printed.section, printed.text):
                # Elsewhere a server keeps its address.
                for earlier in PRINTED[page]:
                    if "db.example" in earlier.text:
                        shell.type(put_in(server, earlier.text))
            if reason_to_leave_out(page, printed.text) is not None:
                if printed.text.startswith("cd .. "):
                    shell.type("cd ..")
                continue
            done = typed(server, shell, printed, figures=exact)
            # A search that finds nothing of what should not be there ends with 1.
            good = done.code == 0 or (done.code == 1 and not done.output and "| grep " in printed.text)
            if not good or (printed.shown and not shows(printed, done.output, figures=exact)):
                faults.append(f"{printed.section}: {printed.text}\nended with {done.code} and\n{done.output[-3000:]}")
    return faults


@pytest.fixture(scope="module")
def readme(server: ServedHome) -> list[str]:
    """The faults of the README's session, which the other pages go on from."""
    return faults_of(server, "README")


def test_t39_commands__of_the_readme_do_what_it_shows(readme: list[str]) -> None:
    assert not readme, "\n\n".join(readme)


@pytest.mark.parametrize("page", [page for page, printed in PRINTED.items() if printed and page != "README"])
def test_t39_commands__of_each_page_do_what_it_shows(server: ServedHome, readme: list[str], page: str) -> None:
    faults = faults_of(server, page)
    assert not faults, "\n\n".join(faults)


def test_t39_demonstration__prints_what_the_readme_shows(server: ServedHome) -> None:
    printed = [text for _, text in blocks(PAGES["README"].read_text(encoding="utf-8"))]
    [excerpt] = [text for text in printed if text.startswith("1  登记与组建检查")]
    with server.shell() as shell:
        done = shell.type("make demo")
    assert done.code == 0, done.output
    found = re.sub(r"\s+", " ", without_varying(done.output, figures=True))
    place = 0
    for line in without_varying(excerpt, figures=True).splitlines():
        there = found.find(re.sub(r"\s+", " ", line.strip()), place)
        assert there >= 0, f"{line}\nis not in\n{done.output}"
        place = there


def test_t39_commands__left_out_are_on_their_pages() -> None:
    stale = [key for key in LEFT_OUT if not any(one.text.startswith(key[1]) for one in PRINTED[key[0]])]
    assert stale == []
    for reason in LEFT_OUT.values():
        named = re.findall(r"tests/[\w/.]+", reason)
        assert named, reason
        assert [path for path in named if not (REPOSITORY / path.rstrip(".")).exists()] == []


def test_t39_blocks__that_hold_no_commands_are_known() -> None:
    found = {
        (name, text.splitlines()[0])
        for name, page in PAGES.items()
        for kind, text in blocks(page.read_text(encoding="utf-8"))
        if kind in ("", "sh") and not PROGRAMS.match(text)
    }
    assert found == NO_COMMANDS
