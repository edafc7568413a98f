"""Templates of statements, fill with the names and properties of an object. Pure.

`{type}` is a property; `{version:literal}` is written as SQL writes a text, `{options:with}` and
`{options:foreign}` as lists of options; `{new|DEFAULT}` has a value for an object without it.
`[ COLLATE {collation}]` is left out for an object without the property. `; ` is between commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from runner.diff.item import Alternatives, Commands, literal, options, setting

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{([^{}|:]+)(?::(\w+))?(?:\|([^{}]*))?\}")
_FORMATS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "literal": literal,
    "with": lambda text: ", ".join(setting(*one, " = ") for one in options(text).items()),
    "foreign": lambda text: ", ".join(setting(*one) for one in options(text).items()),
}


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


def alternatives(templates: Iterable[str], values: Mapping[str, str]) -> Alternatives:
    """Return the commands of each template that can be fill."""
    return tuple(found for one in templates if (found := fill(one, values)) is not None)
