"""What the programs of a script have done, so that they run once for each command of the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
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


class Recording:
    """The requests of a shell script in their order, once it is `complete`.

    `environ` is what bash exports after it. `learn` is told the text of each request. Of other
    scripts it has the output of their programs; two threads may ask for it.
    """

    def __init__(self, learn: Callable[[bytes], None]) -> None:
        self.complete = False
        self.environ: Mapping[str, str] = {}
        self.requests: list[Request] = []
        self._learn = learn
        self._outputs: dict[int, tuple[bytes, int]] = {}
        self._lock = Lock()

    def begin(self) -> None:
        """The script runs, perhaps again."""
        self.complete = False
        self.requests.clear()

    def add(self, request: Request) -> None:
        """The next request."""
        self.requests.append(request)
        if not request.failed:
            self._learn(request.text)

    def end(self, environ: Mapping[str, str]) -> None:
        """The script has ended well."""
        self.environ = environ
        self.complete = True

    def output(self, number: int, run: Callable[[], tuple[bytes, int]]) -> tuple[bytes, int]:
        """The output and the exit status of a script's program of this number."""
        with self._lock:
            if number not in self._outputs:
                self._outputs[number] = run()
            return self._outputs[number]
