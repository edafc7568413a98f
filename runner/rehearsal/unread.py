"""What is left of a script after an error that ends its reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.errors import Place
    from runner.psql.source import Source

_INCLUDES = re.compile(r"\s*\\i")
_LONGEST = 1 << 20  # bytes


def unread(place: Place) -> str:
    """What was not looked at after an error that ended the reading of a script."""
    after = f" after line {place.line}" if place.line else ""
    outer = "".join(f", and what follows it in {one}" for one in reversed(place.included_from))
    return f"{place.script}{after}{outer}"


def rest_of(source: Source, place: Place) -> bytes | None:
    """What stands after that line of the script; None if it is not known, or long."""
    if place.included_from or not place.line or _INCLUDES.match(place.source or ""):
        return None
    with source.open() as stream:
        for _ in range(place.line - 1):
            stream.readline()
        rest = stream.read(_LONGEST + 1)
    is_known = len(rest) <= _LONGEST and b"\0" not in rest
    return b";" + rest.partition(b"\n")[2].strip() if is_known else None
