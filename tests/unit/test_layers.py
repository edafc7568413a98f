"""The layout holds: imports go downward only, what is pure stays pure, and few modules print."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import runner

PACKAGE = Path(runner.__file__).parent
# From the top down: a module imports from lower layers and from its own, never from a higher one.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("arguments", "help_texts"),
    ("targets_report",),
    ("one_target",),
    ("json_report",),
    ("report",),
    ("progress",),
    ("differences", "changes_text", "phrases"),
    ("terminal",),
    ("commands",),
    ("run", "status"),
    ("one_by_one",),
    ("tracing",),
    ("attempt",),
    ("opening", "outcome", "changes", "meanwhile"),
    ("preflight",),
    ("verify_target",),
    ("verification",),
    ("half_made", "actual"),
    ("prepared",),
    ("alike",),
    ("expected",),
    ("reference",),
    ("rebuild",),
    ("assertions",),
    ("blueprint", "scripts", "scratch"),
    ("guard", "lock", "catalog", "rows", "shared", "executor"),
    ("registry", "traces", "exchange", "probes"),
    ("effects", "notices"),
    ("shell", "reconnect"),
    ("session", "embedded", "wire", "message"),
    ("statements",),
    ("tally",),
    ("culprits",),
    ("login", "fleet", "targets"),
    ("aws", "facts", "tls"),
    ("settings", "cluster", "signals", "precheck", "batches"),
    ("reading", "names"),
    ("outline",),
    ("needs",),
    ("statement_rules", "enum_values", "partitioned", "wording"),
    ("rules_transaction", "rules_rights"),
    ("rules", "content"),
    ("folder", "binaries"),
    ("observer",),
    ("results", "unreachable", "rights"),
    ("snapshot",),
    ("endpoints", "standard_input", "order", "deparsed"),
    ("psql",),
    ("errors",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# They work on values alone, so they can be tested without a server.
PURE = (
    "psql",
    "batches",
    "snapshot",
    "deparsed",
    "folder",
    "precheck",
    "reading",
    "names",
    "rules",
    "results",
    "errors",
    "terminal",
    "changes",
    "changes_text",
    "effects",
    "traces",
    "culprits",
    "probes",
    "needs",
    "partitioned",
    "facts",
    "rights",
)
PRINTING = {"cli", "report", "json_report", "progress", "targets_report"}


def part(path: Path) -> str:
    """`run` for run.py, `psql` for all of psql/."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
PARTS = sorted({part(path) for path in FILES})


def imports(path: Path) -> set[str]:
    """Every dotted name that a file imports, also inside functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(name: str) -> set[str]:
    """The other parts of the package that a part imports."""
    files = [path for path in FILES if part(path) == name]
    dotted = {found for path in files for found in imports(path)}
    second = {found.split(".")[1] for found in dotted if found.startswith("runner.")}
    return (second & set(PARTS)) - {name}


IMPORTS = {name: ours(name) for name in PARTS}


def reached(name: str) -> set[str]:
    """A part and all that it needs."""
    found, waiting = set(), {name}
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting |= IMPORTS[current] - found
    return found


def test_each_part_has_its_layer() -> None:
    assert sorted(LEVEL) == PARTS


@pytest.mark.parametrize("name", PARTS)
def test_imports_go_downward_only(name: str) -> None:
    upward = [other for other in IMPORTS[name] if LEVEL[name] > LEVEL[other]]
    assert not upward, f"{name} imports {upward} from a higher layer"


def test_no_two_parts_need_each_other() -> None:
    TopologicalSorter(IMPORTS).prepare()


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_reaches_no_driver(name: str) -> None:
    files = [path for path in FILES if part(path) in reached(name)]
    drivers = [p.name for p in files if any(i.split(".")[0] == "psycopg" for i in imports(p))]
    assert not drivers


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_report_and_the_command_line_print(path: Path) -> None:
    if part(path) in PRINTING:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            assert node.id != "print", f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            stream = (node.value.id, node.attr)
            assert stream not in (("sys", "stdout"), ("sys", "stderr")), node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_session_connects(path: Path) -> None:
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    if part(path) != "session":
        assert "psycopg.connect" not in calls
        assert "Connection.connect" not in calls
