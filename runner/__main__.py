"""`python -m runner`, and the console script."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit with its code.

    The garbage collector runs rarely: a run creates few cycles, and collections during imports
    would take a tenth of the time of a small run. All output is flushed when `main` returns, so
    os._exit() skips the finalization of Python. Finalization takes longer, and after a Ctrl-C that
    was raised inside `exec` (as dataclasses are created) it would end the process by SIGINT, even
    if the exception was handled: see unhandled_keyboard_interrupt in CPython's Modules/main.c.
    """
    gc.set_threshold(100_000)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:  # closed: the next file or socket would get its number
            null = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(null, True)
            setattr(sys, name, os.fdopen(null, "w" if number else "r"))
    from runner.cli import main as cli

    os._exit(cli.main())


if __name__ == "__main__":
    main()
