"""Chinese fonts, which printed documents need: where they are missing, CI fails, and elsewhere the test is left out."""

import pytest

from shared.documents.rendering.fonts import NoFonts, find_fonts
from tests.running.programs import leave_out


@pytest.fixture(scope="session")
def chinese_fonts() -> None:
    """Some Chinese font is installed."""
    try:
        find_fonts(None)
    except NoFonts:
        leave_out("no Chinese font is installed: apt install fonts-noto-cjk")
