"""Records of the programs that a script ran, so that each runs once per command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from runner.psql.source import Source


class Request(NamedTuple):
    """A request from a client program of a shell script.

    `client` is its number. `parameters` are those of a new connection. `failed` is whether the
    server refused the request; None if it was not sent.
    """

    client: int
    text: bytes = b""
    data: Sequence[Source] = ()
    parameters: Mapping[str, str] | None = None
    failed: bool | None = False


class CommandRecord(NamedTuple):
    """A shell script that has ended, or a command of another script with its output.

    `environ` holds the variables that bash exports after it.
    """

    requests: Sequence[Request]
    environ: Mapping[str, str]
    output: bytes = b""
    status: int = 0


class Recording:
    """The commands that one script `ran`, in order; `complete` when the script has ended.

    `add_facts` is called with the text of each request.
    """

    def __init__(self, add_facts: Callable[[bytes], None]) -> None:
        self.complete = False
        self.ran: list[CommandRecord] = []
        self._add_facts = add_facts
        self._learned: set[tuple[str | None, bytes]] = set()

    def learn(self, login: str | None, text: bytes) -> None:
        """Add the facts of a request, once, also if the script runs again."""
        if (login, text) not in self._learned:
            self._learned.add((login, text))
            self._add_facts(text)

    def forget(self) -> None:
        """Let the script run again."""
        self.complete = False
        self.ran.clear()
