"""Regular expressions that mean the same on every Python that the project runs on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Any

import runner

if TYPE_CHECKING:
    from collections.abc import Iterator

parser: Any = importlib.import_module("re._parser")


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every compiled pattern of every module."""
    for info in pkgutil.walk_packages(runner.__path__, "runner."):
        if info.name == "runner.__main__":
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if isinstance(value, bytes) and b"*+" in value:
                value = re.compile(value)
            if isinstance(value, re.Pattern):
                yield f"{info.name}.{name}", value


def possessive_groups(parsed: Any) -> Iterator[Any]:
    """The body of each possessive repeat that is more than one character."""
    for operator, argument in parsed:
        if str(operator) == "POSSESSIVE_REPEAT":
            body = argument[2]
            if len(body) != 1 or str(body[0][0]) not in ("IN", "LITERAL", "NOT_LITERAL", "ANY"):
                yield body
        yield from _below(argument)


def _below(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield from possessive_groups(argument)
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _below(part)


def may_be_empty(body: Any) -> bool:
    """Whether its last alternative is an empty one."""
    operator, argument = body[0]
    if str(operator) == "SUBPATTERN":
        return may_be_empty(argument[-1])
    return str(operator) == "BRANCH" and len(argument[1][-1]) == 0


def test_a_possessive_group_ends_with_an_empty_alternative() -> None:
    """Before 3.11.5 a last round that failed half-way left the position where it had come to.

    https://github.com/python/cpython/issues/106052
    """
    bad = []
    for name, pattern in patterns():
        bodies = possessive_groups(parser.parse(pattern.pattern, pattern.flags))
        if not all(may_be_empty(body) for body in bodies):
            bad.append(name)
    assert bad == []
