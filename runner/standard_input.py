r"""The process's standard input, which `\copy … FROM pstdin` reads.

It comes once, but a run needs it more often: for the target and for its reference, again after a
second look, for each of several targets. So it is kept on disk, in a file without a name.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from threading import Lock
from typing import IO, BinaryIO, cast

from runner.psql.source import Source

_NAME = "standard input"


class StandardInput:
    """What the scripts find there, one after the other: as for psql, the first one takes it all."""

    def __init__(self) -> None:
        self._is_taken = False

    def take(self) -> Source:
        """Gives all of it, and nothing from the second time on."""
        opener = io.BytesIO if self._is_taken else _open
        self._is_taken = True
        return Source(_NAME, lambda: cast(BinaryIO, opener()))


_lock = Lock()
_kept: IO[bytes] | None = None


def _open() -> io.RawIOBase:
    """Opens what has been kept, from its beginning; the first to ask waits until all is there."""
    global _kept  # there is one standard input
    with _lock:
        if _kept is None:
            kept = tempfile.TemporaryFile()  # noqa: SIM115 - open to the end of the process
            if sys.stdin is not None:  # it may be closed
                # Not its buffer: who waits there would hold up the end of the process.
                with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stream:
                    shutil.copyfileobj(stream, kept)
            kept.flush()
            _kept = kept
    return _Kept(_kept.fileno())


class _Kept(io.RawIOBase):
    """One reading, which has a position of its own."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self._pos = 0

    def read(self, size: int = -1) -> bytes:
        data = os.pread(self._fd, size, self._pos)
        self._pos += len(data)
        return data
