"""`python -m shuangfu`."""

from shuangfu.cli import app

app()
