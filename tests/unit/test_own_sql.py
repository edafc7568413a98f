"""The runner's own SQL means the same whatever is set on the database, the role or the session."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import runner
from runner.psql.buffers import command_starts

FILES = sorted(Path(runner.__file__).parent.glob("*/sql/*.sql"))
_TOKEN = re.compile(r"--[^\n]*|(?i:e)'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\$\$.*?\$\$", re.DOTALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_no_string_depends_on_standard_conforming_strings(path: Path) -> None:
    tokens = _TOKEN.findall(path.read_text())
    assert [one for one in tokens if one.startswith("'") and "\\" in one] == []


def test_each_file_is_one_statement() -> None:
    """But for the versions of the registry, which change several things at once."""
    several = [
        f"{path.parts[-3]}/{path.stem}"
        for path in FILES
        if len(command_starts(path.read_bytes(), standard_conforming_strings=True)) != 1
    ]
    assert all(name.startswith("registry/version_") for name in several), several


# These are sent before search_path is the runner's (queries.SET_PATH), so every name in them has a
# schema. In the others pg_catalog is the only schema that is searched.
UNPINNED = (
    "connect/pin",
    "connect/unpin",
    "catalog/settings",
    "adapt/act_for",
    "adapt/act_no_more",
    "adapt/at_commit",
    "adapt/constraint_modes",
    "adapt/keep_settings",
    "adapt/let_own",
    "adapt/let_own_no_more",
    "sessions/new_defaults",
    "sessions/no_user_schema",
    "reference/if_allowed",
    "run/take_note",
    "reference/target",
)
_OPERATOR = re.compile(r"OPERATOR\(pg_catalog\.[^)]+\)")
_BARE = re.compile(
    r"[-+*/<>=~!@#%^&|]+|\b(?:IN|LIKE|ILIKE|BETWEEN|SIMILAR)\b|\bNULLIF\b|\bDISTINCT FROM\b"
    r"|\bCASE (?!WHEN)|::(?!pg_catalog\.)|\bCAST\b"
    r"|(?<![.\w])(?!ARRAY|COALESCE|ON|AS|AND|OR|FROM|SELECT|ANY|ALL|WHERE|LATERAL|JOIN)[A-Za-z_]+\("
)


@pytest.mark.parametrize("name", UNPINNED)
def test_what_is_not_pinned_names_the_schema_of_everything(name: str) -> None:
    (path,) = [path for path in FILES if f"{path.parts[-3]}/{path.stem}" == name]
    text = _OPERATOR.sub(" ", _TOKEN.sub("''", path.read_text()))
    text = re.sub(r"\b(?:AS|WITH ORDINALITY AS) \w+ \(", "AS alias (", text)
    text = re.sub(r"\bFOR(?:EACH)? \w+ IN\b", "FOR", text)
    assert _BARE.findall(text.replace("alias (", "alias ")) == []


MODULES = sorted(Path(runner.__file__).parent.rglob("*.py"))
# What looks up an operator, a function or a type by a name without a schema.
_LOOKS_UP = re.compile(
    r"\b(?:SELECT|UPDATE|INSERT INTO|DELETE FROM)\b"
    r".*?(?:[^(:]=|<>|[<>~]|\|\||\bIN \(|::(?!pg_catalog))",
    re.DOTALL,
)
_SENDERS = {"SET_PATH", "fetch", "pinned", "fetch_groups"}


def _sql_of(tree: ast.Module) -> Iterator[str]:
    """The strings of a module that are SQL with something to look up."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docs:
            text = node.value
            if isinstance(text, bytes):
                text = text.decode("latin-1")
            if isinstance(text, str) and _LOOKS_UP.search(_OPERATOR.sub(" ", text)):
                yield text


def test_sql_that_looks_up_names_is_sent_by_what_pins_the_search_path() -> None:
    """Elsewhere nothing may call cursor or connection itself with such a statement."""
    offenders = []
    for path in MODULES:
        if path.parent.name in ("psql", "check"):
            continue  # they send nothing
        tree = ast.parse(path.read_text())
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        if not imported & _SENDERS:
            offenders += [f"{path.name}: {text}" for text in _sql_of(tree)]
    assert offenders == []


def test_nothing_is_executed_with_parameters() -> None:
    """The server would prepare it by itself, and no search_path could go before it."""
    offenders = [
        f"{path.name}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "execute"
        and len(node.args) > 1
    ]
    assert offenders == []
