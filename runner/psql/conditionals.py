r"""psql's `\if` … `\endif` (src/fe_utils/conditional.c and command.c)."""

from __future__ import annotations

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, IfBlock, UnknownValue
from runner.psql.state import parse_boolean
from runner.psql.steps import Problem

_HINT = "Compare in SQL: SELECT 1 = 1 AS found \\gset and \\if :found; or ask \\if :{?name}."
BRANCHING = ("if", "elif", "else", "endif")


def run_conditional(arguments: Arguments, context: Context) -> tuple[Problem, ...]:
    """Run one of `BRANCHING`; return warnings. Raises ArgumentError where psql refuses."""
    problems: tuple[Problem, ...] = ()
    name, blocks, lexer, state = arguments.name, context.blocks, context.lexer, context.state
    depths = lexer.paren_depth, lexer.begin_depth
    if name == "if":
        is_decided = not arguments.active
        block = IfBlock(context.command_offset, depths, is_decided, state.uncertain)
        blocks.append(block)
    elif not blocks:
        hint = "Remove it, or write the \\if in the same file: it cannot be in another."
        raise ArgumentError(f"\\{name}: no matching \\if", hint)
    elif blocks[-1].is_else and name != "endif":
        hint = "Leave one of them out." if name == "else" else "Move it before the \\else."
        raise ArgumentError(f"\\{name}: cannot occur after \\else", hint)
    else:
        block = blocks[-1]
        if name == "endif":
            blocks.pop()
        if block.active and (name == "endif" or not block.may_run):
            block.depths = depths
        lexer.paren_depth, lexer.begin_depth = block.depths
    if name == "else":
        block.is_else = True
    if name in ("if", "elif") and not (block.is_decided or block.may_run):
        problems = _evaluate(block, arguments, context)
    elif name != "endif":
        block.active = block.may_run or (block.is_else and not block.is_decided)
    state.set_uncertain(block.outer_uncertain + (block.may_run and name != "endif"))
    return problems


def _evaluate(block: IfBlock, arguments: Arguments, context: Context) -> tuple[Problem, ...]:
    """Evaluate the condition; an invalid boolean is false, with a warning, as in psql."""
    arguments.active = True
    try:
        text = " ".join(arguments.rest())
    except UnknownValue:
        arguments.active = False
        block.active = block.may_run = True
        return ()
    value = parse_boolean(text)
    block.active = block.is_decided = bool(value)
    if value is not None:
        return ()
    message = f'unrecognized value "{text}" for "\\{arguments.name} expression": Boolean expected'
    return (context.warning_here(message, _HINT),)
