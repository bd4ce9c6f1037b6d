"""How a command's process begins."""

import subprocess
import sys

BEGIN = """
import gc
from shuangfu.__main__ import load_commands
collected = lambda: [generation["collections"] for generation in gc.get_stats()]
before = collected()
app = load_commands()
print(app.info.name, collected() == before, gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def test_command__imports_the_product_without_searching_it_for_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", BEGIN], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["shuangfu", "True", "True", "True"]
