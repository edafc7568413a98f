"""The templates of statements, filled with the names and properties of an object. Pure.

`statements.txt` has them, and says what the signs in them mean.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from runner.diff.item import Alternatives, Commands, literal, options, setting

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{([^{}|:]+)(?::(\w+))?(?:\|([^{}]*))?\}")
_FORMATS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "literal": literal,
    "with": lambda text: ", ".join(setting(*one, " = ") for one in options(text).items()),
    "foreign": lambda text: ", ".join(setting(*one) for one in options(text).items()),
}


@cache
def templates() -> Mapping[str, list[str]]:
    """Return the templates by what they are for: `create table`, `alter column type`."""
    text = resources.files("runner.diff").joinpath("statements.txt").read_text("utf-8")
    found = defaultdict[str, list[str]](list)
    for line in text.splitlines():
        name, is_template, template = line.partition(": ")
        if not is_template or line.startswith("#"):
            continue
        for part in re.findall("<[A-Z ]+>", template):
            template = template.replace(part, found[part][0])
        first, *others = name.split("|")
        kind = first.rpartition(" ")[0]
        for one in (first, *(f"{kind} {other}" for other in others)):
            found[one].append(template.replace("\\n", "\n"))
    return dict(found)


def fill(template: str, values: Mapping[str, str]) -> Commands | None:
    """Return the commands; None where the object lacks a property that they need."""

    def optional(found: re.Match[str]) -> str:
        return found[1] if has_all(found[1]) else ""

    def value(found: re.Match[str]) -> str:
        given = values.get(found[1])
        return _FORMATS[found[2] or ""](given) if given else found[3]

    def has_all(part: str) -> bool:
        return all(values.get(one[1]) or one[3] is not None for one in _FIELD.finditer(part))

    commands = [_OPTIONAL.sub(optional, one) for one in template.split("; ")]
    if not all(map(has_all, commands)):
        return None
    return tuple(_FIELD.sub(value, one).strip() for one in commands)


def alternatives(name: str, values: Mapping[str, str]) -> Alternatives:
    """Return the commands of each template of this name that can be filled."""
    filled = (fill(one, values) for one in templates().get(name, ()))
    return tuple(one for one in filled if one is not None)
