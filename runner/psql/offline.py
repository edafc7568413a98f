r"""What is not known while a script is read without a server.

Values that a query or the connection would give have no value then. An `\if` on one of them
is read with all its branches, none of which is certain to be taken.
"""

from __future__ import annotations

# Set from the connection, or by the last result. See SyncVariables in src/bin/psql/command.c
# and SetResultVariables in src/bin/psql/common.c.
_CONNECTION = frozenset(
    {"DBNAME", "USER", "HOST", "PORT", "SERVER_VERSION_NUM", "SERVER_VERSION_NAME"}
)
_RESULT = frozenset({"ROW_COUNT", "LASTOID"})


class Offline:
    """The variables without a known value. `uncertain` counts branches that may not be taken.

    `asks_where` is whether the script has asked for one that the connection gives,
    `knows_environ` whether nothing was run that may have changed the environment.
    """

    def __init__(self) -> None:
        self.uncertain = 0
        self.asks_where = False
        self.knows_environ = True
        self._unknown = set(_CONNECTION)
        self._prefixes: list[str] = []
        self._assigned: set[str] = set()

    def is_unknown(self, name: str, *, is_set: bool) -> bool:
        """Whether nobody can tell the value of a variable, which `is_set` or is not."""
        if name in self._unknown or name in _RESULT:
            self.asks_where |= name in _CONNECTION
            return True
        return not is_set and any(name.startswith(prefix) for prefix in self._prefixes)

    def may_be_unset(self, name: str) -> bool:
        """Whether it is not even known that an unknown variable has a value."""
        return name not in _CONNECTION

    def assigned(self, name: str) -> None:
        """The script sets a variable, or unsets it, perhaps in a branch that is not taken."""
        self._unknown.discard(name)
        if self.uncertain:
            self._assigned.add(name)

    def forget(self, name: str) -> None:
        """A variable gets a value that is not known."""
        self._unknown.add(name)

    def fetched(self, prefix: str, query: bytes, names: list[str]) -> None:
        r"""`\gset`: any variable with the prefix may have a new value now.

        One that had a value keeps it, unless the query speaks of its name or names no columns.
        """
        self._prefixes.append(prefix)
        text = query.decode("utf-8", "replace").lower()
        for name in names:
            column = name.removeprefix(prefix).lower()
            if name.startswith(prefix) and (column in text or "*" in text):
                self._unknown.add(name)

    def branch_ended(self) -> None:
        """What a branch has set is unknown after it, if it may not have been taken."""
        self._unknown |= self._assigned
        if not self.uncertain:
            self._assigned.clear()
