"""Which rules the statements of one script break. Pure."""

from __future__ import annotations

from runner.check.rule import Command, Rule, matching
from runner.check.transaction_rules import ENDS_IN_BODY, TRANSACTION_RULES, control_rule
from runner.psql.sql_text import ends_in_body, read_control, transaction_control

# Most statements of a schema and of a seed: no rule is about them.
_PLAIN = frozenset(b"SELECT INSERT UPDATE DELETE GRANT REVOKE COMMENT".split())
_PLAIN_KINDS = {
    b"CREATE": b"TABLE VIEW SEQUENCE TRIGGER SCHEMA DOMAIN MATERIALIZED POLICY RULE TEMP TEMPORARY"
    b" UNLOGGED".split(),
    b"ALTER": b"SEQUENCE VIEW SCHEMA INDEX TYPE".split(),
    b"DROP": b"TABLE VIEW FUNCTION TRIGGER SEQUENCE TYPE SCHEMA".split(),
}


class StatementRules:
    """Sees the commands of one script in their order: `in_block` is between BEGIN and COMMIT.

    Without `in_transaction` each statement is committed by itself, and no rule is about it.
    """

    def __init__(self, *, in_transaction: bool) -> None:
        self.in_transaction = in_transaction
        self.in_block = False

    def see(self, command: Command) -> Rule | None:
        """Gives the rule that the next command breaks."""
        if not self.in_transaction or _is_plain(command):
            return None
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
    first, second = (*command.words, b"", b"")[:2]
    if (first, second) == (b"ALTER", b"TABLE"):
        return b"concurrently" not in command.lower
    if first == b"CREATE" and b"INDEX" in command.words[1:3]:
        return b"CONCURRENTLY" not in command.words
    return first in _PLAIN or second in _PLAIN_KINDS.get(first, ())
