"""Chinese fonts, which printed documents need: where they are missing, CI fails, and elsewhere the test is left out."""

import os

import pytest

from shared.documents.rendering.fonts import NoFonts, find_fonts


@pytest.fixture(scope="session")
def chinese_fonts() -> None:
    """Some Chinese font is installed."""
    try:
        find_fonts(None)
    except NoFonts:
        if os.environ.get("CI"):
            raise
        pytest.skip("no Chinese font is installed: apt install fonts-noto-cjk")
