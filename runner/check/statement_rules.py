"""Which rules the statements of one script break. Pure."""

from __future__ import annotations

from runner.check.privilege_rules import RIGHTS_RULES, called
from runner.check.rule import Command, Rule, matching
from runner.check.transaction_rules import ENDS_IN_BODY, TRANSACTION_RULES, control_rule
from runner.psql.sql_text import ends_in_body, read_control, transaction_control

# Most statements of a schema and of a seed: no rule is about them.
_PLAIN = frozenset(b"SELECT INSERT UPDATE DELETE GRANT REVOKE".split())
_PLAIN_KINDS = {
    b"CREATE": b"TABLE VIEW SEQUENCE TRIGGER SCHEMA DOMAIN MATERIALIZED POLICY RULE TEMP TEMPORARY"
    b" UNLOGGED".split(),
    b"ALTER": b"SEQUENCE VIEW SCHEMA INDEX TYPE".split(),
    b"DROP": b"TABLE VIEW FUNCTION TRIGGER SEQUENCE TYPE SCHEMA".split(),
}
# Seeds have many of these, and long ones. Functions called in them are looked for only where the
# file has the name of one that reads files.
_RARELY_CALLS = frozenset(
    b"INSERT UPDATE DELETE COMMENT ALTER DROP GRANT REVOKE CREATE COPY SET".split()
)


class StatementRules:
    """Sees the commands of one script in their order: `in_block` is between BEGIN and COMMIT."""

    def __init__(self, *, in_transaction: bool) -> None:
        self.in_transaction = in_transaction
        self.in_block = False

    def see(self, command: Command, *, closely: bool = False) -> list[Rule]:
        """Gives the rules that the next command breaks."""
        found = [] if _is_plain(command) else self._by_words(command)
        if closely or command.first not in _RARELY_CALLS:
            found.append(called(command))
        return [rule for rule in found if rule is not None]

    def _by_words(self, command: Command) -> list[Rule | None]:
        """Gives what is wrong in the run's transaction, then what needs a superuser.

        The second only where the first is not an error already: one rewrite is enough.
        """
        rule = self._in_transaction(command) if self.in_transaction else None
        if rule and rule.severity == "error":
            return [rule]
        return [rule, matching(RIGHTS_RULES, command)]

    def _in_transaction(self, command: Command) -> Rule | None:
        if command.first == b"DO":
            return ENDS_IN_BODY if ends_in_body(command.text) else None
        rule = matching(TRANSACTION_RULES, command)
        # Between BEGIN and COMMIT of the script, and in a message of several commands psql has a
        # transaction, too.
        if rule and (rule.severity == "error" or (command.alone and not self.in_block)):
            return rule
        words = transaction_control(command.words)
        if words is None:
            return None
        control = read_control(command.text)
        if control is None or not command.alone:
            return control_rule(words)
        self.in_block = control.begins or (self.in_block and control.chains)
        return None


def _is_plain(command: Command) -> bool:
    """Whether no rule can be about a command, by its first words."""
    first, second, third = (*command.words, b"", b"", b"")[:3]
    if first == b"COMMENT":
        return third not in (b"EXTENSION", b"")
    if (first, second) == (b"ALTER", b"TABLE"):
        return not any(word in command.lower for word in (b"trigger", b"concurrently"))
    if first == b"CREATE" and b"INDEX" in command.words[1:3]:
        return b"CONCURRENTLY" not in command.words
    return first in _PLAIN or second in _PLAIN_KINDS.get(first, ())
