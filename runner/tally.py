"""What the server has confirmed of one script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.culprits import Suspects

if TYPE_CHECKING:
    from collections.abc import Sequence


class Tally:
    """Counts of one script: its statements, their rows; and what may have taken something away.

    Whoever runs scripts hears of each when the server begins with it, has answered the runner's
    own commands before it, and has ended it. None of that may raise.
    """

    def __init__(self) -> None:
        self.statements = self.rows = 0
        self.suspects = Suspects()

    def starts(self) -> None:
        """The server begins with it; said again with each message that holds some of it."""

    def told(self, answers: Sequence[bytes]) -> None:
        """The first values of the rows that the runner's own commands have given."""

    def ends(self) -> None:
        """The server is through with it."""
