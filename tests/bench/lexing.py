"""Reading alone: a script to its steps, no server. Prints the processor time that it took."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from runner.psql.reader import read_script
from runner.psql.state import State
from runner.psql.steps import CopyData
from runner.scripts.files import Files
from runner.scripts.folder import read_folder

# Seconds: short readings are repeated.
LEAST = 0.25


def main() -> None:
    """`python -m tests.bench.lexing FOLDER`: the mean of as many readings as take a while."""
    folder = Path(sys.argv[1])
    (script,) = read_folder(folder).scripts
    readings, started = 0, time.process_time()
    while (taken := time.process_time() - started) < LEAST:
        source = replace(script.source, runs={})  # as if it had never been read
        for step in read_script(source, State(Files(folder))):
            if isinstance(step, CopyData):
                for _block in step.blocks:
                    pass
        readings += 1
    print(taken / readings)


if __name__ == "__main__":
    main()
