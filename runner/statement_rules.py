"""Which rules a script's statements break, one statement after the other. Pure."""

from __future__ import annotations

import re

from runner.psql.words import first_words, tokens, transaction_control
from runner.rules import Rule, matching, shape
from runner.rules_rights import RIGHTS_RULES, called
from runner.rules_transaction import TRANSACTION_RULES

_NEEDLES = (b"pg_read_", b"pg_ls_dir", b"pg_stat_file", b"lo_import", b"lo_export", b"set_config")
# To look for them in either case costs a copy.
_SMALL = 1 << 16
_FIRST = re.compile(rb"[A-Za-z]+")
_BLOCK_WORDS = frozenset({b";", b"BEGIN", b"THEN", b"ELSE", b"LOOP"})


class StatementRules:
    """Sees the statements of one script in their order, for a BEGIN makes a difference."""

    def __init__(self, *, in_transaction: bool) -> None:
        self.in_transaction = in_transaction
        self._in_block = False

    def see(self, command: bytes, *, alone: bool) -> list[Rule]:
        """Gives the rules that the next command breaks; `alone` in its message, or not."""
        word = _FIRST.match(command)
        first = word.group().upper().decode() if word else ""
        rule = None
        if not word or first in TRANSACTION_RULES or first in RIGHTS_RULES or first in _CONTROL:
            rule = self._by_words(command, alone=alone)
        elif first == "DO" and self.in_transaction:
            rule = _ENDS_IN_BODY if _controls(command) else None
        return [found for found in (rule, _called(command)) if found is not None]

    def _by_words(self, command: bytes, *, alone: bool) -> Rule | None:
        first, rest = shape(command)
        rule = None
        if self.in_transaction:
            rule = matching(TRANSACTION_RULES, first, rest)
            # Between a BEGIN and a COMMIT of the script, which are findings themselves, and in
            # a message of several statements Docker has a transaction too.
            if rule and rule.severity == "warning" and (self._in_block or not alone):
                rule = None
            rule = rule or self._control(command)
        return rule or matching(RIGHTS_RULES, first, rest)

    def _control(self, command: bytes) -> Rule | None:
        control = transaction_control(first_words(command))
        if control is None:
            return None
        self._in_block = control in (b"BEGIN", b"START TRANSACTION")
        return Rule(
            (),
            _ANY,
            f"{control.decode()} would end or split the one transaction of the run",
            "psql sends it, and the script has transactions of its own",
            "refused: all scripts are one transaction, which the runner commits",
            "Leave it out. To run the scripts as psql does, use --transaction none.",
        )


_ANY = re.compile("")
_CONTROL = frozenset("BEGIN START COMMIT END ABORT ROLLBACK PREPARE".split())
_ENDS_IN_BODY = Rule(
    (),
    _ANY,
    "a DO block with COMMIT or ROLLBACK cannot run in a transaction",
    "psql sends it by itself, and it runs",
    "refused when it gets there (2D000)",
    "Leave them out. To run the scripts as psql does, use --transaction none.",
    "warning",
)


def _controls(command: bytes) -> bool:
    """Whether a DO block's body has a COMMIT or ROLLBACK where a statement begins."""
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
    return called(command) if any(needle in text for needle in _NEEDLES) else None
