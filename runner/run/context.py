"""What a run is given, with a transaction or without, or when the target is only compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.results import Notice

if TYPE_CHECKING:
    from runner.comparison import Verification
    from runner.connect.session import Session
    from runner.observer import Observer
    from runner.results import Target
    from runner.run.prepare import Prepared
    from runner.settings import Settings
    from runner.signals import Stop


@dataclass(frozen=True, slots=True)
class RunContext:
    """One command on one target. `stop` ends it from outside."""

    session: Session
    settings: Settings
    prepared: Prepared
    observer: Observer
    target: Target
    stop: Stop


def warn(observer: Observer, verification: Verification) -> None:
    """Reports what is no difference, but may be a mistake in the scripts."""
    for caution in verification.cautions:
        observer.notice(Notice("WARNING", caution.message, hint=caution.hint))
