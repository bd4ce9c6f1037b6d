"""`shuangfu`, and `python -m shuangfu`."""

import gc

from typer import Typer


def load_commands() -> Typer:
    """The command line, imported without searching what stays for garbage: neither now nor when the process ends.

    Measured: 1.4 instead of 2.2 seconds of a processor for a command that only prints.
    """
    gc.disable()
    try:
        from shuangfu.cli import app
    finally:
        gc.enable()
    gc.freeze()
    return app


def run() -> None:
    """What the installed program does."""
    load_commands()()


if __name__ == "__main__":
    run()
