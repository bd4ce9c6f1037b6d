"""Fonts: a region's own come first, found by what they are called; without any Chinese one there is a clear refusal."""

import asyncio
from pathlib import Path

import pytest

from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.documents.rendering.fonts import NoFonts, choose_families, find_fonts
from shared.documents.rendering.process import Renderer
from tests.shared.documents.helpers import letter

NOTO = ["DejaVu Sans", "Noto Sans CJK SC", "Noto Serif CJK JP", "Noto Serif CJK SC"]
UNKNOWN = "\U0010fffd"
"""For private use, where fonts of symbols (OpenSymbol, which comes with LibreOffice) begin at U+E000: none has it."""


@pytest.mark.parametrize(
    ("own", "body", "title", "heading"),
    [
        (["仿宋_GB2312", "方正小标宋简体", "黑体"], "仿宋_GB2312", "方正小标宋简体", "黑体"),
        (["FangSong", "FZXiaoBiaoSong-B05S", "SimHei"], "FangSong", "FZXiaoBiaoSong-B05S", "SimHei"),
        ([], "Noto Serif CJK SC", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    ],
)
def test_d18_fonts__of_the_region_come_first(own: list[str], body: str, title: str, heading: str) -> None:
    found = choose_families([*own, *NOTO])
    first = {part: families[0] for part, families in found.items() if isinstance(families, list)}
    assert (first["body"], first["title"], first["heading"]) == (body, title, heading)
    for part in ("body", "title", "heading", "song"):
        families = found[part]
        assert isinstance(families, list)
        assert "Noto Serif CJK SC" in families, "what the first font lacks is taken from a wide one"
    assert found["title-weight"] == (400 if own else 700)


def test_d18_fonts__none_with_chinese_is_none() -> None:
    with pytest.raises(NoFonts):
        choose_families(["DejaVu Sans", "Noto Sans"])


@pytest.mark.usefixtures("chinese_fonts")
def test_d18_fonts__are_found_in_the_folder_that_the_setting_names(tmp_path: Path) -> None:
    with pytest.raises(NoFonts):
        find_fonts(tmp_path, system=False)
    for path in Path("/usr/share/fonts/opentype/noto").glob("NotoSerifCJK-Regular*"):
        (tmp_path / path.name).symlink_to(path)
    if not any(tmp_path.iterdir()):
        pytest.fail("fonts-noto-cjk is not where Debian has it")
    _, found = find_fonts(tmp_path, system=False)
    assert found["body"] == ["Noto Serif CJK SC"]


async def test_d18_fonts__missing_is_a_problem_that_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing) as refused:
        await Renderer(tmp_path, 20, system_fonts=False).render(letter(), "pdf")
    document = refused.value.document("zh")
    assert document["status"] == 503
    assert "fonts-noto-cjk" in str(document["detail"])
    assert (await Renderer(tmp_path, 20, system_fonts=False).render(letter(), "docx")).startswith(b"PK")


@pytest.mark.usefixtures("chinese_fonts")
async def test_d18_rendering__names_the_character_that_no_font_has() -> None:
    with pytest.raises(CharacterMissing) as refused:
        await Renderer(None, 20).render(letter(UNKNOWN), "pdf")
    assert refused.value.facts == {"character": UNKNOWN}


async def test_d18_rendering__ends_in_time() -> None:
    with pytest.raises(RenderingFailed) as refused:
        await Renderer(None, 0.001).render(letter(), "pdf")
    assert refused.value.status == 503


@pytest.mark.usefixtures("chinese_fonts")
async def test_d18_rendering__leaves_the_event_loop_free() -> None:
    ticks, done = 0, asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.create_task(tick())
    content = await Renderer(None, 20).render(letter("字" * 3000), "pdf")
    done.set()
    await ticking
    assert content.startswith(b"%PDF-")
    assert ticks >= 10
