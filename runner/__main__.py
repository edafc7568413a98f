"""`python -m runner`, and the command `runner`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """The command line in a process of its own; returns the exit code.

    Hardly anything that a run leaves behind is in cycles. Looking for them while modules are
    imported, and once more at the end, would take a fifth of the time of a small run.
    """
    gc.set_threshold(100_000)
    from runner import cli

    code = cli.main()
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
