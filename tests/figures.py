"""Faults, counted: a test's figures travel with its reports to where pytest sums them up."""

from __future__ import annotations

import json
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

# Another seed: other instants.
SEED = os.environ.get("RUNNER_TEST_SEED", "1")
PROPERTY = "faults"
_HEAD = ("injected", "survived", "as before", "applied")


class Missed(Exception):
    """The fault came too late to strike anything."""


@dataclass(slots=True)
class Figures:
    """Of each kind of fault: how many, how many with all as it must be, and what they left."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _kind: str = ""

    @contextmanager
    def fault(self, kind: str, which: str) -> Iterator[None]:
        """Counts one, and as survived when the block ends well; `which` is shown if it fails.

        Missed, raised inside, ends the block: nothing is counted then.
        """
        before, self._kind = self.counts.copy(), kind
        self.counts[kind, "injected"] += 1
        print(f"{kind}: {which}")  # noqa: T201, pytest shows it with a failure
        try:
            yield
        except Missed:
            self.counts = before
            return
        self.counts[kind, "survived"] += 1

    def became(self, verdict: str) -> None:
        """Counts what the present fault has left."""
        self.counts[self._kind, verdict] += 1

    def number(self, kind: str) -> int:
        """How many of this kind there were."""
        return self.counts[kind, "injected"]

    def to_text(self) -> str:
        """For a report, which may come from another process."""
        return json.dumps([[*key, count] for key, count in self.counts.items()])


def summary(reporter: pytest.TerminalReporter) -> None:
    """Prints the figures of all tests."""
    total: Counter[tuple[str, str]] = Counter()
    for reports in reporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "teardown":
                continue
            for name, value in report.user_properties:
                if name == PROPERTY:
                    total.update({(kind, what): n for kind, what, n in json.loads(value)})
    if not total:
        return
    kinds = sorted({kind for kind, _ in total})
    reporter.section(f"faults (RUNNER_TEST_SEED={SEED})")
    reporter.write_line(f"{'':40}" + "".join(f"{name:>12}" for name in _HEAD))
    for kind in kinds:
        values = "".join(f"{total[kind, name]:>12}" for name in _HEAD)
        reporter.write_line(f"{kind:40}{values}")
    sums = "".join(f"{sum(total[kind, name] for kind in kinds):>12}" for name in _HEAD)
    reporter.write_line(f"{'all':40}{sums}")
