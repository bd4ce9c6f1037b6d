"""The Chinese pages keep step with the English ones: pages, headings, code, names; and they are in good Chinese."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.running.pages import BLOCK, commands, headings

ENGLISH, CHINESE = REPOSITORY / "docs" / "how-to", REPOSITORY / "docs" / "zh" / "how-to"
README, README_ZH = REPOSITORY / "README.md", REPOSITORY / "README.zh-CN.md"
PAGES = sorted(page.name for page in ENGLISH.glob("*.md"))
CALQUES = (
    *("房间", "嵌入方式", "嵌入式模式", "逐个杀死", "杀死", "杀掉", "换回以前的镜像", "凌晨三点", "早上三点"),
    *("毒事件", "毒丸", "有毒的", "工人", "工作者", "收件盒", "发件盒", "出盒", "入盒", "死信件", "令牌的主语"),
    *("在门前", "站在前面", "谁有两者", "逐字打印", "什么都不丢失", "让它在", "被恢复成", "它的结束", "在路上的"),
)
"""Words that were translated one by one, and what a reader stumbles over."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
QUOTED = re.compile(r"`[^`]+`")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Without code."""
    return QUOTED.sub("", BLOCK.sub("", read(path)))


def by_section(path: Path) -> list[tuple[int, list[str]]]:
    """The level of each heading, and the code blocks below it as they stand."""
    text = read(path)
    places = [0, *(found.start() for found in re.finditer(r"^#+ ", BLOCK.sub(_blank, text), re.MULTILINE)), len(text)]
    parts = [text[start:end] for start, end in pairwise(places)]
    return [(len(re.match("#*", part)[0]), [found[0] for found in BLOCK.finditer(part)]) for part in parts]  # type: ignore[index]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def anchors(path: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    titles = [title for _, title in headings(read(path))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_t49_pages__are_the_same_in_both_languages() -> None:
    assert len(PAGES) >= 7
    assert sorted(page.name for page in CHINESE.glob("*.md")) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_t49_pages__have_the_same_headings_and_code_in_the_same_places(name: str) -> None:
    assert by_section(CHINESE / name) == by_section(ENGLISH / name)


@pytest.mark.parametrize("name", PAGES)
def test_t49_pages__name_the_same_things(name: str) -> None:
    english, chinese = (set(QUOTED.findall(BLOCK.sub("", read(folder / name)))) for folder in (ENGLISH, CHINESE))
    assert english - chinese == set()
    assert chinese - english == set()


@pytest.mark.parametrize("name", PAGES)
def test_t49_pages__lead_to_each_other(name: str) -> None:
    assert f"[中文](../zh/how-to/{name})" in read(ENGLISH / name)
    assert f"[English](../../how-to/{name})" in read(CHINESE / name)
    assert f"(docs/zh/how-to/{name})" in read(README_ZH)
    assert f"(docs/how-to/{name})" in read(README)
    english, chinese = (LINK.findall(prose(folder / name)) for folder in (ENGLISH, CHINESE))
    own = {Path(link.partition("#")[0]).name for link in english} - {name}
    assert {Path(link.partition("#")[0]).name for link in chinese} - {name} == own
    assert [link for link in chinese if "how-to" in link] == [f"../../how-to/{name}"], "a page of the other language"


@pytest.mark.parametrize("page", [README, README_ZH, *sorted(ENGLISH.glob("*.md")), *sorted(CHINESE.glob("*.md"))])
def test_t49_links__lead_to_what_is_there(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith("http"):
            continue
        file, _, anchor = link.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), link
        assert not anchor or there.suffix != ".md" or anchor in anchors(there), link


def test_t49_readme__has_the_same_commands_and_headings_in_both_languages() -> None:
    def bare(path: Path) -> list[tuple[str, tuple[str, ...]]]:
        return [(re.sub(r"\s+#\s.*$", "", one.text, flags=re.MULTILINE), one.shown) for one in commands(path)]

    assert len(bare(README)) > 10
    assert bare(README_ZH) == bare(README)
    assert [level for level, _ in headings(read(README_ZH))] == [level for level, _ in headings(read(README))]


@pytest.mark.parametrize("page", [README_ZH, *sorted(CHINESE.glob("*.md"))], ids=lambda page: page.name)
def test_t49_chinese__has_no_calques_and_its_own_marks(page: Path) -> None:
    text = prose(page).replace("党群工作者", "")  # the field's own word (S15)
    assert [word for word in CALQUES if word in text] == []
    assert HALF_WIDTH.findall(LINK.sub("", text)) == []
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 150
