"""The layout holds: imports go downward only, what is pure stays pure, and few modules print."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import runner

ROOT = Path(runner.__file__).parent
# From the top down: a package (or a module beside the packages) imports from those below it.
ORDER = (
    *(
        "__main__",
        "cli",
        "testing",
        "commands",
        "diagram",
        "project",
        "diff",
        "rehearsal",
        "run",
        "verify",
        "reference",
        "sessions",
        "execute",
        "adapt",
        "guard",
    ),
    *("registry", "catalog", "report", "check", "fleet", "scripts", "connect", "psql"),
    *(
        "embedded",
        "settings",
        "environment",
        "observer",
        "results",
        "findings",
        "comparison",
        "signals",
        "errors",
        "texts",
    ),
)
# They work on values alone, so they can be tested without a server.
PURE = (
    *(
        "psql",
        "scripts",
        "check",
        "results",
        "findings",
        "comparison",
        "observer",
        "signals",
        "errors",
    ),
    *("guard/effects", "guard/changes", "catalog/snapshot"),
    *("run/changes", "adapt/step_filters", "connect/failures", "connect/aws"),
    "report/terminal",
)
PRINTING = ("report", "cli")
CONNECTING = "connect/session"
# What a package offers is what the others take from it.
OFFERED = {
    "adapt": """
        role_rights.RoleRights role_rights.act_for shared_statements.Shared
        shared_statements.UNFINISHED_MARK shared_statements.with_shared
        step_filters.apart_from_savepoints step_filters.moves_savepoints step_filters.own_statements
        step_filters.probed step_filters.rewritten step_filters.with_lock_timeout
        transaction_blocks.CHECK_CONSTRAINTS transaction_blocks.RELEASE_BLOCK
        transaction_blocks.ROLL_BACK_BLOCK transaction_blocks.TransactionBlocks
        transaction_blocks.left_open
    """,
    "catalog": """
        citus_shards.compare_shards reader.Row reader.changed_shared_objects
        reader.existing_object reader.parse_snapshot reader.read_shared_objects
        reader.read_snapshot reader.shared_queries reader.snapshot_commands
        reader.without_other_shared_objects row_differences.RowCheck row_differences.common_rows
        row_differences.compare_rows rows.RowDigest rows.SequenceState rows.cell
        rows.comparable_feeds rows.compare_sequences rows.count_doubled rows.read_rows
        rows.read_single_rows rows.read_state rows.sequences_behind rows.shapes_without_times
        rows.written shapes.CRON shapes.CRON_JOBS shapes.SequenceFeed shapes.TableShape
        snapshot.CatalogObject snapshot.ObjectKey snapshot.PARTS snapshot.Snapshot
        snapshot.compare snapshot.key_of snapshot.most_common_owner snapshot.parts_added_again
        snapshot.short_type
    """,
    "check": """
        command.Command command.LeftOut command.left_out failed_statement.Facts
        failed_statement.MESSAGE_NAME hints.with_remedy script_facts.ROLE_IN_BODY
        script_facts.SHARED_IN_BODY script_facts.ScriptFacts script_facts.definitions
        script_facts.insertions scripts.Checked scripts.Reading scripts.check_scripts
        scripts.read_scripts
    """,
    "cli": "",
    "connect": """
        failures.hosts_and_ports failures.is_lost failures.missing_object_hint
        failures.privilege_hint queries.SET_PATH queries.all_rows queries.codec queries.decoded
        queries.encoded queries.fetch queries.is_restricted queries.no_timeouts queries.pinned
        queries.statement server_info.ServerInfo server_info.describe server_info.refusal
        session.LONGEST_ANSWER session.Session session.connect session.connected
        session.driver_error session.errors_converted session.psql_conninfo session.server_info
        session.wait_until_writable wire.COPY_IN wire.ENDED wire.FATAL_ERROR wire.PipelineCommand
        wire.Prepare wire.SINGLE_TUPLE wire.Watch wire.abandon wire.copy_in wire.results
    """,
    "diagram": """
        model.scripts_model model.target_model output.draw_function output.is_stale
    """,
    "diff": """
        diff.find_statements
    """,
    "embedded": """
        programs.DISTRIBUTION programs.package_bin_dir programs.run_psql server.EmbeddedServer
        server.embedded_server
    """,
    "execute": """
        exchange.Exchange execution.Databases execution.Execution execution.RunningScript
        execution.Where executor.Executor messages.Message messages.Part
        query_results.text_format server_errors.hint_for server_errors.statement_failed
    """,
    "guard": """
        changes.ELSEWHERE changes.OBJECTS
        changes.OVERWRITTEN changes.SET_BACK changes.written_on_shards
        effects.Change effects.CountedTable effects.Effects effects.Inventory guard.Guard
    """,
    "project": """
        files.compose_file files.container_of files.write_project
    """,
    "psql": """
        buffers.command_starts copy_command.copy_end copy_command.with_copy_data
        enum_labels.EnumLabels enum_labels.uses_new_label reader.read_script
        slash_arguments.ArgumentError source.Source source.canonical_encoding sql_text.Token
        sql_text.TransactionControl sql_text.catalog_name sql_text.first_words
        sql_text.is_of_body sql_text.leading_space sql_text.quote_identifier
        sql_text.read_concurrently sql_text.read_control sql_text.refused_control
        sql_text.tokens sql_text.transaction_commands sql_text.transaction_control state.State
        state.TextFormat state.VARIABLE_NAME steps.Connect steps.CopyData steps.Echo steps.Gexec
        steps.Gset steps.LOCAL_HOSTS steps.Origin steps.PlainStatements steps.Problem
        steps.Statement steps.Statements steps.Step steps.Sync steps.separated
    """,
    "reference": """
        database.drop_abandoned database.drop_database database.new_database
        one_database.OneDatabase one_database.VisitedDatabase reference.Reference
        reference_state.ReferencePool reference_state.ReferenceState
        reference_state.state_before_run reference_state.state_beside_run
        reference_state.with_another_build reference_state.with_second_run
        rewriting.by_known_names spec.DatabaseProperties spec.PREFIX spec.ReferenceSpec
        spec.database_properties spec.is_of_scripts spec.is_short spec.only_in_reference
        spec.require_rights
    """,
    "registry": """
        registry.DROPPED registry.Entry registry.RegistryInfo registry.VERSION
        registry.compare_scripts registry.git_revision registry.info_query
        registry.not_recorded registry.read_runs registry.record
    """,
    "rehearsal": """
        rehearsal.built rehearsal.rehearse
    """,
    "report": """
        differences.difference_lines differences.script_lines printer.Printer
        targets.TargetsPrinter terminal.write_file text_report.Style text_report.lines
    """,
    "run": """
        autocommit.run_autocommit compare.compare_only compare.last_run context.Prepared
        context.RunContext context.naming_diff context.prepare database_run.DatabaseRun
        state.RunState transaction.run_in_transaction
    """,
    "sessions": """
        script_runner.Scripts session_reset.LEFT_BEHIND session_reset.new_connection
        session_reset.own_settings
    """,
    "scripts": """
        files.CONTAINER_FOLDER files.CommandRecord files.FOLDER_VARIABLE files.Files
        files.KeptFile files.Recording files.Request files.RunProgram files.standard_input
        folder.Folder folder.Script folder.read_folder folder.read_folders
    """,
    "testing": "",
    "verify": """
        assertions.AssertionFile assertions.BEFORE assertions.assertions_folders
        assertions.read_assertions assertions.run_assertions definitions.DefinitionIndex
        definitions.unqualified row_comparison.RowComparison verifier.Verifier
        verifier.has_no_room
    """,
}


def name_of(path: Path) -> str:
    """`runner.psql.lexer`; that of a package for its `__init__.py`."""
    dotted = ".".join(("runner", *path.relative_to(ROOT).with_suffix("").parts))
    return dotted.removesuffix(".__init__")


TREES = {name_of(path): ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py"))}
NODES = {module: tuple(ast.walk(tree)) for module, tree in TREES.items()}
PACKAGES = sorted(name_of(path.parent / "x").split(".")[1] for path in ROOT.glob("*/__init__.py"))


def part(module: str) -> str:
    """The package of a module, or the module itself where it is in none."""
    return (*module.split("."), "__init__")[1]


def members(name: str) -> list[str]:
    """The modules of a package, or the one module that is meant: `psql`, `guard/effects`."""
    prefix = f"runner.{name.replace('/', '.')}"
    return [module for module in TREES if f"{module}.".startswith(f"{prefix}.")]


@cache
def imported(module: str) -> list[tuple[str, str | None]]:
    """Modules and names of them that a module imports, also in functions and for types only."""
    found: list[tuple[str, str | None]] = []
    for node in NODES[module]:
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = str(node.module)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.append((inner, None) if inner in TREES else (source, alias.name))
    return found


NEEDS = {
    module: {name for name, _ in imported(module) if name in TREES and name != "runner"}
    for module in TREES
}


def reached(modules: list[str]) -> set[str]:
    """These modules and all that they need."""
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting |= NEEDS[current] - found
    return found


def used_from_outside(package: str) -> set[str]:
    """`session.connect`: what the other packages take from a package, name by name."""
    found: set[str] = set()
    for module in TREES:
        if part(module) == package:
            continue
        modules = {}
        for source, name in imported(module):
            if part(source) != package or source not in TREES:
                continue
            if name is not None:
                found.add(f"{source.rpartition('.')[2]}.{name}")
            else:
                modules[source.rpartition(".")[2]] = source
        for node in NODES[module] if modules else ():
            if isinstance(node, ast.Attribute):
                of = node.value.id if isinstance(node.value, ast.Name) else ""
                found |= {f"{of}.{node.attr}"} if of in modules else set()
    return found


def test_each_package_has_its_place() -> None:
    assert sorted(ORDER) == sorted({part(module) for module in TREES} - {"__init__"})


def test_imports_between_packages_go_downward() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in NEEDS.items()
        for other in others
        if part(module) != part(other) and ORDER.index(part(module)) > ORDER.index(part(other))
    ]
    assert not upward


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_inside_a_package_go_downward(package: str) -> None:
    inside = set(members(package))
    TopologicalSorter({module: NEEDS[module] & inside for module in inside}).prepare()


def test_nobody_imports_private_names_of_another_package() -> None:
    private = [
        f"{module} imports {source} {name or ''}"
        for module in TREES
        for source, name in imported(module)
        if source.startswith("runner.") and part(source) != part(module)
        if any(word.startswith("_") for word in (*source.split("."), name or ""))
    ]
    assert not private


def test_a_package_is_a_docstring_and_imports_nothing() -> None:
    more = [
        package
        for package in PACKAGES
        if [type(node) for node in TREES[f"runner.{package}"].body] != [ast.Expr]
    ]
    assert not more


@pytest.mark.parametrize("package", PACKAGES)
def test_the_names_that_a_package_offers(package: str) -> None:
    assert " ".join(sorted(used_from_outside(package))) == " ".join(OFFERED[package].split())


def test_no_two_modules_define_the_same_public_name() -> None:
    """But for `main`, of the command line and of the process around it."""
    owners: dict[str, list[str]] = defaultdict(list)
    for module, tree in TREES.items():
        for node in tree.body:
            names: list[str] = []
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign):
                names = [name.id for name in node.targets if isinstance(name, ast.Name)]
            for name in names:
                owners[name].append(module)
    doubled = {
        name: modules
        for name, modules in owners.items()
        if len(modules) > 1 and not name.startswith("_") and name != "main"
    }
    assert not doubled


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_reaches_no_driver(name: str) -> None:
    drivers = [
        module
        for module in reached(members(name))
        if any(source.split(".")[0] == "psycopg" for source, _ in imported(module))
    ]
    assert not drivers


def test_only_the_report_and_the_command_line_print() -> None:
    printing = [
        f"{module}:{node.lineno}"
        for module, nodes in NODES.items()
        for node in nodes
        if part(module) not in PRINTING
        if (isinstance(node, ast.Name) and node.id == "print")
        or (
            isinstance(node, ast.Attribute)
            and node.attr in ("stdout", "stderr")
            and ast.unparse(node.value) == "sys"
        )
    ]
    assert not printing


def test_only_the_session_connects() -> None:
    connecting = [
        f"{module}:{node.lineno}"
        for module, nodes in NODES.items()
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("psycopg.connect", "Connection.connect", "PGconn.connect")
        and module not in members(CONNECTING)
        and part(module) != "testing"  # these connections are those of a user's tests
    ]
    assert not connecting
