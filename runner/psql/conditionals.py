r"""psql's `\if` … `\endif` (src/fe_utils/conditional.c and command.c)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, UnknownValue
from runner.psql.state import parse_boolean

BRANCHING = ("if", "elif", "else", "endif")


@dataclass(eq=False)
class IfBlock:
    """An open block: the offset of its `\\if`, and whether its present branch is read.

    The text of a branch not taken is lexed and discarded. psql then restores the depths (of
    parentheses and of BEGIN … END) from before the branch. `is_decided` is
    whether no later branch can be taken. Without a server it may be unknown whether a branch is
    taken: then it and all that follow `may_run`. `around` counts the enclosing blocks that may.
    """

    offset: int
    depths: tuple[int, int]
    is_decided: bool
    around: int
    active: bool = False
    is_else: bool = False
    may_run: bool = False


class BranchContext(Context, Protocol):
    """A Context with the open blocks of its file, innermost last."""

    blocks: list[IfBlock]


def is_active(blocks: list[IfBlock]) -> bool:
    """Whether the text inside these blocks is read."""
    return not blocks or blocks[-1].active


def run_conditional(arguments: Arguments, context: BranchContext) -> None:
    """Runs one of `BRANCHING`. Raises ArgumentError where psql would refuse it."""
    name, blocks, lexer = arguments.name, context.blocks, context.lexer
    depths = lexer.paren_depth, lexer.begin_depth
    if name == "if":
        around = _uncertain(blocks, context)
        block = IfBlock(context.command_offset, depths, not is_active(blocks), around)
        blocks.append(block)
    else:
        block = _innermost(blocks, name)
        if name == "endif":
            blocks.pop()
        if block.active and (name == "endif" or not block.may_run):
            block.depths = depths
        lexer.paren_depth, lexer.begin_depth = block.depths
    if name == "else":
        block.is_else = True
    if name in ("if", "elif") and not (block.is_decided or block.may_run):
        _decide(block, arguments)
    elif name != "endif":
        block.active = block.may_run or (block.is_else and not block.is_decided)
    if context.state.offline:
        context.state.offline.branch_ended(_uncertain(blocks, context))


def _uncertain(blocks: list[IfBlock], context: BranchContext) -> int:
    """How many branches around the next line, in all files, may not be taken."""
    return blocks[-1].around + blocks[-1].may_run if blocks else context.uncertain


def _innermost(blocks: list[IfBlock], command: str) -> IfBlock:
    if not blocks:
        hint = "Remove it, or write the \\if in the same file: it cannot be in another."
        raise ArgumentError(f"\\{command}: no matching \\if", hint)
    if blocks[-1].is_else and command != "endif":
        hint = "Leave one of them out." if command == "else" else "Move it before the \\else."
        raise ArgumentError(f"\\{command}: cannot occur after \\else", hint)
    return blocks[-1]


def _decide(block: IfBlock, arguments: Arguments) -> None:
    """Reads the condition: false if it is not a boolean, as in psql."""
    arguments.active = True
    try:
        block.active = block.is_decided = bool(parse_boolean(" ".join(arguments.rest())))
    except UnknownValue:
        arguments.active = False
        block.active = block.may_run = True
