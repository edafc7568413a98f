r"""psql's `\if` … `\endif` (src/fe_utils/conditional.c and command.c)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, Protocol

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, UnknownValue
from runner.psql.state import parse_boolean

# Of parentheses and of BEGIN … END, as `Lexer.depths`.
Depths = tuple[int, int]


class Branch(Enum):
    """The state of one `\\if` block: psql's `ifState`."""

    TRUE = 1
    FALSE = 2
    IGNORED = 3
    ELSE_TRUE = 4
    ELSE_FALSE = 5
    # Not psql's: without a server it is unknown whether the branch is taken.
    MAYBE = 6
    ELSE_MAYBE = 7


_UNCERTAIN = (Branch.MAYBE, Branch.ELSE_MAYBE)
_ACTIVE = (Branch.TRUE, Branch.ELSE_TRUE, *_UNCERTAIN)
_AFTER_ELSE = (Branch.ELSE_TRUE, Branch.ELSE_FALSE, Branch.ELSE_MAYBE)
_ELSE = {Branch.FALSE: Branch.ELSE_TRUE, Branch.MAYBE: Branch.ELSE_MAYBE}


class _Block(NamedTuple):
    """An open block: the depths at the start of its branch, the offset of its `\\if`.

    `uncertain_around` counts the enclosing branches that may not be taken.
    """

    branch: Branch
    depths: Depths
    offset: int
    uncertain_around: int


class Conditionals:
    """The open `\\if` blocks of one file, innermost last.

    The text of a branch not taken is lexed and discarded. psql then restores the depths from before
    the branch; the methods give those to go on with.
    """

    def __init__(self) -> None:
        self.blocks: list[_Block] = []

    @property
    def active(self) -> bool:
        return not self.blocks or self.blocks[-1].branch in _ACTIVE

    @property
    def uncertain(self) -> int:
        if not self.blocks:
            return 0
        return self.blocks[-1].uncertain_around + (self.blocks[-1].branch in _UNCERTAIN)

    def begin(self, depths: Depths, offset: int) -> None:
        """Enters a block. Its first branch is not taken, unless `take` is called next."""
        branch = Branch.FALSE if self.active else Branch.IGNORED
        self.blocks.append(_Block(branch, depths, offset, self.uncertain))

    def take(self, condition: bool | None) -> None:
        """Applies the condition of a branch; None if only a server knows its value."""
        if condition is None or condition:
            branch = Branch.TRUE if condition else Branch.MAYBE
            self.blocks[-1] = self.blocks[-1]._replace(branch=branch)

    def elif_(self, depths: Depths) -> tuple[bool, Depths]:
        r"""`\elif`: gives whether its condition counts, and the depths to go on with."""
        top = self._top("elif")
        branch, saved = top.branch, top.depths
        if branch in _AFTER_ELSE:
            raise ArgumentError(
                "\\elif: cannot occur after \\else", 0, "Move it before the \\else."
            )
        if branch is Branch.TRUE:
            self.blocks[-1] = top._replace(branch=Branch.IGNORED, depths=depths)
            return False, depths
        if branch is Branch.MAYBE:  # and so are all branches that follow
            return False, saved
        return branch is Branch.FALSE, saved

    def else_(self, depths: Depths) -> Depths:
        r"""`\else`: gives the depths to go on with."""
        top = self._top("else")
        branch = top.branch
        if branch in _AFTER_ELSE:
            raise ArgumentError("\\else: cannot occur after \\else", 0, "Leave one of them out.")
        depths = depths if branch is Branch.TRUE else top.depths
        self.blocks[-1] = top._replace(branch=_ELSE.get(branch, Branch.ELSE_FALSE), depths=depths)
        return depths

    def endif(self, depths: Depths) -> Depths:
        r"""`\endif`: gives the depths to go on with."""
        top = self._top("endif")
        self.blocks.pop()
        return depths if top.branch in _ACTIVE else top.depths

    def _top(self, command: str) -> _Block:
        if not self.blocks:
            hint = "Remove it, or write the \\if in the same file: it cannot be in another."
            raise ArgumentError(f"\\{command}: no matching \\if", 0, hint)
        return self.blocks[-1]


class BranchContext(Context, Protocol):
    """A Context with the open blocks of its file."""

    conditionals: Conditionals


def _condition(arguments: Arguments) -> bool | None:
    """The value of a condition: false if it is not a boolean, as in psql; None if unknown."""
    try:
        return parse_boolean(" ".join(arguments.rest())) or False
    except UnknownValue:
        arguments.active = False
        return None


def _branch(context: BranchContext) -> None:
    """Updates what is known without a server, when a branch ends or begins."""
    offline = context.state.offline
    if offline:
        offline.uncertain = context.uncertain + context.conditionals.uncertain
        offline.branch_ended()


def _if(arguments: Arguments, context: BranchContext) -> None:
    was_active = context.conditionals.active
    context.conditionals.begin(context.lexer.depths, context.command_offset)
    if was_active:
        context.conditionals.take(_condition(arguments))
    _branch(context)


def _elif(arguments: Arguments, context: BranchContext) -> None:
    counts, context.lexer.depths = context.conditionals.elif_(context.lexer.depths)
    if counts:
        arguments.active = True
        context.conditionals.take(_condition(arguments))
    _branch(context)


def _else(_arguments: Arguments, context: BranchContext) -> None:
    context.lexer.depths = context.conditionals.else_(context.lexer.depths)
    _branch(context)


def _endif(_arguments: Arguments, context: BranchContext) -> None:
    context.lexer.depths = context.conditionals.endif(context.lexer.depths)
    _branch(context)


BRANCHING: dict[str, Callable[[Arguments, BranchContext], None]] = {
    "if": _if,
    "elif": _elif,
    "else": _else,
    "endif": _endif,
}
