"""What the programs of a script have done, so that they run once for each command of the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from runner.psql.source import Source


class Request(NamedTuple):
    """What one of the client programs of a shell script has sent.

    `client` is its number. With `parameters`, those of its connection, it is new. `failed` is
    whether the server refused it; None where it was not asked.
    """

    client: int
    text: bytes = b""
    data: Sequence[Source] = ()
    parameters: Mapping[str, str] | None = None
    failed: bool | None = False


class CommandRecord(NamedTuple):
    """A shell script that has ended, or a command of another script with its output.

    `environ` is what bash exports after it.
    """

    requests: Sequence[Request]
    environ: Mapping[str, str]
    output: bytes = b""
    status: int = 0


class Recording:
    """What `ran` for one script, in its order; `complete` when that has ended.

    `learn` is called with the text of each request.
    """

    def __init__(self, learn: Callable[[bytes], None]) -> None:
        self.complete = False
        self.ran: list[CommandRecord] = []
        self.learn = learn
