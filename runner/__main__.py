"""`python -m runner`, and the command `runner`."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> int:
    """The command line in a process of its own; returns the exit code.

    Hardly anything that a run leaves behind is in cycles. Looking for them while modules are
    imported, and once more at the end, would take a fifth of the time of a small run.
    """
    gc.set_threshold(100_000)
    from runner import cli
    from runner.errors import Interrupted

    code = cli.main()
    if code == Interrupted.exit_code:
        _leave(code)  # all that was told is flushed
    gc.freeze()
    return code


def _leave(code: int) -> NoReturn:
    """Ends with this exit code and no other.

    Python would end by SIGINT instead when the interrupt had once gone through `exec`, which is
    how dataclasses are made while a module is imported (unhandled_keyboard_interrupt in
    CPython's Modules/main.c), although it was caught later.
    """
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
