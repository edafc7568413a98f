"""`python -m runner`, and the command `runner`."""

from __future__ import annotations

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """The command line in a process of its own, which ends with the exit code.

    Hardly anything that a run leaves behind is in cycles: looking for them while modules are
    imported would take a tenth of the time of a small run. All that was told is flushed by then,
    so the process ends at once; to take Python apart piece by piece would take longer, and after
    Ctrl-C could end in SIGINT: when the interrupt had once gone through `exec`, which is how
    dataclasses are made while a module is imported (unhandled_keyboard_interrupt in CPython's
    Modules/main.c), although it was caught later.
    """
    gc.set_threshold(100_000)
    from runner.cli import main as cli

    os._exit(cli.main())


if __name__ == "__main__":
    main()
