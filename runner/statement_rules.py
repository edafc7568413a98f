"""Which rules a script's statements break, one statement after the other. Pure."""

from __future__ import annotations

import re

from runner.psql.words import first_words, tokens, transaction_control
from runner.rules import Rule, is_plain, matching, shape
from runner.rules_rights import RIGHTS_RULES, called
from runner.rules_transaction import TRANSACTION_RULES

# To look for them in either case costs a copy.
_SMALL = 1 << 16
_BLOCK_WORDS = frozenset({b";", b"BEGIN", b"THEN", b"ELSE", b"LOOP"})


class StatementRules:
    """Sees the statements of one script in their order, for a BEGIN makes a difference."""

    def __init__(self, *, in_transaction: bool) -> None:
        self.in_transaction = in_transaction
        self._in_block = False

    def see(self, command: bytes, *, alone: bool, closely: bool = False) -> list[Rule]:
        """Gives the rules that the next command breaks; `alone` in its message, or not.

        Functions that INSERTs call are looked at `closely` only: there may be many, and large.
        """
        rules = () if is_plain(command) else self._by_words(command, alone=alone)
        call = _called(command) if closely or not _CALLS_NOTHING.match(command) else None
        slot = _MAKES_SLOT if self.in_transaction and _makes_slot(command) else None
        return [found for found in (*rules, call, slot) if found is not None]

    def _by_words(self, command: bytes, *, alone: bool) -> tuple[Rule | None, Rule | None]:
        """Gives what the transaction and what the rights have against it.

        The second only where the first is no error already: one rewrite is enough.
        """
        first, rest = shape(command)
        rule = None
        if self.in_transaction and first == "DO":
            rule = _ENDS_IN_BODY if _controls(command) else None
        elif self.in_transaction:
            rule = matching(TRANSACTION_RULES, first, rest)
            # Between a BEGIN and a COMMIT of the script, which are findings themselves, and in
            # a message of several statements Docker has a transaction too.
            if rule and rule.severity == "warning" and (self._in_block or not alone):
                rule = None
            rule = rule or self._control(command)
        if rule and rule.severity == "error":
            return rule, None
        return rule, matching(RIGHTS_RULES, first, rest)

    def _control(self, command: bytes) -> Rule | None:
        control = transaction_control(first_words(command))
        if control is None:
            return None
        self._in_block = control in (b"BEGIN", b"START TRANSACTION")
        return Rule(
            (),
            "",
            f"{control.decode()} would end or split the one transaction of the run",
            "psql sends it, and the script has transactions of its own",
            "refused: all scripts are one transaction, which the runner commits",
            "Leave it out. To run the scripts as psql does, use --transaction none.",
        )


_CALLS_NOTHING = re.compile(
    rb"(?i)(?:INSERT|UPDATE|DELETE|COMMENT|ALTER|DROP|GRANT|REVOKE|CREATE|COPY|SET)\b"
)
_ENDS_IN_BODY = Rule(
    (),
    "",
    "a DO block with COMMIT or ROLLBACK cannot run in a transaction",
    "psql sends it by itself, and it runs",
    "refused when it gets there (2D000)",
    "Leave them out. To run the scripts as psql does, use --transaction none.",
    "warning",
)
# CreateInitDecodingContext in src/backend/replication/logical/logical.c
_SLOT = re.compile(rb"(?i)PG_(?:CREATE|COPY)_LOGICAL_REPLICATION_SLOT\Z")
_MAKES_SLOT = Rule(
    (),
    "",
    "a logical replication slot cannot be made in a transaction that has written",
    "psql sends it by itself, and it runs",
    "refused inside the one transaction of the run (25001)",
    "Make it outside the scripts. To run them as psql does, use --transaction none.",
    "warning",
)


def _makes_slot(command: bytes) -> bool:
    """Whether a SELECT calls one of these functions."""
    if command[:1] not in b"Ss" or len(command) > _SMALL:
        return False
    if b"_replication_slot" not in command.lower():
        return False
    return any(token.kind == "word" and _SLOT.match(token.text) for token in tokens(command))


def _controls(command: bytes) -> bool:
    """Whether a DO block's body has a COMMIT or ROLLBACK where a statement begins."""
    lower = command.lower()
    if b"commit" not in lower and b"rollback" not in lower:
        return False  # its words are looked at one by one only where that may help
    for body in tokens(command):
        if body.kind != "dollar":
            continue
        before = b";"
        for token in tokens(body.text[body.text.index(b"$", 1) + 1 :]):
            if before in _BLOCK_WORDS and token.text in (b"COMMIT", b"ROLLBACK"):
                return True
            before = token.text
    return False


def _called(command: bytes) -> Rule | None:
    text = command.lower() if len(command) < _SMALL else command
    if b"set_config" in text or b"pg_" in text or b"lo_import" in text or b"lo_export" in text:
        return called(command)
    return None
